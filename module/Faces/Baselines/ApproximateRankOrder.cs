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
    private readonly int _neighbourCount = 200;

    /// <summary>k, the neighbours in a list, the point itself not counted.</summary>
    /// <exception cref="InputException"><c>NeighbourCountInvalid</c>.</exception>
    public int NeighbourCount
    {
        get => _neighbourCount;
        init => _neighbourCount = value >= 1
            ? value
            : throw new InputException(
                "NeighbourCountInvalid", FaultKind.InvalidArgument, $"A list holds at least 1 neighbour, not {value}.", value);
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
/// that any pair gets.
/// </summary>
public static class ApproximateRankOrder
{
    /// <summary>Builds the tree of the chosen form.</summary>
    public static Dendrogram Link(FeatureMatrix unit, RankOrderOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        if (options.NeighbourCount >= unit.Count - 1 && unit.Count > 1)
        {
            context.Warning?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"A list of k = {options.NeighbourCount} neighbours holds all of the {unit.Count} faces, so every rank "
                + $"distance is 0. Give a smaller k."));
        }

        var lists = ExactNeighbours.Search(unit, options.NeighbourCount + 1, context);
        var pairs = Distances(lists, context);
        var common = Common(lists.Length - 1);
        return options.Form == RankOrderForm.Transitive
            ? SparseLinkage.Single(unit.Count, pairs, common, context)
            : SparseLinkage.Average(unit.Count, pairs, common, context);
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
