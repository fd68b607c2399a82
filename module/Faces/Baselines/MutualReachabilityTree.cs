using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>An edge of a spanning tree of similarities.</summary>
/// <param name="A">A point.</param>
/// <param name="B">The other.</param>
/// <param name="Similarity">Their mutual similarity.</param>
internal readonly record struct SimilarityEdge(int A, int B, float Similarity);

/// <summary>
/// A minimum spanning tree of the mutual reachability distance (Campello, Moulavi and Sander 2013, definition 2), exactly.
/// On unit features every distance falls with the cosine, so the tree is a maximum one of the mutual similarity
/// <code>
/// m(i, j) = min(core(i), core(j), x_i . x_j)
/// </code>
/// with core(i) the similarity of i to its m-th nearest point, itself counted as the first.
/// </summary>
/// <remarks>
/// Borůvka (1926): every component takes its best edge to another, so that log2 N rounds at most are enough, each a
/// symmetric product whose floors let hardly a pair through; Prim's N steps would read all features N times. Lists of
/// neighbours settle the components whose best listed edge beats all that is not listed, which leaves the products few
/// components. Memory is that of the lists, O(N). Where edges are equally good the tree is one of several, which all have
/// the same components at every level.
/// </remarks>
internal sealed class MutualReachabilityTree : IPairSink
{
    private const int LeastList = 16;

    // The share of components that the lists must settle; below, a product settles all.
    private const int LeastShare = 4;
    private const string Activity = "Spanning tree";

    private readonly FeatureMatrix _unit;
    private readonly WorkContext _context;
    private readonly NeighbourLists _lists;
    private readonly float[] _core;
    private readonly DisjointSets _sets;
    private readonly int[] _component;
    private readonly SimilarityEdge[] _best;
    private readonly float[] _bestSimilarity;
    private readonly Lock[] _locks;
    private readonly List<SimilarityEdge> _edges;

    private MutualReachabilityTree(FeatureMatrix unit, int minimumPoints, WorkContext context)
    {
        (_unit, _context) = (unit, context);
        _lists = ExactNeighbours.Search(unit, Math.Max(minimumPoints, LeastList), context);
        var place = Math.Min(minimumPoints, unit.Count) - 1;
        _core = new float[unit.Count];
        for (var i = 0; i < _core.Length; i++)
        {
            _core[i] = place == 0 ? float.PositiveInfinity : _lists.SimilaritiesOf(i)[place];
        }

        _sets = new DisjointSets(unit.Count);
        _component = new int[unit.Count];
        _best = new SimilarityEdge[unit.Count];
        _bestSimilarity = new float[unit.Count];
        _locks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
        _edges = new List<SimilarityEdge>(Math.Max(0, unit.Count - 1));
        Floors = new float[unit.Count];
    }

    /// <inheritdoc/>
    public float[] Floors { get; }

    /// <summary>The N - 1 edges of a tree, in no order.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="minimumPoints">m, 1 or more; N where there are fewer points.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    public static IReadOnlyList<SimilarityEdge> Of(FeatureMatrix unit, int minimumPoints, WorkContext context)
    {
        if (unit.Count == 0) return [];
        var tree = new MutualReachabilityTree(unit, minimumPoints, context);
        while (tree._edges.Count < unit.Count - 1) tree.Round();
        return tree._edges;
    }

    /// <inheritdoc/>
    public void Take(int first, int second, float similarity)
    {
        if (_component[first] != _component[second]) Offer(first, second, similarity);

        // Also where the pair is of no use: what another row of the component found may spare this one.
        (Floors[first], Floors[second]) = (FloorOf(first), FloorOf(second));
    }

    private void Round()
    {
        _context.ThrowIfCancelled();
        _context.Report(Activity, _edges.Count, _unit.Count - 1);
        for (var i = 0; i < _component.Length; i++) _component[i] = _sets.Find(i);
        Array.Fill(_bestSimilarity, float.NegativeInfinity);
        OfferListed();
        var bounds = UnlistedBounds();
        var roots = Enumerable.Range(0, _unit.Count).Where(i => _component[i] == i).ToArray();
        int[] settled = [.. roots.Where(root => _bestSimilarity[root] >= bounds[root])];
        if (settled.Length < Math.Max(1, roots.Length / LeastShare))
        {
            SearchAll();
            settled = roots;
        }

        foreach (var root in settled) Join(_best[root]);
    }

    private void OfferListed()
    {
        for (var i = 0; i < _component.Length; i++)
        {
            var neighbours = _lists.Of(i);
            var similarities = _lists.SimilaritiesOf(i);
            for (var at = 1; at < neighbours.Length; at++)
            {
                if (_component[neighbours[at]] != _component[i]) Offer(i, neighbours[at], similarities[at]);
            }
        }
    }

    // For each component the most that an edge in none of its lists can have; a component without any edge is above all.
    private float[] UnlistedBounds()
    {
        var bounds = new float[_unit.Count];
        Array.Fill(bounds, float.MinValue);
        if (_lists.Length >= _unit.Count) return bounds;
        for (var i = 0; i < bounds.Length; i++)
        {
            var bound = Math.Min(_core[i], _lists.SimilaritiesOf(i)[^1]);
            bounds[_component[i]] = Math.Max(bounds[_component[i]], bound);
        }

        return bounds;
    }

    private void SearchAll()
    {
        for (var i = 0; i < Floors.Length; i++) Floors[i] = FloorOf(i);
        if (!TensorProduct.IsFor(_context))
        {
            SymmetricProduct.ForEachPair(_unit, _unit, Activity, _context, this);
            return;
        }

        BlockProduct.ForEachRow(_unit, _unit, Activity, _context, (point, row) =>
        {
            for (var other = 0; other < row.Length; other++)
            {
                if (row[other] >= Floors[point]) Take(point, other, row[other]);
            }
        });
    }

    // A row whose core is not above its component's best edge has no better one.
    private float FloorOf(int point)
    {
        var best = Volatile.Read(ref _bestSimilarity[_component[point]]);
        return _core[point] > best ? MathF.BitIncrement(best) : float.PositiveInfinity;
    }

    private void Offer(int a, int b, float similarity)
    {
        var edge = new SimilarityEdge(a, b, Math.Min(similarity, Math.Min(_core[a], _core[b])));
        Raise(_component[a], edge);
        Raise(_component[b], edge);
    }

    private void Raise(int component, SimilarityEdge edge)
    {
        lock (_locks[component % _locks.Length])
        {
            if (edge.Similarity <= _bestSimilarity[component]) return;
            _best[component] = edge;
            Volatile.Write(ref _bestSimilarity[component], edge.Similarity);
        }
    }

    // Equally good edges may close a circle, of which any may be left out.
    private void Join(SimilarityEdge edge)
    {
        if (_sets.Find(edge.A) == _sets.Find(edge.B)) return;
        _sets.Union(edge.A, edge.B);
        _edges.Add(edge);
    }
}
