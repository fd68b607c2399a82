using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The reference values of tests/data/robustness.</summary>
internal static class ReferenceVectors
{
    private static string Folder => Repository.Path("tests", "data", "robustness");

    /// <summary>An array as a float64 tensor.</summary>
    public static Tensor Of(string name)
    {
        TorchBackend.EnsureLoaded();
        var array = NpyFile.Read(Path.Combine(Folder, name + ".npy"), WorkContext.Default);
        var values = array.Data switch
        {
            double[] doubles => doubles,
            float[] singles => Array.ConvertAll(singles, value => (double)value),
            long[] numbers => Array.ConvertAll(numbers, value => (double)value),
            int[] numbers => Array.ConvertAll(numbers, value => (double)value),
            _ => throw new InvalidOperationException(name),
        };
        return tensor(values, Array.ConvertAll(array.Shape, length => (long)length));
    }

    public static Tensor Images => Of("x");

    public static Tensor Labels => Of("y").to(ScalarType.Int64);

    /// <summary>The class after each image's own, of five.</summary>
    public static Tensor NextLabels => Labels.Plus(Held(1)).remainder(Held(5));

    /// <summary>The twelve images as one batch, away from their classes.</summary>
    public static AttackBatch Batch(long seed = 1) =>
        new(Images, AttackGoal.AwayFrom(Labels), [.. Enumerable.Range(0, 12)], seed);

    /// <summary>The twelve images as one batch, towards the next class.</summary>
    public static AttackBatch TargetedBatch() =>
        Batch() with { Goal = AttackGoal.Towards(NextLabels, Labels) };

    public static JsonElement Statistics => JsonDocument
        .Parse(File.ReadAllText(Path.Combine(Folder, "statistics.json"))).RootElement;

    /// <summary>The largest difference of two tensors.</summary>
    public static double Distance(Tensor actual, Tensor expected) => (actual - expected).abs().max().item<double>();

    public static double Distance(Tensor actual, string name) => Distance(actual, Of(name));
}
