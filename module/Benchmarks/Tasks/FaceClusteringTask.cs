using Thesis.Engine.Faces;

namespace Thesis.Engine.Benchmarks;

/// <summary>Clustering faces: <c>Invoke-FaceClustering</c> and <c>Measure-FaceClustering</c>.</summary>
internal static class FaceClusteringTask
{
    public static BenchmarkTask Definition { get; } = new()
    {
        Name = "face-clustering",
        Files = [new("features"), new("identities")],
        Protocols = SyntheticProtocol.Names,
        Methods =
        [
            "AHC", "PAHC", "DDC", "DDC-NEG", "ARO", "DBSCAN", "HDBSCAN", "ChineseWhispers", "ConPaC", "AffinityPropagation",
            "FC-ES", "KMeans", "SSC-OMP",
        ],
        Parameters = new Dictionary<string, ParameterKind>
        {
            ["NeighbourCount"] = ParameterKind.Integer,
            ["NegativeOffset"] = ParameterKind.Integer,
            ["NegativeCount"] = ParameterKind.Integer,
            ["RankCount"] = ParameterKind.Integer,
            ["MinimumPoints"] = ParameterKind.Integer,
            ["MinimumClusterSize"] = ParameterKind.Integer,
            ["MaximumIterations"] = ParameterKind.Integer,
            ["Sparsity"] = ParameterKind.Integer,
            ["ClusterCount"] = ParameterKind.Integer,
            ["Penalty"] = ParameterKind.Number,
            ["Epsilon"] = ParameterKind.Number,
            ["Eta"] = ParameterKind.Number,
            ["Nu"] = ParameterKind.Number,
            ["Damping"] = ParameterKind.Number,
            ["EdgeProbability"] = ParameterKind.Number,
            ["Preference"] = ParameterKind.Number,
            ["Threshold"] = ParameterKind.Number,
            ["Transform"] = ParameterKind.Text,
            ["Calibration"] = ParameterKind.Text,
            ["Auto"] = ParameterKind.Flag,
        },
        Metrics =
        [
            new("bcubed_f", "1"),
            new("bcubed_precision", "1"),
            new("bcubed_recall", "1"),
            new("pairwise_f", "1"),
            new("nmi", "1"),
            new("clusters", "clusters"),
            new("threshold", "distance"),
        ],
    };
}
