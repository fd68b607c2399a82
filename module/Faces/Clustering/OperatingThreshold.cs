using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Faces and their tree of merges.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Distance">
/// The distance of two faces; null where it tells nothing of chance, as with ARO, most of whose ranks are the last.
/// </param>
internal sealed record LinkedFaces(Dendrogram Tree, Func<int, int, double>? Distance = null);

/// <summary>The linkage distance at which a rule cuts a tree.</summary>
internal static class OperatingThreshold
{
    // Fewer tell too little of the distances of two people's faces.
    private const int FewestFaces = 24;

    /// <summary>The largest linkage distance that is merged.</summary>
    /// <param name="faces">The faces.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="seed">The seed of the pairs that <see cref="CutRule.Chance"/> draws.</param>
    /// <param name="context">Cancellation, sentences, warnings.</param>
    public static double Of(LinkedFaces faces, CutRule rule, long seed, WorkContext context)
    {
        var tree = faces.Tree;
        switch (rule)
        {
            case CutRule.Threshold given:
                return given.Distance;
            case CutRule.Count count:
                return tree.HeightOfCount(count.Clusters);
            case CutRule.Oracle oracle:
                var best = OracleSweep.Run(tree, oracle.Identities, context).Best;
                context.Verbose?.Invoke(string.Create(
                    CultureInfo.InvariantCulture, $"Oracle: BCubed F = {best.F:F4} at {best.Threshold:F4}."));
                return best.Threshold;
            case CutRule.Chance or CutRule.Kink when tree.Count == 1:
                // One face is one cluster: there is nothing to choose.
                return double.NegativeInfinity;
            case CutRule.Chance chance when faces.Distance is { } distance:
                return ByChance(tree, distance, chance.Level, seed, context);
            default:
                return ByKink(tree, context);
        }
    }

    private static double ByChance(
        Dendrogram tree, Func<int, int, double> distance, double level, long seed, WorkContext context)
    {
        var unrelated = UnrelatedDistances.Of(tree.Count, distance, new SeededRandom(seed), context);
        if (!unrelated.IsPlausible)
        {
            context.Warning?.Invoke(
                "The distances of these faces do not look like those of many people, so the cut is at the kink of the "
                + "curve of cluster counts, which is a weak hint. Look at the clusters, or say where to cut.");
            return ByKink(tree, context);
        }

        if (tree.Count < FewestFaces)
        {
            context.Warning?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"{tree.Count} faces are few to tell how far apart two people's faces lie, so the cut is a guess. Look at "
                + $"the clusters, or say where to cut."));
        }

        var cut = ChanceCut.Find(tree, unrelated, distance(0, 0), level);
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Faces of two people lie {unrelated.Mode:F4} apart, with a deviation of {unrelated.Deviation:F4}; "
            + $"cut at {cut.Threshold:F4}, after {cut.Merges} merges, at a level of {level}."));
        return cut.Threshold;
    }

    private static double ByKink(Dendrogram tree, WorkContext context)
    {
        var kink = OperatingPoint.FindKink(tree);
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"The kink of the curve of cluster counts lies at {kink.Threshold:F4}, with {kink.Clusters} clusters."));
        return kink.Threshold;
    }
}
