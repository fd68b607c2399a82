using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="EarlyStopping"/>; the defaults are the authors'.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>k, entries of a neighbour list, the face itself included.</summary>
    public const int DefaultNeighbours = 80;

    /// <summary>theta, the least probability of an edge.</summary>
    public const double DefaultEdgeProbability = 0.22;

    /// <summary>k, entries of a neighbour list, the face itself included; 2 or more.</summary>
    /// <exception cref="InputException"><c>NeighbourCountInvalid</c>.</exception>
    public int Neighbours
    {
        get;
        init => field = ClusteringRange.Neighbours(value);
    } = DefaultNeighbours;

    /// <summary>Neighbour lists that are known, in place of those that are searched; null to search.</summary>
    public NeighbourLists? Lists { get; init; }

    /// <summary>theta, the least probability of an edge, in (0, 1].</summary>
    /// <exception cref="InputException"><c>EdgeProbabilityInvalid</c>.</exception>
    public double EdgeProbability
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new InputException(
                "EdgeProbabilityInvalid", FaultKind.InvalidArgument,
                FormattableString.Invariant($"A probability lies above 0 and up to 1, not at {value}."), value);
    } = DefaultEdgeProbability;
}

/// <summary>
/// FC-ES, the unsupervised part of FC-ESER (Liu 2024, "Face clustering via early stopping and edge recall"). With V(i) the
/// k nearest of i, itself included, d = 2 - 2 max(0, x_i . x_j), the neighbour-based probability of an edge is
/// <code>
/// p(h | i) = exp(-d(i, h) / .5) / sum over V(i) of the same
/// P(i, j)  = 1/2 sum over h in V(i) and V(j) of [p(h | i) + p(h | j)]
/// </code>
/// Every face links to its neighbours by falling similarity while P(i, j) is at least theta, and stops at the first that
/// is not; the links, weighted by P, are parted by the map equation (<see cref="MapEquation"/>), and a face that links to
/// nobody is alone.
/// </summary>
/// <remarks>
/// As the authors' published code computes it, but for the search over partitions, which is this module's own; theirs is
/// Infomap's (two-level, directed). O(N k) memory.
/// </remarks>
public static class EarlyStopping
{
    private const double Sigma = 0.5;

    /// <summary>Clusters points.</summary>
    public static int[] Cluster(FeatureMatrix unit, EarlyStoppingOptions options, SeededRandom random, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(context);
        if (options.Lists is null && unit.Count > 1 && unit.Count <= options.Neighbours)
        {
            context.Warning?.Invoke(
                $"Lists of {options.Neighbours} neighbours hold all {unit.Count} faces, so every edge has the probability 1 and all become one "
                + "cluster. FC-ES is for sets of many more faces, or for shorter lists.");
        }

        var lists = options.Lists ?? ExactNeighbours.Search(unit, options.Neighbours, context);
        var links = Links(lists, options.EdgeProbability, context);
        var modules = Enumerable.Range(0, unit.Count).Select(i => ~i).ToArray();
        if (links.Count > 0)
        {
            var network = FlowNetwork.From(unit.Count, links, context);
            var found = MapEquation.Partition(network, random, context);
            foreach (var link in links) modules[link.From] = found[link.From];
            context.Verbose?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"FC-ES: {links.Count} links, {modules.Count(module => module < 0)} faces without, code length "
                + $"{MapEquation.Length(network, found, context):F6} bits."));
        }

        return ClusterLabels.BySize(modules);
    }

    /// <summary>The links of all faces, up to where each stops.</summary>
    internal static List<DirectedLink> Links(NeighbourLists lists, double least, WorkContext context)
    {
        var chances = Chances(lists);
        var found = new List<DirectedLink>[lists.Count];
        RowParallel.For(lists.Count, context, () => new Places(lists.Count), (i, places) =>
        {
            found[i] = LinksOf(lists, chances, i, least, places.Of);
        });
        return [.. found.SelectMany(links => links)];
    }

    // p(h | i) in the places of the lists.
    private static double[] Chances(NeighbourLists lists)
    {
        var chances = new double[lists.Similarities.Length];
        for (var i = 0; i < lists.Count; i++)
        {
            var own = chances.AsSpan(i * lists.Length, lists.Length);
            var sum = 0.0;
            for (var h = 0; h < own.Length; h++)
            {
                var distance = 2 - (2.0 * Math.Clamp(lists.SimilaritiesOf(i)[h], 0, 1));
                sum += own[h] = Math.Exp(-distance / Sigma);
            }

            for (var h = 0; h < own.Length; h++) own[h] /= sum;
        }

        return chances;
    }

    private static List<DirectedLink> LinksOf(NeighbourLists lists, double[] chances, int i, double least, int[] places)
    {
        var own = lists.Of(i);
        for (var h = 0; h < own.Length; h++) places[own[h]] = h + 1;
        var links = new List<DirectedLink>();
        for (var at = 1; at < own.Length; at++)
        {
            var probability = 0.0;
            var others = lists.Of(own[at]);
            for (var h = 0; h < others.Length; h++)
            {
                if (places[others[h]] is var place && place == 0) continue;
                probability += (chances[(i * lists.Length) + place - 1] + chances[(own[at] * lists.Length) + h]) / 2;
            }

            if (probability < least) break;
            links.Add(new DirectedLink(i, own[at], Math.Min(1, probability)));
        }

        foreach (var h in own) places[h] = 0;
        return links;
    }

    private sealed class Places(int count)
    {
        public int[] Of { get; } = new int[count];
    }
}
