using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Tests.Benchmarks;

namespace Thesis.Engine.Tests.Faces.Baselines;

/// <summary>A DBSCAN of scikit-learn; -1 is noise.</summary>
internal sealed record DbscanReference(
    string Name, int Count, int Dimension, float[] Rows, double Radius, int MinimumPoints, int[] Labels, int[] Cores)
{
    public FeatureMatrix Features => new(Rows, Count, Dimension);

    public static DbscanReference Of(string name) => BaselineReferences.All.Dbscan.Single(one => one.Name == name);
}

/// <summary>The best of 50 k-means of scikit-learn.</summary>
internal sealed record KMeansReference(
    string Name, int Count, int Dimension, float[] Rows, int Clusters, double Inertia, int[] Labels)
{
    public FeatureMatrix Features => new(Rows, Count, Dimension);

    public static KMeansReference Of(string name) => BaselineReferences.All.KMeans.Single(one => one.Name == name);
}

/// <summary>HDBSCAN by naive code from the paper and by the hdbscan package; -1 is noise.</summary>
internal sealed record HdbscanReference(
    string Name, int Count, int Dimension, float[] Rows, int MinimumClusterSize, int MinimumPoints, int[] Labels,
    int[] PackageLabels)
{
    public static HdbscanReference[] All { get; } = BaselineReferences.Read<HdbscanReference[]>("hdbscan.json");

    public FeatureMatrix Features => new(Rows, Count, Dimension);

    public HdbscanOptions Options => new() { MinimumClusterSize = MinimumClusterSize, MinimumPoints = MinimumPoints };

    public static HdbscanReference Of(string name) => All.Single(one => one.Name == name);
}

/// <summary>Affinity propagation of scikit-learn.</summary>
internal sealed record AffinityReference(
    string Name, int Count, int Dimension, float[] Rows, double? Preference, double Damping, int[] Labels, int[] Exemplars,
    int Iterations)
{
    public static AffinityReference[] All { get; } = BaselineReferences.Read<AffinityReference[]>("affinity.json");

    public FeatureMatrix Features => new(Rows, Count, Dimension);

    public AffinityPropagationOptions Options => new() { Preference = Preference, Damping = Damping };

    public static AffinityReference Of(string name) => All.Single(one => one.Name == name);
}

/// <summary>SSC-OMP by naive NumPy: the combinations, all eigenvectors, and k-means of scikit-learn.</summary>
internal sealed record SubspaceReference(
    string Name, int Count, int Dimension, float[] Rows, int Sparsity, int Clusters, int[] From_, int[] To, double[] Values,
    double[] Eigenvalues, double[] Eigenvectors, int[] Labels)
{
    public static SubspaceReference[] All { get; } = BaselineReferences.Read<SubspaceReference[]>("subspace.json");

    public FeatureMatrix Features => new(Rows, Count, Dimension);

    public static SubspaceReference Of(string name) => All.Single(one => one.Name == name);
}

/// <summary>FC-ES's links by naive code, Infomap's flow and its shortest code; a module of -1 has no flow.</summary>
internal sealed record EarlyStoppingReference(
    string Name, int Count, int Dimension, float[] Rows, int Neighbours, double EdgeProbability, int[] From_, int[] To,
    double[] Weights, double[] NodeFlow, int[] Modules, double CodeLength)
{
    public static EarlyStoppingReference[] All { get; } = BaselineReferences.Read<EarlyStoppingReference[]>("fces.json");

    public FeatureMatrix Features => new(Rows, Count, Dimension);

    public DirectedLink[] Links => [.. From_.Select((from, at) => new DirectedLink(from, To[at], Weights[at]))];

    public static EarlyStoppingReference Of(string name) => All.Single(one => one.Name == name);
}

/// <summary>tests/data/baselines/baselines.json.</summary>
internal sealed record BaselineReferences(DbscanReference[] Dbscan, KMeansReference[] KMeans)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static BaselineReferences All { get; } = Read<BaselineReferences>("baselines.json");

    public static T Read<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Repository.Path("tests", "data", "baselines", name)), Json)!;
}
