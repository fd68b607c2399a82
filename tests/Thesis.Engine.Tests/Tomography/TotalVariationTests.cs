using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class TotalVariationTests
{
    private static readonly Problem Tiny = TomographyData.Json<Problem>("reduction", "variation.json");

    // Split Bregman in another language found the least values; the matrix's rows come at once, and in subsets.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    public void The_objective_falls_to_that_of_split_Bregman(int index, int subsets)
    {
        var expected = Tiny.Cases[index];
        var objectives = new List<double>();
        var (image, report) = Solve(expected.Lam, subsets, 20_000, objectives.Add);
        TestContext.Current.TestOutputHelper?.WriteLine($"{report} {expected.Objective}");
        Assert.Equal(1, report.Objective / expected.Objective, 2e-4);
        Assert.True(report.Objective > expected.Objective * (1 - 1e-5), $"{report.Objective} below {expected.Objective}");
        Assert.Equal(report.Iterations, objectives.Count);
        Assert.Equal(report.Objective, objectives[^1]);
        Assert.True(report.InitialObjective > 10 * report.Objective);
        Assert.Equal(image, Solve(expected.Lam, subsets, 20_000).Image);
    }

    [Fact]
    public void Subsets_reach_in_fewer_iterations_what_all_rows_together_reach()
    {
        var expected = Tiny.Cases[1];
        int IterationsOf(int subsets)
        {
            var objectives = new List<double>();
            Solve(expected.Lam, subsets, 20_000, objectives.Add);
            return objectives.FindIndex(objective => objective < 1.01 * expected.Objective);
        }

        var (all, parts) = (IterationsOf(1), IterationsOf(4));
        TestContext.Current.TestOutputHelper?.WriteLine($"{all} iterations of all rows, {parts} of 4 subsets");
        Assert.InRange(parts, 1, all - 1);
    }

    // The first subset, by which the steps are chosen, says too little of the others.
    [Fact]
    public void Steps_that_are_too_long_are_shortened_until_the_objective_falls()
    {
        var pixels = Tiny.Rows * Tiny.Columns;
        float Scale(int ray) => ray % 4 == 0 ? 1 : 30;
        int[][] rows = [.. Enumerable.Range(0, 4).Select(first => Enumerable.Range(0, Tiny.Rays).Where(ray => ray % 4 == first).ToArray())];
        var operators = rows.Select(part => new DenseOperator(
            [.. part.SelectMany(ray => Tiny.Matrix.Skip(ray * pixels).Take(pixels).Select(value => value * Scale(ray)))], part.Length));
        var said = new List<string>();
        var (_, report) = new PrimalDualSolver(
            [.. operators], 1, Tiny.Rows, Tiny.Columns, 0.01, new TotalVariationOptions { Iterations = 200, Tolerance = 0 }).Solve(
            [.. rows.Select(part => Array.ConvertAll(part, ray => Tiny.Measured[ray] * Scale(ray)))],
            [.. rows.Select(part => Array.ConvertAll(part, ray => Tiny.Used[ray]))],
            new float[pixels], WorkContext.Default with { Verbose = said.Add });
        Assert.NotEmpty(said);
        Assert.True(report.Objective < 0.1 * report.InitialObjective, $"{report}");
    }

    [Theory]
    [InlineData(320, 40, 40)]
    [InlineData(45, 40, 15)]
    [InlineData(97, 40, 1)]
    public void Subsets_of_the_views_are_the_projection(int views, int most, int count)
    {
        var geometry = new ScanGeometry(
            DetectorKind.Flat, views, 21, -0.5, 24, 0.3, 19, 40, startAngle: 1.2, angularRange: -2 * Math.PI, detectorOffset: 0.25);
        var subsets = new ViewSubsets(geometry, most);
        Assert.Equal(count, subsets.Operators.Count);
        var random = new SeededRandom(4L);
        float[] image = [.. Enumerable.Range(0, 24 * 24).Select(_ => (float)random.NextDouble())];
        var whole = new float[geometry.SinogramLength];
        new ForwardProjection<float>(geometry).Apply(image, whole, WorkContext.Default);
        var parts = subsets.Split(whole);
        for (var i = 0; i < count; i++)
        {
            var part = new float[parts[i].Length];
            subsets.Operators[i].Apply(image, part, WorkContext.Default);
            ArtifactSimulationTests.Near(parts[i], part, 1e-5);
        }
    }

    private static (float[] Image, IterationReport Report) Solve(
        double lambda, int subsets, int iterations, Action<double>? onIteration = null)
    {
        var options = new TotalVariationOptions { Iterations = iterations, Tolerance = 1e-8 };
        int[][] rows = [.. Enumerable.Range(0, subsets)
            .Select(first => Enumerable.Range(0, Tiny.Rays).Where(ray => ray % subsets == first).ToArray())];
        var pixels = Tiny.Rows * Tiny.Columns;
        var operators = rows.Select(part => new DenseOperator(
            [.. part.SelectMany(ray => Tiny.Matrix.Skip(ray * pixels).Take(pixels))], part.Length));
        return new PrimalDualSolver([.. operators], 1, Tiny.Rows, Tiny.Columns, lambda, options).Solve(
            [.. rows.Select(part => Array.ConvertAll(part, ray => Tiny.Measured[ray]))],
            [.. rows.Select(part => Array.ConvertAll(part, ray => Tiny.Used[ray]))],
            new float[pixels], WorkContext.Default, onIteration);
    }

    [Fact]
    public void The_gradient_and_its_adjoint_agree_and_the_variation_of_a_step_is_its_edge()
    {
        const int rows = 35;
        const int columns = 21;
        var random = new SeededRandom(8L);
        float[] Draw() => [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextGaussian())];
        var image = Draw();
        var gradient = new ForwardDifferences(rows, columns);
        var field = new GradientField(rows * columns);
        var pull = new float[rows * columns];
        gradient.Ascend(image, field, pull, 1, float.MaxValue, WorkContext.Default);
        Assert.All(Enumerable.Range(0, columns), column => Assert.Equal(0, field.Down[((rows - 1) * columns) + column]));
        Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(0, field.Right[(row * columns) + columns - 1]));
        for (var i = 0; i < image.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            if (row + 1 < rows) Assert.Equal(image[i + columns] - image[i], field.Down[i]);
            if (column + 1 < columns) Assert.Equal(image[i + 1] - image[i], field.Right[i]);
        }

        // <grad x, q> = <x, grad^T q> for q = grad of another image, whatever the dual was that it was added to.
        var moved = Copy(field);
        gradient.Ascend(Draw(), moved, pull, 1, float.MaxValue, WorkContext.Default);
        float[] Change(float[] after, float[] before) => [.. after.Zip(before, (a, b) => a - b)];
        Assert.Equal(
            Dot(field.Down, Change(moved.Down, field.Down)) + Dot(field.Right, Change(moved.Right, field.Right)),
            Dot(image, pull), 1e-4);

        // On a disc no value is longer than its radius, and a longer one keeps its direction.
        var held = new GradientField(rows * columns);
        gradient.Ascend(image, held, pull, 1, 0.5f, WorkContext.Default);
        for (var i = 0; i < image.Length; i++)
        {
            var (length, before) = (float.Hypot(held.Down[i], held.Right[i]), float.Hypot(field.Down[i], field.Right[i]));
            Assert.Equal(Math.Min(before, 0.5f), length, 1e-5f);
            Assert.Equal(0, (held.Down[i] * field.Right[i]) - (held.Right[i] * field.Down[i]), 1e-5f);
        }

        var step = new float[rows * columns];
        for (var i = 0; i < rows; i++) step.AsSpan((i * columns) + 3, columns - 3).Fill(2);
        Assert.Equal(2 * rows, gradient.Variation(step), 1e-9);

        static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

        static GradientField Copy(GradientField field)
        {
            var copy = new GradientField(field.Down.Length);
            field.Down.CopyTo(copy.Down, 0);
            field.Right.CopyTo(copy.Right, 0);
            return copy;
        }
    }

    // By hand: 320 views and bins of 0.1 degree at 39.69 cm, pixels of 0.0369 cm, and twice of each.
    [Theory]
    [InlineData("dissertation", 0.0025)]
    [InlineData("dissertation-fine", 0.01)]
    [InlineData("syndeeplesion", 0.0102)]
    [InlineData("reduced-64", 0.00102)]
    public void Lambda_follows_the_geometry_unless_it_is_given(string geometry, double expected)
    {
        Assert.Equal(1, new TotalVariationOptions().LambdaFor(ScanPresets.Find(geometry)) / expected, 0.01);
        Assert.Equal(0.3, new TotalVariationOptions { Lambda = 0.3 }.LambdaFor(ScanPresets.Find(geometry)));
    }

    // Half a turn of parallel rays holds every line once, a full turn twice.
    [Fact]
    public void A_disc_loses_the_same_contrast_to_lambda_in_half_a_turn()
    {
        var (half, full) = (Parallel(60, Math.PI), Parallel(120, 2 * Math.PI));
        var (halfLambda, fullLambda) = (new TotalVariationOptions().LambdaFor(half), new TotalVariationOptions().LambdaFor(full));
        Assert.Equal(2 * halfLambda, fullLambda, 1e-12);
        Assert.Equal(1, LostContrast(half, halfLambda) / LostContrast(full, fullLambda), 0.02);

        static ScanGeometry Parallel(int views, double range) =>
            new(DetectorKind.Parallel, views, 97, 0.24, 64, 0.24, angularRange: range);
    }

    // TV takes contrast from a disc, in proportion to its weight against the data.
    [Fact]
    public void A_disc_loses_the_same_contrast_to_lambda_with_a_quarter_of_the_rays()
    {
        var (coarse, fine) = (ScanPresets.Find("reduced-64"), FineRays());
        var lost = LostContrast(coarse, new TotalVariationOptions().LambdaFor(coarse));
        Assert.Equal(1, LostContrast(fine, new TotalVariationOptions().LambdaFor(fine)) / lost, 0.1);
        Assert.InRange(LostContrast(fine, new TotalVariationOptions().LambdaFor(coarse)) / lost, 0.15, 0.4);

        static ScanGeometry FineRays()
        {
            var rays = ScanPresets.Find("dissertation");
            return new ScanGeometry(
                DetectorKind.Arc, 160, 161, 2 * rays.BinSpacing, 64, 15.36 / 64, rays.SourceDistance);
        }
    }

    private static double LostContrast(ScanGeometry geometry, double lambda)
    {
        const double contrast = 5e-6;
        var disc = new EllipsePhantom([new PhantomEllipse(contrast, 3, 3, 0, 0)]);
        var tomograph = new Tomograph(geometry);
        var scan = CorruptedScan.FromSinogram(
            disc.LineIntegrals(geometry, WorkContext.Default), tomograph, new MetalMask(new bool[64 * 64], 64, 64), 2000, WorkContext.Default);
        var options = new TotalVariationOptions { Lambda = lambda, Iterations = 600, Tolerance = 0 };
        var image = new TotalVariationReduction(options).Reduce(scan, WorkContext.Default).Image;
        return contrast - image.Values[(32 * 64) + 32];
    }

    [Fact]
    public void What_is_kept_of_one_geometry_is_not_used_for_another()
    {
        var method = new TotalVariationReduction(new TotalVariationOptions { Iterations = 3, Tolerance = 0 });
        foreach (var views in new[] { 160, 90, 160 })
        {
            var rays = ScanPresets.Find("dissertation");
            var geometry = new ScanGeometry(DetectorKind.Arc, views, 161, 2 * rays.BinSpacing, 64, 15.36 / 64, rays.SourceDistance);
            var disc = new EllipsePhantom([new PhantomEllipse(0.2, 3, 3, 0, 0)]);
            var scan = CorruptedScan.FromSinogram(
                disc.LineIntegrals(geometry, WorkContext.Default), new Tomograph(geometry), new MetalMask(new bool[64 * 64], 64, 64), 2000,
                WorkContext.Default);
            var alone = new TotalVariationReduction(method.Options).Reduce(scan, WorkContext.Default).Image.Values;
            Assert.Equal(alone, method.Reduce(scan, WorkContext.Default).Image.Values);
        }
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
