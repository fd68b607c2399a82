using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class TotalVariationTests
{
    private static readonly Problem Tiny = TomographyData.Json<Problem>("reduction", "variation.json");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_objective_falls_to_that_of_split_Bregman(int index)
    {
        var expected = Tiny.Cases[index];
        var objectives = new List<double>();
        var options = new TotalVariationOptions { Lambda = expected.Lam, Iterations = 20_000, Tolerance = 1e-8 };
        var solver = new PrimalDualSolver(new DenseOperator(Tiny.Matrix, Tiny.Rays), Tiny.Rows, Tiny.Columns, options);
        var start = new float[Tiny.Rows * Tiny.Columns];
        var (image, report) = solver.Solve(Tiny.Measured, Tiny.Used, start, WorkContext.Default, objectives.Add);
        Assert.Equal(1, report.Objective / expected.Objective, 2e-4);
        Assert.True(report.Objective > expected.Objective * (1 - 1e-5), $"{report.Objective} below {expected.Objective}");
        Assert.Equal(report.Iterations, objectives.Count);
        Assert.Equal(report.Objective, objectives[^1]);
        Assert.True(report.InitialObjective > 10 * report.Objective);

        // Between marks that lie a factor of 4 apart, the distance to the least value never grows.
        for (int mark = 4, before = 1; mark < objectives.Count; before = mark, mark *= 4)
        {
            Assert.True(objectives[mark] - expected.Objective <= objectives[before] - expected.Objective + 1e-6);
        }
    }

    [Fact]
    public void The_gradient_and_its_adjoint_agree_and_the_variation_of_a_step_is_its_edge()
    {
        const int rows = 9;
        const int columns = 7;
        var random = new SeededRandom(8L);
        float[] Draw() => [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextGaussian())];
        var (image, downward, rightward) = (Draw(), Draw(), Draw());
        var gradient = new ForwardDifferences(rows, columns);
        var (down, right) = (new float[rows * columns], new float[rows * columns]);
        gradient.AscendAndProject(image, down, right, 1, float.MaxValue);
        var adjoint = new float[rows * columns];
        gradient.AddAdjoint(downward, rightward, adjoint);
        Assert.Equal(Dot(down, downward) + Dot(right, rightward), Dot(image, adjoint), 1e-4);

        var step = new float[rows * columns];
        for (var i = 0; i < rows; i++) step.AsSpan((i * columns) + 3, columns - 3).Fill(2);
        Assert.Equal(2 * rows, gradient.Variation(step), 1e-9);

        static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<InputException>(() => new TotalVariationOptions { Lambda = 0 });
        Assert.Throws<InputException>(() => new TotalVariationOptions { Iterations = 0 });
        Assert.Throws<InputException>(() => new TotalVariationOptions { Tolerance = double.NaN });
    }

    private sealed record Problem(
        int Rows, int Columns, int Rays, float[] Matrix, float[] Measured, bool[] Used, Solution[] Cases);

    private sealed record Solution(double Lam, double Objective, double[] X);

    private sealed unsafe class DenseOperator(float[] matrix, int rays) : LinearOperator<float>
    {
        public override int InputLength => matrix.Length / rays;

        public override int OutputLength => rays;

        private protected override void ApplyOne(float* input, float* output, WorkContext work)
        {
            for (var ray = 0; ray < rays; ray++)
            {
                var sum = 0.0;
                for (var k = 0; k < InputLength; k++) sum += (double)matrix[(ray * InputLength) + k] * input[k];
                output[ray] = (float)sum;
            }
        }

        private protected override void ApplyAdjointOne(float* output, float* input, WorkContext work)
        {
            for (var k = 0; k < InputLength; k++)
            {
                var sum = 0.0;
                for (var ray = 0; ray < rays; ray++) sum += (double)matrix[(ray * InputLength) + k] * output[ray];
                input[k] = (float)sum;
            }
        }
    }
}
