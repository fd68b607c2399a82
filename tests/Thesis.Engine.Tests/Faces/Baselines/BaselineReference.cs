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

/// <summary>tests/data/baselines/baselines.json.</summary>
internal sealed record BaselineReferences(DbscanReference[] Dbscan, KMeansReference[] KMeans)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static BaselineReferences All { get; } = JsonSerializer.Deserialize<BaselineReferences>(
        File.ReadAllText(Repository.Path("tests", "data", "baselines", "baselines.json")), Json)!;
}
