using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Connected regions of voxels, of those that share a face, an edge or a corner (26 neighbours): runs of pixels are joined
/// with those that they touch, in the row before and in three rows of the layer before (union-find).
/// </summary>
internal static class VoxelRegions
{
    private const int BytesPerRun = sizeof(int) + sizeof(long);

    /// <summary>Takes out of the layers the regions of fewer voxels.</summary>
    /// <param name="layers">The layers, of one size; null where a layer has no voxel.</param>
    /// <param name="isApart">Whether a layer touches the one before it nowhere.</param>
    /// <param name="least">The fewest voxels of a region that stays.</param>
    /// <param name="work">Cancellation.</param>
    /// <returns>How many regions stay.</returns>
    /// <exception cref="InputException"><c>ArrayTooLong</c>, <c>MemoryInsufficient</c>.</exception>
    public static int Keep(IReadOnlyList<BitMask?> layers, Predicate<int> isApart, int least, WorkContext work)
    {
        var count = layers.Sum(layer => layer?.Runs().LongCount() ?? 0);
        var (what, advice) = (
            FormattableString.Invariant($"The {count:N0} runs of the metal of a volume"), "A higher -MetalThreshold has fewer.");
        var length = MemoryPlan.ArrayLength(count, 1, what, advice);
        MemoryPlan.Require((double)count * BytesPerRun, what, advice);
        var regions = new Regions(length);
        Join(layers, isApart, regions, work);
        var next = 0;
        foreach (var layer in layers)
        {
            foreach (var run in layer?.Runs() ?? []) regions.Count(next++, run.Length);
        }

        next = 0;
        foreach (var layer in layers)
        {
            work.ThrowIfCancelled();
            foreach (var run in layer?.Runs().ToArray() ?? [])
            {
                if (regions.SizeOf(next++) < least) layer!.Clear(run);
            }
        }

        return regions.CountOf(least);
    }

    private static void Join(IReadOnlyList<BitMask?> layers, Predicate<int> isApart, Regions regions, WorkContext work)
    {
        var (next, before) = (0, new Layer([], 0));
        for (var i = 0; i < layers.Count; i++)
        {
            work.ThrowIfCancelled();
            if (isApart(i)) before = new Layer([], 0);
            var layer = new Layer(layers[i]?.Runs().ToArray() ?? [], next);
            Join(layer, layer, -1, -1, regions);
            Join(layer, before, -1, 1, regions);
            next += layer.Runs.Length;
            before = layer;
        }
    }

    // Both are in the order of their rows, so that a run's row, and those beside it, are not searched for.
    private static void Join(Layer layer, Layer other, int from, int to, Regions regions)
    {
        var first = 0;
        for (var i = 0; i < layer.Runs.Length; i++)
        {
            var run = layer.Runs[i];
            while (first < other.Runs.Length && other.Runs[first].Row < run.Row + from) first++;
            for (var j = first; j < other.Runs.Length && other.Runs[j].Row <= run.Row + to; j++)
            {
                var neighbour = other.Runs[j];
                if (neighbour.First > run.Last + 1 || neighbour.Last < run.First - 1) continue;
                regions.Join(layer.Start + i, other.Start + j);
            }
        }
    }

    /// <summary>A layer's runs, and the number of the first.</summary>
    private readonly record struct Layer(PixelRun[] Runs, int Start);

    /// <summary>Sets of runs, each named by its first one.</summary>
    private sealed class Regions(int count)
    {
        private readonly int[] _parents = [.. Enumerable.Range(0, count)];
        private readonly long[] _sizes = new long[count];

        public void Join(int one, int other)
        {
            var (a, b) = (RootOf(one), RootOf(other));
            if (a < b) _parents[b] = a;
            else _parents[a] = b;
        }

        public void Count(int run, int voxels) => _sizes[RootOf(run)] += voxels;

        public long SizeOf(int run) => _sizes[RootOf(run)];

        public int CountOf(int least) => _parents.Where((parent, run) => parent == run && _sizes[run] >= least).Count();

        private int RootOf(int run)
        {
            while (_parents[run] != run) run = _parents[run] = _parents[_parents[run]];
            return run;
        }
    }
}
