using System.Text.Json;
using Thesis.Engine.Tests.Benchmarks;

namespace Thesis.Engine.Tests.Faces.Metrics;

/// <summary>One case of tests/data/metrics/scores.json.</summary>
internal sealed record ScoreReference(
    string Name, int[] Clusters, int[] Identities, double BCubedPrecision, double BCubedRecall,
    double PairwisePrecision, double PairwiseRecall, double Nmi, double NmiGeometric)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<ScoreReference> All { get; } = JsonSerializer.Deserialize<ScoreReference[]>(
        File.ReadAllText(Repository.Path("tests", "data", "metrics", "scores.json")), Json)!;

    public static ScoreReference Of(string name) => All.Single(score => score.Name == name);
}
