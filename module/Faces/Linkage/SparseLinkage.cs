using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>One pair of a sparse graph.</summary>
public readonly record struct WeightedPair(int A, int B, float Weight);

/// <summary>The nodes of a sparse graph, each of which stands for one face or for its copies.</summary>
/// <param name="Points">A point of each.</param>
/// <param name="Sizes">How many points each is.</param>
internal sealed record SparseNodes(int[] Points, int[] Sizes)
{
    /// <summary>How many nodes.</summary>
    public int Count => Points.Length;

    /// <summary>N points, each a node.</summary>
    public static SparseNodes Single(int count) =>
        new([.. Enumerable.Range(0, count)], [.. Enumerable.Repeat(1, count)]);
}

/// <summary>
/// Exact average linkage of distances of which only some pairs are listed, all others having one common value: of a
/// pair only what it lies below that value is kept, and the nearest-neighbour chain runs on the sums between clusters.
/// Memory in proportion to the listed pairs; a merge moves the smaller table into the larger.
/// </summary>
public static class SparseLinkage
{
    /// <summary>The whole tree; clusters that no listed pair joins are merged last, at the common distance.</summary>
    /// <param name="count">N.</param>
    /// <param name="pairs">Each pair once, with its distance, at most <paramref name="common"/>.</param>
    /// <param name="common">The distance of all other pairs.</param>
    /// <param name="context">Cancellation, progress.</param>
    public static Dendrogram Average(int count, IReadOnlyList<WeightedPair> pairs, double common, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(context);
        var builder = new DendrogramBuilder(count);
        AddAverage(SparseNodes.Single(count), pairs, common, builder, context);
        return builder.Build();
    }

    /// <summary>Adds the merges of nodes.</summary>
    internal static void AddAverage(
        SparseNodes nodes, IReadOnlyList<WeightedPair> pairs, double common, DendrogramBuilder builder, WorkContext context) =>
        new Chain(nodes, pairs, common).Run(builder, context);

    /// <summary>
    /// The tree of single linkage: cut at a threshold, it gives the groups that pairs of at most that distance connect.
    /// </summary>
    /// <inheritdoc cref="Average"/>
    public static Dendrogram Single(int count, IReadOnlyList<WeightedPair> pairs, double common, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(context);
        var builder = new DendrogramBuilder(count);
        AddSingle(SparseNodes.Single(count), pairs, common, builder, context);
        return builder.Build();
    }

    /// <summary>Adds the merges of nodes by single linkage.</summary>
    internal static void AddSingle(
        SparseNodes nodes, IReadOnlyList<WeightedPair> pairs, double common, DendrogramBuilder builder, WorkContext context)
    {
        var order = pairs.Where(pair => pair.Weight <= common).ToArray();
        order.AsSpan().Sort(static (x, y) => (x.Weight, x.A, x.B).CompareTo((y.Weight, y.A, y.B)));
        context.ThrowIfCancelled();
        var sets = new DisjointSets(nodes.Count);
        foreach (var (a, b, weight) in order)
        {
            if (sets.Find(a) == sets.Find(b)) continue;
            builder.Add(nodes.Points[a], nodes.Points[b], weight);
            sets.Union(a, b);
        }

        for (var i = 1; i < nodes.Count; i++)
        {
            if (sets.Find(0) == sets.Find(i)) continue;
            builder.Add(nodes.Points[0], nodes.Points[i], common);
            sets.Union(0, i);
        }
    }

    private sealed class Chain
    {
        private readonly double _common;
        private readonly int[] _points;
        private readonly Dictionary<int, double>?[] _sums;
        private readonly double[] _sizes;
        private readonly List<int> _chain = [];

        public Chain(SparseNodes nodes, IReadOnlyList<WeightedPair> pairs, double common)
        {
            _common = common;
            _points = nodes.Points;
            _sizes = Array.ConvertAll(nodes.Sizes, size => (double)size);
            _sums = new Dictionary<int, double>?[nodes.Count];
            for (var i = 0; i < nodes.Count; i++) _sums[i] = [];

            foreach (var (a, b, weight) in pairs)
            {
                var below = (common - weight) * _sizes[a] * _sizes[b];
                if (below <= 0) continue;
                _sums[a]![b] = below;
                _sums[b]![a] = below;
            }
        }

        public void Run(DendrogramBuilder builder, WorkContext context)
        {
            var alone = -1;
            for (var start = 0; start < _sums.Length; start++)
            {
                context.ThrowIfCancelled();
                context.Report("Average linkage", start, _sums.Length);
                if (_sums[start] is null) continue;
                var cluster = Component(start, builder);
                _sums[cluster] = null;
                if (alone >= 0) builder.Add(_points[alone], _points[cluster], _common);
                alone = cluster;
            }
        }

        // Merges all that hangs together with a cluster.
        private int Component(int start, DendrogramBuilder builder)
        {
            _chain.Clear();
            _chain.Add(start);
            while (true)
            {
                var cluster = _chain[^1];
                var before = _chain.Count > 1 ? _chain[^2] : -1;
                var nearest = Nearest(cluster, before);
                if (nearest < 0) return cluster;
                if (nearest != before)
                {
                    _chain.Add(nearest);
                    continue;
                }

                _chain.RemoveRange(_chain.Count - 2, 2);
                builder.Add(_points[cluster], _points[before], _common - Between(cluster, before));
                var whole = Merge(cluster, before);
                if (_chain.Count == 0) _chain.Add(whole);
            }
        }

        private double Between(int a, int b) => _sums[a]![b] / (_sizes[a] * _sizes[b]);

        // A tie goes to the cluster before on the chain, then to the smaller number.
        private int Nearest(int cluster, int before)
        {
            var nearest = before;
            var most = before >= 0 ? _sums[cluster]![before] / _sizes[before] : 0;
            foreach (var (other, sum) in _sums[cluster]!)
            {
                var mean = sum / _sizes[other];
                if (mean > most || (mean == most && nearest != before && other < nearest)) (nearest, most) = (other, mean);
            }

            return nearest;
        }

        private int Merge(int a, int b)
        {
            var (kept, gone) = _sums[a]!.Count >= _sums[b]!.Count ? (a, b) : (b, a);
            var sums = _sums[kept]!;
            sums.Remove(gone);
            foreach (var (other, sum) in _sums[gone]!)
            {
                if (other == kept) continue;
                ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, other, out _);
                total += sum;
                _sums[other]!.Remove(gone);
                _sums[other]![kept] = total;
            }

            _sums[gone] = null;
            _sizes[kept] += _sizes[gone];
            return kept;
        }
    }
}
