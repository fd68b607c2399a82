using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;

namespace Thesis.Engine.Tests.Faces.Linkage;

/// <summary>One case of tests/data/linkage/average.json: rows, and their tree by fastcluster.</summary>
internal sealed record ReferenceTree(
    string Name, int Count, int Dimension, bool Paired, string Transform, double SmallestGap, float[] Rows, double[] Z)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<ReferenceTree> All { get; } = JsonSerializer.Deserialize<ReferenceTree[]>(
        File.ReadAllText(Repository.Path("tests", "data", "linkage", "average.json")), Json)!;

    public BilinearSimilarity Similarity => new(new FeatureMatrix(Rows, Count, Dimension), Paired);

    public DistanceTransform Distance => Enum.Parse<DistanceTransform>(Transform);

    public Dendrogram Tree => LinkageMatrix.ToTree(Z, Count, "fastcluster");

    public static ReferenceTree Of(string name) => All.Single(tree => tree.Name == name);

    public static Dendrogram Condensed(BilinearSimilarity similarity, DistanceTransform transform, WorkContext context)
    {
        using var distances = CondensedDistances.From(similarity, transform, context);
        return CondensedLinkage.Build(distances, context);
    }
}
