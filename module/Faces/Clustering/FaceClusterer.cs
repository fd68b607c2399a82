using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Runs one clustering method on unit features: similarity, linkage, operating point, statistics.</summary>
public static class FaceClusterer
{
    /// <summary>Clusters faces.</summary>
    /// <param name="unit">N features of unit length.</param>
    /// <param name="options">The method, its parameters and its operating point.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <exception cref="InputException">
    /// The method cannot use the operating point (<c>OperatingPointNotUsed</c>, <c>ClusterCountMissing</c>), the oracle
    /// knows no identity (<c>IdentityMissing</c>), or what the method needs does not fit into memory
    /// (<c>MemoryInsufficient</c>).
    /// </exception>
    public static FaceClusteringResult Cluster(FeatureMatrix unit, FaceClusteringOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        CheckCut(options);
        CheckSet(unit, options);
        var clustering = options.Method switch
        {
            ClusteringMethod.Dbscan => WithNoise(
                Dbscan.Cluster(unit, options.Dbscan, context), unit,
                FormattableString.Invariant($"-MinimumPoints {options.Dbscan.MinimumPoints} faces within -Epsilon {options.Dbscan.Radius}"),
                context),
            ClusteringMethod.Hdbscan => WithNoise(
                Hdbscan.Cluster(unit, options.Hdbscan, context), unit,
                FormattableString.Invariant($"-MinimumClusterSize {options.Hdbscan.MinimumClusterSize} faces"), context),
            ClusteringMethod.ChineseWhispers => Plain(
                ChineseWhispers.Cluster(unit, options.ChineseWhispers, new SeededRandom(options.Seed), context).Labels),
            ClusteringMethod.ConPaC => Plain(ConditionalPairs.Cluster(unit, options.ConditionalPairs, context).Labels),
            ClusteringMethod.AffinityPropagation => Plain(
                AffinityPropagation.Cluster(unit, options.AffinityPropagation, new SeededRandom(options.Seed), context).Labels),
            ClusteringMethod.FcEs => Plain(
                EarlyStopping.Cluster(unit, options.EarlyStopping, new SeededRandom(options.Seed), context)),
            ClusteringMethod.KMeans => ByMeans(unit, options, context),
            ClusteringMethod.SscOmp => Plain(SubspaceClustering.Cluster(
                unit, CountOf(options.Cut), options.Subspace, new SeededRandom(options.Seed), context)),
            _ => ByLinkage(unit, options, context),
        };
        return options.Statistics && unit.Count > 0
            ? clustering with { Statistics = ClusterStatistics.Measure(unit, clustering.Labels, context) }
            : clustering;
    }

    /// <summary>Fails when a method has no use for an operating point, or lacks one; computes nothing.</summary>
    public static void CheckCut(FaceClusteringOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Method.NeedsCount())
        {
            if (options.Cut is not (CutRule.Count or CutRule.Oracle))
            {
                throw new InputException(
                    "ClusterCountMissing", FaultKind.InvalidArgument, $"{options.Method.Name()} needs a number of clusters.");
            }
        }
        else if (!options.Method.HasTree() && options.Cut is (CutRule.Threshold or CutRule.Count))
        {
            throw new InputException(
                "OperatingPointNotUsed", FaultKind.InvalidArgument,
                $"{options.Method.Name()} is not cut: its parameters are its operating point.");
        }
    }

    // What a tree of hours would end in.
    private static void CheckSet(FeatureMatrix unit, FaceClusteringOptions options)
    {
        if (options.Cut is CutRule.Likelihood { Calibration: { } calibration }) calibration.RequireDimension(unit.Dimension);
        if (options.Cut is not CutRule.Count { Clusters: var clusters } || clusters <= unit.Count || !options.Method.HasTree()) return;
        throw new InputException(
            "ClusterCountInvalid", FaultKind.InvalidArgument, $"{unit.Count} faces cannot make {clusters} clusters.", clusters);
    }

    private static FaceClusteringResult ByLinkage(FeatureMatrix unit, FaceClusteringOptions options, WorkContext context)
    {
        var tree = Link(unit, WithMeasuredRadii(unit, options, context), context);
        var (merges, answer, expected) = TreeCut.Of(
            unit, tree, onCosines: options.Method == ClusteringMethod.Ahc, options.Cut, context);
        return new FaceClusteringResult(tree.CutAfter(merges), null, tree, answer, null) { Expected = expected };
    }

    // Where the set does not tell, the dissertation's stay.
    private static FaceClusteringOptions WithMeasuredRadii(
        FeatureMatrix unit, FaceClusteringOptions options, WorkContext context)
    {
        var (epsilon, eta) = options.Method switch
        {
            ClusteringMethod.Ddc => (options.MeasureEpsilon, false),
            ClusteringMethod.DdcNeg => (options.MeasureEpsilon, options.MeasureEta),
            _ => (false, false),
        };
        if (!(epsilon || eta)) return options;
        var radii = MeasuredRadii.Of(unit, context);
        if (radii is null)
        {
            context.Warning?.Invoke(
                $"Fewer than {MeasuredRadii.FewestPeople} clusters of two faces were found: they do not tell the radii of "
                + "these features, and those of the dissertation's stay. -Calibration or -Epsilon and -Eta say others.");
            return options;
        }

        return options with
        {
            Density = epsilon ? options.Density with { Epsilon = radii.Epsilon } : options.Density,
            DensityNegative = options.DensityNegative with
            {
                Epsilon = epsilon ? radii.Epsilon : options.DensityNegative.Epsilon,
                Eta = eta ? radii.Eta : options.DensityNegative.Eta,
            },
        };
    }

    private static Dendrogram Link(FeatureMatrix unit, FaceClusteringOptions options, WorkContext context)
    {
        switch (options.Method)
        {
            case ClusteringMethod.Ahc:
                return Linked(new BilinearSimilarity(unit, Paired: false), DistanceTransform.OneMinus, context);
            case ClusteringMethod.Pahc:
                return Linked(
                    Learned(ProximityAwareSimilarity.Build(unit, options.ProximityAware, context), context),
                    options.Transform, context);
            case ClusteringMethod.Ddc:
                return Linked(
                    Learned(DensitySimilarity.Build(unit, options.Density, context), context),
                    DistanceTransform.OneMinus, context);
            case ClusteringMethod.DdcNeg:
                return Linked(
                    Learned(DensityNegativeSimilarity.Build(unit, options.DensityNegative, context), context),
                    DistanceTransform.OneMinus, context);
            case ClusteringMethod.Aro:
                return ApproximateRankOrder.Link(unit, options.RankOrder, context);
            default:
                throw new InvalidOperationException($"{options.Method} is no linkage method.");
        }
    }

    private static Dendrogram Linked(
        BilinearSimilarity similarity, DistanceTransform transform, WorkContext context) =>
        transform == DistanceTransform.OneMinus
            ? BilinearLinkage.Build(similarity, new BilinearLinkageOptions(), context)
            : Condensed(similarity, transform, context);

    private static Dendrogram Condensed(
        BilinearSimilarity similarity, DistanceTransform transform, WorkContext context)
    {
        using var distances = CondensedDistances.From(similarity, transform, context);
        return CondensedLinkage.Build(distances, context);
    }

    private static BilinearSimilarity Learned(SimilarityModel model, WorkContext context)
    {
        foreach (var warning in model.Warnings) context.Warning?.Invoke(warning);
        var report = model.Report;
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Similarity: {report.Samples} problems, {report.MeanIterations:F1} iterations and "
            + $"{report.MeanNeighbourhood:F1} neighbours on average (at most {report.LargestNeighbourhood}), "
            + $"{report.WithoutNegatives} without negatives, {report.Unconverged} not converged."));
        return model.Similarity;
    }

    private static FaceClusteringResult WithNoise(
        (int[] Labels, bool[] Noise) found, FeatureMatrix unit, string least, WorkContext context)
    {
        NoiseWarning.Check(unit, found.Noise, least, context);
        return new FaceClusteringResult(found.Labels, found.Noise, null, null, null);
    }

    private static FaceClusteringResult Plain(int[] labels) => new(labels, null, null, null, null);

    private static FaceClusteringResult ByMeans(FeatureMatrix unit, FaceClusteringOptions options, WorkContext context)
    {
        var clusters = CountOf(options.Cut);
        var result = KMeans.Cluster(unit, clusters, options.KMeans, new SeededRandom(options.Seed), context);
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"k-means: k = {clusters}, {result.Iterations} iterations, inertia {result.Inertia:G6}, "
            + $"{(result.Converged ? "converged" : "stopped at the limit")}."));
        return Plain(result.Labels);
    }

    private static int CountOf(CutRule cut) => cut switch
    {
        CutRule.Count count => count.Clusters,
        CutRule.Oracle oracle => KnownIdentities(oracle.Identities),
        _ => throw new InvalidOperationException("The cut was checked before."),
    };

    private static int KnownIdentities(int[] identities)
    {
        var known = identities.Where(identity => identity >= 0).Distinct().Count();
        return known > 0
            ? known
            : throw new InputException("IdentityMissing", FaultKind.InvalidData, "No identity is known.");
    }
}
