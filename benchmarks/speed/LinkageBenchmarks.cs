using BenchmarkDotNet.Attributes;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Speed;

/// <summary>Exact neighbours and both average linkages of random unit vectors, the hardest case for the lists.</summary>
[MemoryDiagnoser]
public class LinkageBenchmarks
{
    private const int Dimension = 128;

    private FeatureMatrix _unit = null!;

    /// <summary>N.</summary>
    [Params(1000, 6000)]
    public int Count { get; set; }

    /// <summary>Draws the features.</summary>
    [GlobalSetup]
    public void Draw()
    {
        var random = new SeededRandom(1);
        var values = new float[Count * Dimension];
        for (var i = 0; i < values.Length; i++) values[i] = (float)random.NextGaussian();
        _unit = new FeatureMatrix(values, Count, Dimension).Normalize();
    }

    /// <summary>Lists of 32 by blocked products.</summary>
    [Benchmark(Baseline = true)]
    public NeighbourLists Neighbours() => ExactNeighbours.Search(_unit, 32, WorkContext.Default);

    /// <summary>Average linkage in linear memory.</summary>
    [Benchmark]
    public Dendrogram Bilinear() => BilinearLinkage.Build(
        new BilinearSimilarity(_unit, Paired: false), new BilinearLinkageOptions(), WorkContext.Default);

    /// <summary>Average linkage by the chain, with its distances.</summary>
    [Benchmark]
    public Dendrogram Condensed()
    {
        using var distances = CondensedDistances.From(
            new BilinearSimilarity(_unit, Paired: false), DistanceTransform.OneMinus, WorkContext.Default);
        return CondensedLinkage.Build(distances, WorkContext.Default);
    }
}
