using BenchmarkDotNet.Attributes;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Speed;

/// <summary>The K largest of one row of a product, in random order.</summary>
public class SelectionBenchmarks
{
    private float[] _row = [];
    private float[] _values = [];
    private int[] _indices = [];

    /// <summary>Values in the row.</summary>
    [Params(10_000, 70_000)]
    public int Count { get; set; }

    /// <summary>K.</summary>
    [Params(32, 200)]
    public int Length { get; set; }

    /// <summary>Draws the row.</summary>
    [GlobalSetup]
    public void Draw()
    {
        var random = new SeededRandom(1);
        _row = [.. Enumerable.Range(0, Count).Select(_ => (float)random.NextGaussian())];
        _values = new float[Length];
        _indices = new int[Length];
    }

    /// <summary>The engine's kernel.</summary>
    [Benchmark]
    public int Select() => new TopSelector(_values, _indices).Select(_row, skip: 0);
}
