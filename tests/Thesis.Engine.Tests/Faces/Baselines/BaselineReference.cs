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

/// <summary>tests/data/baselines/baselines.json.</summary>
internal sealed record BaselineReferences(DbscanReference[] Dbscan, KMeansReference[] KMeans)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static BaselineReferences All { get; } = Read<BaselineReferences>("baselines.json");

    public static T Read<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Repository.Path("tests", "data", "baselines", name)), Json)!;
}
