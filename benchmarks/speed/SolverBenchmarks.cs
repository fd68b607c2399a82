using BenchmarkDotNet.Attributes;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Speed;

/// <summary>The similarities of 2,000 clustered features: one solver problem a point, neighbours included.</summary>
public class SolverBenchmarks
{
    private const int Count = 2000;
    private const int Dimension = 128;
    private const int Centres = 200;

    private FeatureMatrix _unit = null!;

    /// <summary>Draws features around centres, so that neighbourhoods are not empty.</summary>
    [GlobalSetup]
    public void Draw()
    {
        var random = new SeededRandom(1);
        var centres = Enumerable.Range(0, Centres * Dimension).Select(_ => random.NextGaussian()).ToArray();
        var values = new float[Count * Dimension];
        for (var i = 0; i < values.Length; i++)
        {
            var centre = centres[(i / Dimension % Centres * Dimension) + (i % Dimension)];
            values[i] = (float)(centre + (0.5 * random.NextGaussian()));
        }

        _unit = new FeatureMatrix(values, Count, Dimension).Normalize();
    }

    /// <summary>(2.7) with 100 negatives: Newton on the Gram matrix.</summary>
    [Benchmark(Baseline = true)]
    public SimilarityModel FewNegatives() => ProximityAwareSimilarity.Build(
        _unit, new ProximityAwareOptions { Negatives = 100 }, WorkContext.Default);

    /// <summary>(2.7) with all negatives: a working set.</summary>
    [Benchmark]
    public SimilarityModel AllNegatives() =>
        ProximityAwareSimilarity.Build(_unit, new ProximityAwareOptions(), WorkContext.Default);

    /// <summary>(3.3): the smallest enclosing sphere of a neighbourhood.</summary>
    [Benchmark]
    public SimilarityModel Density() => DensitySimilarity.Build(_unit, new DensityOptions(), WorkContext.Default);

    /// <summary>(3.15): a neighbourhood against 100 negatives.</summary>
    [Benchmark]
    public SimilarityModel DensityWithNegatives() =>
        DensityNegativeSimilarity.Build(_unit, new DensityNegativeOptions(), WorkContext.Default);
}
