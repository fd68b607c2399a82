using Thesis.Engine.Faces;

namespace Thesis.Engine.Tests.Faces.Clustering;

/// <summary>Every method and form, with parameters that suit a hundred or two features of eight dimensions.</summary>
internal static class MethodCase
{
    private static readonly ProximityAwareOptions Proximity = new() { Neighbours = 4, NegativesFrom = 30 };

    private static readonly Dictionary<string, FaceClusteringOptions> Known = new(StringComparer.Ordinal)
    {
        ["ahc"] = Options(ClusteringMethod.Ahc),
        ["pahc"] = Options(ClusteringMethod.Pahc),
        ["pahc, arctan"] = Options(ClusteringMethod.Pahc) with { Transform = DistanceTransform.Arctan },
        ["pahc, exponential"] = Options(ClusteringMethod.Pahc) with { Transform = DistanceTransform.Exponential },
        ["pahc, by distance"] = Options(ClusteringMethod.Pahc) with
        {
            ProximityAware = Proximity with { ByDistance = new ProximityDistances() },
        },
        ["ddc"] = Options(ClusteringMethod.Ddc),
        ["ddc-neg"] = Options(ClusteringMethod.DdcNeg),
        ["aro"] = Options(ClusteringMethod.Aro),
        ["aro, transitive"] = Options(ClusteringMethod.Aro) with
        {
            RankOrder = new RankOrderOptions { NeighbourCount = 12, Form = RankOrderForm.Transitive },
        },
        ["dbscan"] = Options(ClusteringMethod.Dbscan),
        ["hdbscan"] = Options(ClusteringMethod.Hdbscan),
        ["chinese whispers"] = Options(ClusteringMethod.ChineseWhispers),
        ["conpac"] = Options(ClusteringMethod.ConPaC),
        ["affinity propagation"] = Options(ClusteringMethod.AffinityPropagation) with
        {
            AffinityPropagation = new AffinityPropagationOptions { Preference = -1, Damping = 0.7 },
        },
        ["fc-es"] = Options(ClusteringMethod.FcEs) with
        {
            EarlyStopping = new EarlyStoppingOptions { Neighbours = 8, EdgeProbability = 0.6 },
        },
        ["ssc-omp"] = Options(ClusteringMethod.SscOmp) with { Subspace = new SubspaceOptions { Sparsity = 3 } },
        ["k-means"] = Options(ClusteringMethod.KMeans),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Those that build a tree.</summary>
    public static IEnumerable<string> LinkageNames => Names.Where(name => Known[name].Method.HasTree());

    /// <summary>A method with an operating point, where it has use for one.</summary>
    public static FaceClusteringOptions Of(string name, CutRule cut) =>
        Known[name].Method.HasTree() || Known[name].Method.NeedsCount() ? Known[name] with { Cut = cut } : Known[name];

    private static FaceClusteringOptions Options(ClusteringMethod method) => new()
    {
        Method = method,
        ProximityAware = Proximity,
        Density = new DensityOptions { Epsilon = 0.1 },
        DensityNegative = new DensityNegativeOptions { Epsilon = 0.1, Eta = 0.3, Negatives = 20 },
        RankOrder = new RankOrderOptions { NeighbourCount = 12 },
        Dbscan = new DbscanOptions { Radius = 0.05, MinimumPoints = 3 },
        ChineseWhispers = new ChineseWhispersOptions { Radius = 0.05 },
        ConditionalPairs = new ConditionalPairsOptions { Radius = 0.05 },
    };
}
