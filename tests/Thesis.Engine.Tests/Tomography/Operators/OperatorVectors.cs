using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Operators;

/// <summary>The arrays of tests/data/tomography/operators, whose README says how each was made, and random ones.</summary>
internal static class OperatorVectors
{
    /// <summary>64 x 64 pixels of length 1, 80 views, an arc of 81 bins of 0.4 degree.</summary>
    public static ScanGeometry Geometry { get; } = new(
        DetectorKind.Arc, 80, 81, 0.4 * Math.PI / 180, 64, 1, 1075.0 * 64 / 416);

    public static float[] Read(string name) => NpyFile.Read(
        Repository.Path("tests", "data", "tomography", "operators", $"{name}.npy"), WorkContext.Default).ToSingle();

    public static double[] Widen(float[] values) => Array.ConvertAll(values, value => (double)value);

    public static double[] Random(int length, long seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
    }

    public static float[] RandomSingle(int length, long seed) => Array.ConvertAll(Random(length, seed), v => (float)v);

    public static T[] Apply<T>(LinearOperator<T> op, T[] input, WorkContext? work = null)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var output = new T[input.Length / op.InputLength * op.OutputLength];
        op.Apply(input, output, work ?? WorkContext.Default);
        return output;
    }

    public static T[] ApplyAdjoint<T>(LinearOperator<T> op, T[] output, WorkContext? work = null)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var input = new T[output.Length / op.OutputLength * op.InputLength];
        op.ApplyAdjoint(output, input, work ?? WorkContext.Default);
        return input;
    }

    public static void AssertNear(float[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(difference <= tolerance, $"[{i}] {expected[i]} and {actual[i]}");
        }
    }
}
