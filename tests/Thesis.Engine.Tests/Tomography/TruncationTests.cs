using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>Bodies that leave the field of view, against the reconstruction by a detector that is wide enough.</summary>
public sealed class TruncationTests
{
    private const int Size = 192;
    private const double Field = 50;

    // Semi-axes, in cm, and the shift of the centre; the detector sees a circle of 25 cm, the last case 15 cm.
    public static TheoryData<string, double, double, double, double, int, double> Bodies => new()
    {
        { "wide", 30, 17, 0, 0, 513, 10 },
        { "not in the middle", 26, 16, 7, -3, 513, 10 },
        { "all round", 22, 19, 2, 1, 307, 20 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void The_error_within_the_field_of_view_falls(
        string name, double width, double height, double x, double y, int bins, double factor)
    {
        var body = Body(width, height, x, y);
        foreach (var noise in new[] { 0, 0.02 })
        {
            var (plain, continued) = Errors(body, bins, noise);
            TestContext.Current.SendDiagnosticMessage(
                "{0}, noise {1}: {2:F1} HU, continued {3:F1} HU, {4:F1} times",
                name, noise, plain, continued, plain / continued);
            Assert.True(continued * factor <= plain, $"{plain:F1} HU, continued {continued:F1} HU");
        }
    }

    // What was measured is reconstructed as ever, and so is a view that ends in air.
    [Fact]
    public void A_body_within_the_field_of_view_is_reconstructed_bit_by_bit_as_without()
    {
        var geometry = Geometry(513);
        var sinogram = Body(20, 15, 0, 0).LineIntegrals(geometry, WorkContext.Default);
        Assert.Equal(0, DetectorTruncation.Of(sinogram).Views);
        Assert.Equal(
            new Tomograph(geometry).Reconstruct(sinogram, WorkContext.Default).Values,
            new Tomograph(geometry, Continued).Reconstruct(sinogram, WorkContext.Default).Values);
    }

    // A disc of water is the cylinder that the views are continued by: without whole views value and slope alone find it.
    [Fact]
    public void A_cylinder_of_water_is_found_by_value_and_slope_and_by_mass()
    {
        var disc = new EllipsePhantom([new PhantomEllipse(.192, 20, 20, 3, 0)]);
        var narrow = new ScanGeometry(DetectorKind.Parallel, 90, 301, .1, 64, .5, angularRange: Math.PI);
        var profile = new TruncatedProfile(narrow);
        var wide = profile.Continue(disc.LineIntegrals(narrow, WorkContext.Default).Values, WorkContext.Default);
        var right = disc.LineIntegrals(profile.Widened, WorkContext.Default).Values;
        Assert.Equal(right.Length, wide.Length);
        Assert.InRange(wide.Zip(right, (one, other) => Math.Abs(one - other)).Average(), 0, .02);

        var cylinder = WaterCylinder.Fit(3, -.5);
        Assert.Equal(3, cylinder.At(0), 1e-9);
        Assert.Equal(-.5, (cylinder.At(1e-6) - 3) / 1e-6, 1e-4);
        var step = cylinder.Reach / 1e5;
        Assert.Equal(Enumerable.Range(0, 100000).Sum(i => cylinder.At(i * step) * step), cylinder.Mass, 1e-3);
        Assert.Equal(10, cylinder.WithMass(10, .01, 40).Mass, 1e-6);
        Assert.Equal(2, cylinder.Within(2).Reach, 1e-9);
        Assert.Equal(3, cylinder.WithMass(10, .01, 40).At(0), 1e-9);
    }

    // A rod in a body that leaves the field of view: what a wide detector gives by the same method is the truth.
    [Theory]
    [InlineData("li")]
    [InlineData("nmar")]
    public void Reductions_of_a_measured_sinogram_are_continued(string method)
    {
        var rod = new EllipsePhantom([.. Body(30, 17, 0, 0).Ellipses, new PhantomEllipse(2, .8, .8, 6, 4)]);
        var truth = Reduced(1025, false);
        var (plain, continued) = (Error(Reduced(513, false), truth, 256), Error(Reduced(513, true), truth, 256));
        TestContext.Current.SendDiagnosticMessage("{0}: {1:F1} HU, continued {2:F1} HU", method, plain, continued);
        Assert.True(5 * continued <= plain, $"{plain:F1} HU, continued {continued:F1} HU");

        SliceImage Reduced(int bins, bool isContinued)
        {
            var tomograph = new Tomograph(Geometry(bins), isContinued ? Continued : null);
            var image = rod.Rasterise(tomograph.Geometry, WorkContext.Default);
            var scan = new CorruptedScan(
                tomograph, rod.LineIntegrals(tomograph.Geometry, WorkContext.Default), image, MetalMask.Above(image, 2000),
                MetalTrace.Of(MetalMask.Above(image, 2000), tomograph, WorkContext.Default));
            return new ArtifactReducer(ArtifactReducer.MethodOf(method)).Reduce(scan, WorkContext.Default).Image;
        }
    }

    [Theory]
    [InlineData(12, 8, 513, 0)]
    [InlineData(-24.8, 0, 769, 1)]
    // Within the image, and in most views beyond the detector.
    [InlineData(20, 0, 307, 1)]
    public void Metal_at_the_edge_of_the_field_of_view_is_said(double x, double y, int bins, int warnings)
    {
        var said = new List<string>();
        var tomograph = new Tomograph(Geometry(bins));
        var image = new EllipsePhantom([new PhantomEllipse(.192, 24, 20, 0, 0), new PhantomEllipse(1, .4, .4, x, y)])
            .Rasterise(tomograph.Geometry, WorkContext.Default);
        var scan = CorruptedScan.FromImage(image, tomograph, null, 2000, WorkContext.Default);
        Assert.NotEqual(0, scan.Metal.PixelCount);
        FieldOfView.WarnOfMetal(scan, "the slice", WorkContext.Default with { Warning = said.Add });
        Assert.Equal(warnings, said.Count);
        Assert.All(said, warning => Assert.Contains("edge", warning, StringComparison.Ordinal));
    }

    private static ReconstructionOptions Continued { get; } = new() { Extrapolate = true };

    private static (double Plain, double Continued) Errors(EllipsePhantom body, int bins, double noise)
    {
        var (cut, whole) = (Geometry(bins), Geometry(1025));
        var measured = body.LineIntegrals(cut, WorkContext.Default);
        var random = new Random(3);

        // The sum of three draws, twice, has the deviation 1.
        for (var i = 0; i < measured.Values.Length; i++)
        {
            var sum = random.NextDouble() + random.NextDouble() + random.NextDouble();
            measured.Values[i] += (float)(noise * 2 * (sum - 1.5));
        }

        var truth = new Tomograph(whole).Reconstruct(Noisy(), WorkContext.Default);
        var plain = new Tomograph(cut).Reconstruct(measured, WorkContext.Default);
        var continued = new Tomograph(cut, Continued).Reconstruct(measured, WorkContext.Default);
        var reach = Math.Abs(cut.RayOffset(0)) / cut.PixelSize;
        return (Error(plain, truth, reach), Error(continued, truth, reach));

        Sinogram Noisy()
        {
            var sinogram = body.LineIntegrals(whole, WorkContext.Default);
            var first = (1025 - bins) / 2;
            for (var view = 0; view < cut.Views; view++) measured.View(view).CopyTo(sinogram.View(view)[first..]);
            return sinogram;
        }
    }

    // HU, in the circle that the detector sees, its rim of 2 pixels left out.
    private static double Error(SliceImage image, SliceImage truth, double reach)
    {
        const double half = 0.5 * (Size - 1);
        return Math.Sqrt(Enumerable.Range(0, image.Values.Length)
            .Where(i => double.Hypot((i / Size) - half, (i % Size) - half) < Math.Min(reach, 0.5 * Size) - 2)
            .Average(i => Math.Pow((image.Values[i] - truth.Values[i]) / 0.192 * 1000, 2)));
    }

    private static ScanGeometry Geometry(int bins) => new(
        DetectorKind.Arc, 480, bins, Math.Asin(25 / 57.0) / 256, Size, Field / Size, sourceDistance: 57);

    // Fat around muscle, two organs, a spine and air in the bowel.
    private static EllipsePhantom Body(double width, double height, double x, double y) => new(
    [
        new PhantomEllipse(.173, width, height, x, y),
        new PhantomEllipse(.028, width - 3, height - 3, x, y),
        new PhantomEllipse(.006, .4 * width, .5 * height, x - (.4 * width), y + (.1 * height)),
        new PhantomEllipse(-.15, 2.5, 1.8, x + (.3 * width), y + (.3 * height)),
        new PhantomEllipse(.09, 2.4, 2.2, x, y - (.55 * height)),
    ]);
}
