using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Operators;

/// <summary>What is computed at some places only is what it is at all; places nearby may be computed by the way.</summary>
public sealed class PartialOperatorTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (name, geometry) in OperatorCases.All())
            {
                if (name is "projection" or "backprojection" or "inversion" or "direct") cases.Add(name, geometry);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Wanted_places_have_the_bytes_of_the_whole(string name, string geometry)
    {
        foreach (var path in KernelPaths.Available)
        {
            var op = OperatorCases.Create<float>(name, OperatorCases.Geometries[geometry], path);
            var x = OperatorVectors.RandomSingle(op.InputLength, 11);
            var whole = OperatorVectors.Apply(op, x);
            var largest = whole.Max(Math.Abs);
            var wanted = new bool[op.OutputLength];
            for (var i = 0; i < wanted.Length; i += 97) wanted[i] = true;
            var part = new float[op.OutputLength];
            Array.Fill(part, float.NaN);
            op.ApplyWhere(x, wanted, part, WorkContext.Default);
            for (var i = 0; i < part.Length; i++)
            {
                var isSame = wanted[i] ? part[i] == whole[i] : part[i] == 0 || Math.Abs(part[i] - whole[i]) <= 1e-5 * largest;
                Assert.True(isSame, $"{path} [{i}]: {whole[i]} and {part[i]}");
            }
        }
    }

    [Fact]
    public void Places_of_another_output_are_refused()
    {
        var op = new ForwardProjection<float>(OperatorVectors.Geometry);
        Assert.Throws<ArgumentException>(() => op.ApplyWhere(
            new float[op.InputLength], new bool[op.OutputLength - 1], new float[op.OutputLength], WorkContext.Default));
    }

    // Most of a float sum's terms cancel the one in the middle; what is left has the digits of the whole.
    [Fact]
    public void The_ramp_of_a_flat_row_keeps_its_digits()
    {
        const int bins = 1281;
        var taps = RampTaps.Parallel(RampFilterKind.RamLak, bins, 0.017);
        float[] row = [.. Enumerable.Range(0, bins).Select(bin => 2.5f + (0.1f * MathF.Sin(0.03f * bin)))];
        var single = OperatorVectors.Apply(new BinFilter<float>(1, taps), row);
        for (var bin = 0; bin < bins; bin++)
        {
            var exact = Enumerable.Range(0, bins).Sum(j => taps[Math.Abs(bin - j)] * row[j]);
            Assert.Equal(exact, single[bin], 3e-5);
        }
    }
}
