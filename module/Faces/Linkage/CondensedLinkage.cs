using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Exact average linkage (2.8) of any distances by the nearest-neighbour chain (Benzécri 1982, Murtagh 1983): O(N^2)
/// time, in the memory of the distances.
/// </summary>
public static class CondensedLinkage
{
    /// <summary>The whole tree. The distances are used up: they hold no sense afterwards.</summary>
    /// <param name="distances">The distances; the caller disposes them.</param>
    /// <param name="context">Cancellation, progress.</param>
    public static Dendrogram Build(CondensedDistances distances, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(distances);
        ArgumentNullException.ThrowIfNull(context);
        var builder = new DendrogramBuilder(distances.Count);
        var sizes = new double[distances.Count];
        Array.Fill(sizes, 1);
        Link(distances, sizes, context, builder.Add);
        return builder.Build();
    }

    /// <summary>Links clusters that may hold several points already.</summary>
    /// <param name="distances">The distances of the clusters; used up.</param>
    /// <param name="sizes">The points of each; used up.</param>
    /// <param name="context">Cancellation, progress.</param>
    /// <param name="merged">Takes each merge: two cluster numbers and the distance.</param>
    internal static void Link(
        CondensedDistances distances, double[] sizes, WorkContext context, Action<int, int, double> merged) =>
        new Chain(distances, sizes).Run(context, merged);

    private sealed unsafe class Chain
    {
        private readonly CondensedDistances _distances;
        private readonly double[] _sizes;
        private readonly int[] _active;
        private readonly int[] _chain;
        private int _activeCount;
        private int _top;

        public Chain(CondensedDistances distances, double[] sizes)
        {
            _distances = distances;
            _sizes = sizes;
            _active = new int[distances.Count];
            for (var i = 0; i < _active.Length; i++) _active[i] = i;
            _activeCount = _active.Length;
            _chain = new int[distances.Count];
        }

        public void Run(WorkContext context, Action<int, int, double> merged)
        {
            var total = _activeCount - 1;
            for (var t = 0; t < total; t++)
            {
                if ((t & 63) == 0)
                {
                    context.ThrowIfCancelled();
                    context.Report("Average linkage", t, total);
                }

                var (a, b, distance) = NextPair();
                merged(a, b, distance);
                Merge(Math.Min(a, b), Math.Max(a, b));
            }
        }

        // Follows nearest neighbours until two clusters are each other's. A tie goes to the cluster before on the
        // chain, else the chain might run in a circle.
        private (int A, int B, float Distance) NextPair()
        {
            if (_top == 0) _chain[_top++] = _active[0];
            while (true)
            {
                var cluster = _chain[_top - 1];
                var before = _top > 1 ? _chain[_top - 2] : -1;
                var distance = before >= 0 ? _distances[cluster, before] : float.PositiveInfinity;
                var nearest = Nearest(cluster, before, ref distance);
                if (nearest == before)
                {
                    _top -= 2;
                    return (cluster, before, distance);
                }

                _chain[_top++] = nearest;
            }
        }

        private int Nearest(int cluster, int nearest, ref float distance)
        {
            var values = _distances.Values;
            var start = _distances.Start(cluster);
            var best = distance;
            for (var q = 0; q < _activeCount; q++)
            {
                var other = _active[q];
                if (other == cluster) continue;
                var value = other > cluster ? values[start + other] : values[_distances.Start(other) + cluster];
                if (value < best || nearest < 0)
                {
                    best = value;
                    nearest = other;
                }
            }

            distance = best;
            return nearest;
        }

        // The new cluster keeps the larger number, and the smaller one leaves the list, which stays in order.
        private void Merge(int gone, int kept)
        {
            var whole = _sizes[gone] + _sizes[kept];
            var goneShare = (float)(_sizes[gone] / whole);
            var keptShare = (float)(_sizes[kept] / whole);
            _sizes[kept] = whole;
            var at = Array.BinarySearch(_active, 0, _activeCount, gone);
            Array.Copy(_active, at + 1, _active, at, --_activeCount - at);

            var values = _distances.Values;
            for (var q = 0; q < _activeCount; q++)
            {
                var other = _active[q];
                if (other == kept) continue;
                var keptAt = At(kept, other);
                values[keptAt] = (goneShare * values[At(gone, other)]) + (keptShare * values[keptAt]);
            }
        }

        private long At(int i, int j) => i < j ? _distances.Start(i) + j : _distances.Start(j) + i;
    }
}
