using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How rank-order distances become clusters.</summary>
public enum RankOrderForm
{
    /// <summary>Average linkage, as the dissertation evaluates it (section 2.5.3).</summary>
    Average,

    /// <summary>One transitive merge of all pairs up to a threshold, as Otto et al. propose.</summary>
    Transitive,
}

/// <summary>Options of <see cref="ApproximateRankOrder"/>.</summary>
public sealed record RankOrderOptions
{
    /// <summary>The most neighbours in a list whose length is not given: the authors' 200.</summary>
    public const int MostNeighbours = 200;

    // Of random faces of LFW and of generated ones, 50 to 1,000, the best k lay between 1 and 2 roots of their number.
    private const double NeighboursByRoot = 1.5;

    /// <summary>
    /// k, the neighbours in a list, the point itself not counted; null for 1.5 times the root of the number of different
    /// faces, and 200 at most.
    /// </summary>
    /// <exception cref="InputException"><c>NeighbourCountInvalid</c>.</exception>
    public int? NeighbourCount
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new InputException(
                "NeighbourCountInvalid", FaultKind.InvalidArgument, $"A list holds at least 1 neighbour, not {value}.", value);
    }

    /// <summary>The k of a number of different faces. It leaves a face out of each list, wherever there are three or more.</summary>
    /// <exception cref="InputException"><c>NeighbourCountInvalid</c>: the lists asked for hold all faces.</exception>
    public int NeighboursOf(int faces)
    {
        if (NeighbourCount is not { } asked)
        {
            return Math.Clamp((int)Math.Ceiling(NeighboursByRoot * Math.Sqrt(faces)), 1, Math.Clamp(faces - 2, 1, MostNeighbours));
        }

        if (asked < faces - 1 || faces < 3) return asked;
        throw new InputException(
            "NeighbourCountInvalid", FaultKind.InvalidArgument,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Lists of k = {asked} neighbours hold all of the {faces} different faces, so that every rank distance is 0. "
                + $"Give at most {faces - 2} (-RankCount), or none."),
            asked);
    }

    /// <summary>The form.</summary>
    public RankOrderForm Form { get; init; } = RankOrderForm.Average;
}

/// <summary>
/// Approximate rank-order clustering (Otto, Wang and Jain 2018, "Clustering millions of faces by identity"). With
/// f_a(i) the i-th neighbour of a, O_a(b) the rank of b in a's list, and k the length of the lists:
/// <code>
/// d(a, b) = sum over i = 1 .. min(O_a(b), k) of [f_a(i) is not among the k nearest of b]
/// D(a, b) = (d(a, b) + d(b, a)) / min(O_a(b), O_b(a))
/// </code>
/// for pairs of which one is in the other's list. b is among its own nearest. Two lists that share nothing, outside each
/// other's reach, would have D = 2k / (k + 1): this is the distance of all pairs that are in neither list, and the most
/// that any pair gets. Copies of a face are one point of as much weight, and are merged first, at distance 0; the height of
/// two different faces is 1e-9 at least.
/// </summary>
public static class ApproximateRankOrder
{
    // Neighbours of each other have the rank distance 0 as well. Above it their merges are no part of a cut at the copies'.
    private const double LeastOfDifferent = 1e-9;

    /// <summary>Builds the tree of the chosen form; it does not depend on the order of the faces but in its numbers.</summary>
    public static Dendrogram Link(FeatureMatrix unit, RankOrderOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var builder = new DendrogramBuilder(unit.Count);
        if (unit.Count == 0) return builder.Build();
        var distinct = DistinctRows.From(unit);
        for (var i = 0; i < unit.Count; i++)
        {
            var first = distinct.First[distinct.Of[i]];
            if (first != i) builder.Add(first, i, 0);
        }

        builder.Least = LeastOfDifferent;
        if (distinct.First.Length == 2)
        {
            context.Warning?.Invoke("There are two different faces: ranks do not tell how alike they are, and join them.");
        }

        var neighbours = options.NeighboursOf(distinct.First.Length);
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture, $"Rank order: {distinct.First.Length} different faces, lists of k = {neighbours}."));
        var lists = ExactNeighbours.Search(distinct.Rows, neighbours + 1, context);
        var nodes = new SparseNodes(distinct.First, distinct.Multiplicities());
        var pairs = Distances(lists, context);
        var common = Common(lists.Length - 1);
        if (options.Form == RankOrderForm.Transitive) SparseLinkage.AddSingle(nodes, pairs, common, builder, context);
        else SparseLinkage.AddAverage(nodes, pairs, common, builder, context);
        return builder.Build();
    }

    /// <summary>The distance of a pair in neither list, 2k / (k + 1).</summary>
    public static double Common(int neighbours) => 2.0 * neighbours / (neighbours + 1);

    /// <summary>The distances of all pairs of which one is in the other's list, each once.</summary>
    public static WeightedPair[] Distances(NeighbourLists lists, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(context);
        var common = (float)Common(lists.Length - 1);
        var found = new WeightedPair[lists.Count][];
        Parallel.For(
            0, lists.Count, context.Parallel, () => (A: new int[lists.Count], B: new int[lists.Count]),
            (a, _, ranks) =>
            {
                context.ThrowIfCancelled();
                found[a] = PairsOf(lists, a, common, ranks.A, ranks.B);
                return ranks;
            },
            _ => { });
        return [.. found.SelectMany(pairs => pairs)];
    }

    // The pairs (a, b) with b in a's list, without those that b's own turn gives. ranks holds O_a(x) + 1, 0 for unlisted.
    private static WeightedPair[] PairsOf(NeighbourLists lists, int a, float common, int[] ranksOfA, int[] ranksOfB)
    {
        var ofA = lists.Of(a);
        Mark(ofA, ranksOfA);
        var pairs = new List<WeightedPair>(ofA.Length);
        for (var rank = 1; rank < ofA.Length; rank++)
        {
            var b = ofA[rank];
            var ofB = lists.Of(b);
            Mark(ofB, ranksOfB);
            var back = ranksOfB[a] == 0 ? ofB.Length : ranksOfB[a] - 1;
            if (a < b || ranksOfB[a] == 0)
            {
                var distance = (Missing(ofA, rank, ranksOfB) + Missing(ofB, back, ranksOfA)) / (float)Math.Min(rank, back);
                pairs.Add(new WeightedPair(a, b, Math.Min(distance, common)));
            }

            Unmark(ofB, ranksOfB);
        }

        Unmark(ofA, ranksOfA);
        return [.. pairs];
    }

    private static int Missing(ReadOnlySpan<int> list, int upTo, int[] ranks)
    {
        var missing = 0;
        for (var i = 1; i <= upTo && i < list.Length; i++)
        {
            if (ranks[list[i]] == 0) missing++;
        }

        return missing;
    }

    private static void Mark(ReadOnlySpan<int> list, int[] ranks)
    {
        for (var i = 0; i < list.Length; i++) ranks[list[i]] = i + 1;
    }

    private static void Unmark(ReadOnlySpan<int> list, int[] ranks)
    {
        foreach (var point in list) ranks[point] = 0;
    }
}
