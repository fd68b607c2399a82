namespace Thesis.Engine.Faces;

/// <summary>
/// The condensed tree of HDBSCAN and the clusters of most excess of mass (Campello, Moulavi and Sander 2013, algorithms 1
/// and 2). With the density lambda = 1 / distance rising, a component that parts into two or more of the least size is a
/// true split and begins as many clusters; one that loses fewer points stays the cluster it was, and they fall out of it.
/// The stability of a cluster is
/// <code>
/// S(C) = sum over x in C of (lambda at which x leaves C - lambda at which C begins)
/// </code>
/// and the clusters kept are those, none within another and never the whole set, whose stabilities have the largest sum.
/// Edges of equal length are removed together, as the paper says, so nothing depends on which of several trees is given.
/// </summary>
internal sealed class CondensedTree
{
    private readonly int _count;
    private readonly int _leastSize;

    // Components, from the points on: their size, the distance that holds them together, and their parts.
    private readonly List<(int Size, double Distance, List<int> Parts)> _nodes;

    private readonly List<(int Parent, double Birth)> _clusters = [(-1, 0)];
    private readonly List<double> _stability = [0];
    private readonly int[] _clusterOf;

    /// <summary>Condenses a spanning tree.</summary>
    /// <param name="count">N.</param>
    /// <param name="edges">Its N - 1 edges: two points and their distance, above 0.</param>
    /// <param name="leastSize">The least size of a cluster, 2 or more.</param>
    public CondensedTree(int count, IEnumerable<(int A, int B, double Distance)> edges, int leastSize)
    {
        (_count, _leastSize) = (count, leastSize);
        _nodes = new List<(int, double, List<int>)>(2 * count);
        for (var i = 0; i < count; i++) _nodes.Add((1, 0, []));
        _clusterOf = new int[count];
        Grow([.. edges.OrderBy(edge => edge.Distance)]);
        if (count > 0) Condense();
    }

    /// <summary>For each point the cluster it is in, any number from 0, or -1 for noise.</summary>
    public int[] Select()
    {
        // The parts of a cluster have higher numbers than it.
        var best = _stability.ToArray();
        var ofParts = new double[best.Length];
        var isLeaf = new bool[best.Length];
        Array.Fill(isLeaf, true);
        foreach (var (parent, _) in _clusters.Skip(1)) isLeaf[parent] = false;
        var kept = new bool[best.Length];
        for (var cluster = best.Length - 1; cluster > 0; cluster--)
        {
            kept[cluster] = isLeaf[cluster] || best[cluster] >= ofParts[cluster];
            if (!kept[cluster]) best[cluster] = ofParts[cluster];
            ofParts[_clusters[cluster].Parent] += best[cluster];
        }

        var outermost = new int[best.Length];
        outermost[0] = -1;
        for (var cluster = 1; cluster < best.Length; cluster++)
        {
            var around = outermost[_clusters[cluster].Parent];
            outermost[cluster] = around >= 0 ? around : kept[cluster] ? cluster : -1;
        }

        return Array.ConvertAll(_clusterOf, cluster => outermost[cluster]);
    }

    private void Grow((int A, int B, double Distance)[] edges)
    {
        var sets = new DisjointSets(_count);
        var node = Enumerable.Range(0, _count).ToArray();
        for (var first = 0; first < edges.Length;)
        {
            var distance = edges[first].Distance;
            var end = first;
            var parts = new HashSet<int>();
            for (; end < edges.Length && edges[end].Distance == distance; end++)
            {
                parts.Add(node[sets.Find(edges[end].A)]);
                parts.Add(node[sets.Find(edges[end].B)]);
            }

            Unite(edges.AsSpan(first, end - first), parts, distance, sets, node);
            first = end;
        }
    }

    // The components that edges of one length join, each made of two or more.
    private void Unite(
        ReadOnlySpan<(int A, int B, double Distance)> edges, HashSet<int> parts, double distance, DisjointSets sets, int[] node)
    {
        var member = new Dictionary<int, int>();
        foreach (var (a, b, _) in edges)
        {
            member.TryAdd(node[sets.Find(a)], a);
            member.TryAdd(node[sets.Find(b)], b);
        }

        foreach (var (a, b, _) in edges) sets.Union(a, b);
        foreach (var component in parts.GroupBy(part => sets.Find(member[part])))
        {
            List<int> joined = [.. component];
            _nodes.Add((joined.Sum(part => _nodes[part].Size), distance, joined));
            node[component.Key] = _nodes.Count - 1;
        }
    }

    private void Condense()
    {
        var open = new Stack<(int Node, int Cluster)>();
        open.Push((_nodes.Count - 1, 0));
        while (open.TryPop(out var next))
        {
            var (size, distance, parts) = _nodes[next.Node];
            if (parts.Count == 0)
            {
                // The only point of all.
                _clusterOf[next.Node] = next.Cluster;
                continue;
            }

            var density = 1 / distance;
            var large = parts.Where(part => _nodes[part].Size >= _leastSize).ToList();
            var leaving = large.Count == 1 ? size - _nodes[large[0]].Size : size;
            _stability[next.Cluster] += leaving * (density - _clusters[next.Cluster].Birth);
            foreach (var part in parts)
            {
                if (_nodes[part].Size < _leastSize) Leave(part, next.Cluster);
                else open.Push((part, large.Count == 1 ? next.Cluster : Begin(next.Cluster, density)));
            }
        }
    }

    private int Begin(int parent, double density)
    {
        _clusters.Add((parent, density));
        _stability.Add(0);
        return _clusters.Count - 1;
    }

    private void Leave(int node, int cluster)
    {
        var open = new Stack<int>([node]);
        while (open.TryPop(out var next))
        {
            if (next < _count) _clusterOf[next] = cluster;
            foreach (var part in _nodes[next].Parts) open.Push(part);
        }
    }
}
