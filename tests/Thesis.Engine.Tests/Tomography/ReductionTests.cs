using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class ReductionTests
{
    private static readonly Tomograph Small = new(ScanPresets.Find("reduced-64"));

    private static readonly MetalMask Metal = TomographyData.Mask(TomographyData.Slice("sim_mask"));

    private static readonly CorruptedScan Scan = CorruptedScan.FromSinogram(
        new Sinogram(TomographyData.Simulation("sim_y_ma_noiseless"), Small.Geometry), Small, Metal, 2000, WorkContext.Default);

    public static TheoryData<string> Names => [.. ArtifactReducer.Names];

    [Fact]
    public void LI_is_that_of_the_vectors()
    {
        var reduced = new LinearInterpolation().Reduce(Scan, WorkContext.Default);
        ArtifactSimulationTests.Near(TomographyData.Simulation("sim_y_li"), reduced.Sinogram!.Values, 1e-5);
        ArtifactSimulationTests.Near(TomographyData.Simulation("sim_x_li"), reduced.Image.Values, 2e-5);
    }

    [Fact]
    public void NMAR_is_that_of_the_vectors()
    {
        var prior = TissuePrior.Of(TomographyData.Slice("sim_x_li"), Metal, WorkContext.Default);
        ArtifactSimulationTests.Near(TomographyData.Simulation("sim_nmar_prior"), prior.Values, 2e-5);
        // Beside rays that miss the patient, which the vectors divide by 1e-6, differences are taken.
        var bridged = new TraceBridge(1e-4, IsLimited: false).Over(
            Scan.Sinogram, Scan.Trace, Small.Project(prior, WorkContext.Default));
        ArtifactSimulationTests.Near(TomographyData.Simulation("sim_y_nmar"), bridged.Values, 1e-4);
        var image = Small.Reconstruct(bridged, WorkContext.Default);
        ArtifactSimulationTests.Near(TomographyData.Simulation("sim_x_nmar"), image.Values, 1e-4);
    }

    // The prior is projected along the rays that the bridge reads, and the image is put together of two.
    [Fact]
    public void NMAR_by_parts_is_NMAR_of_all_rays()
    {
        var interpolated = new LinearInterpolation().Reduce(Scan, WorkContext.Default).Image;
        var prior = TissuePrior.Of(Scan, interpolated, WorkContext.Default);
        var whole = new TraceBridge(TraceBridge.DefaultEpsilon, IsLimited: true).Over(
            Scan.Sinogram, Scan.Trace, Small.Project(prior, WorkContext.Default));
        var reduced = new NormalizedReduction().Reduce(Scan, WorkContext.Default);
        Assert.Equal(whole.Values, reduced.Sinogram!.Values);
        ArtifactSimulationTests.Near(Small.Reconstruct(whole, WorkContext.Default).Values, reduced.Image.Values, 2e-5);
    }

    [Fact]
    public void LI_of_a_line_is_the_line_and_holds_runs_at_the_edge_constant()
    {
        var geometry = new ScanGeometry(DetectorKind.Parallel, 4, 10, 1, 8, 1);
        var sinogram = new Sinogram([.. Enumerable.Range(0, 40).Select(i => 3f + (0.5f * (i % 10)))], geometry);
        var isMetal = new bool[40];
        isMetal.AsSpan(3, 4).Fill(true);
        isMetal.AsSpan(10, 3).Fill(true);
        isMetal.AsSpan(27, 3).Fill(true);
        isMetal[35] = true;
        isMetal[37] = true;
        var spoilt = (float[])sinogram.Values.Clone();
        for (var i = 0; i < 40; i++) if (isMetal[i]) spoilt[i] = 99;
        var result = LinearInterpolation.Interpolate(new Sinogram(spoilt, geometry), new MetalTrace(isMetal, geometry));
        Assert.Equal(sinogram.View(0).ToArray(), result.View(0).ToArray());
        Assert.Equal([4.5f, 4.5f, 4.5f, .. sinogram.View(1)[3..]], result.View(1).ToArray());
        Assert.Equal([.. sinogram.View(2)[..7], 6f, 6f, 6f], result.View(2).ToArray());
        Assert.Equal(sinogram.View(3).ToArray(), result.View(3).ToArray());
        Assert.Equal(99, spoilt[3]);
    }

    [Fact]
    public void NMAR_with_the_true_prior_returns_the_truth()
    {
        var truth = TomographyData.Simulation("sim_y_gt");
        var spoilt = truth.Select((value, i) => Scan.Trace.Values[i] ? 50 : value).ToArray();
        foreach (var epsilon in new[] { 0, TraceBridge.DefaultEpsilon, double.PositiveInfinity })
        {
            var sinogram = new TraceBridge(epsilon, IsLimited: true).Over(
                new Sinogram(spoilt, Small.Geometry), Scan.Trace, new Sinogram(truth, Small.Geometry));
            for (var i = 0; i < truth.Length; i++) Assert.Equal(truth[i], sinogram.Values[i], Scan.Trace.Values[i] ? 1e-5 : 0);
        }
    }

    [Fact]
    public void NMAR_of_a_piecewise_constant_patient_bridges_the_trace_better_than_LI()
    {
        var clean = Disc(24, 0.192f);
        foreach (var (row, column) in Pixels(64, (x, y) => ((x - 10) * (x - 10)) + (y * y) < 30)) clean.Values[(row * 64) + column] = 0.4f;
        var options = new ArtifactSimulationOptions { Noise = false, Spectrum = PhotonSpectrum.Monochromatic(70), WaterCorrection = false };
        var scan = new ArtifactSimulator(Small, options).Simulate(clean, DiscMask(-8, 4, 3), 1, WorkContext.Default);
        var li = OnTrace(new LinearInterpolation());
        var nmar = OnTrace(new NormalizedReduction());
        Assert.True(nmar < 0.5 * li, $"li {li}, nmar {nmar}");

        double OnTrace(IArtifactReduction method)
        {
            var sinogram = method.Reduce(scan.Corrupted, WorkContext.Default).Sinogram!;
            return Math.Sqrt(Enumerable.Range(0, sinogram.Values.Length).Where(i => scan.Corrupted.Trace.Values[i])
                .Average(i => Math.Pow(sinogram.Values[i] - scan.TrueSinogram.Values[i], 2)));
        }
    }

    [Fact]
    public void TV_fits_the_rays_outside_the_trace_better_than_LI_does()
    {
        var method = new TotalVariationReduction(new TotalVariationOptions { Iterations = 60 });
        var reduced = method.Reduce(Scan, WorkContext.Default);
        var report = reduced.Iterations!;
        Assert.True(report.Objective < 0.7 * report.InitialObjective, report.ToString());
        Assert.Equal(60, report.Iterations);
        Assert.Equal(IterationExit.IterationLimit, report.Exit);
        var again = method.Reduce(Scan, WorkContext.Default with { Threads = 1 });
        Assert.Equal(reduced.Image.Values, again.Image.Values);
        var soft = new TotalVariationReduction(new TotalVariationOptions { Tolerance = 0.01 }).Reduce(Scan, WorkContext.Default);
        Assert.Equal(IterationExit.Converged, soft.Iterations!.Exit);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Empty_metal_returns_the_input(string name)
    {
        var scan = CorruptedScan.FromImage(
            TomographyData.Slice("sim_mu"), Small, new MetalMask(new bool[4096], 64, 64), 2000, WorkContext.Default);
        Assert.Same(scan.Image, Reducer(name).Reduce(scan, WorkContext.Default).Image);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_metal_is_put_back_unless_asked_otherwise(string name)
    {
        var kept = Reducer(name).Reduce(Scan, WorkContext.Default).Image;
        var bare = (Reducer(name) with { KeepMetal = false }).Reduce(Scan, WorkContext.Default).Image;
        for (var i = 0; i < kept.Values.Length; i++)
        {
            Assert.Equal(Metal.Values[i] ? Scan.Image.Values[i] : bare.Values[i], kept.Values[i]);
        }

        if (name != "none") Assert.NotEqual(kept.Values, bare.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Metal_at_the_border_is_reduced_without_NaN(string name)
    {
        var image = Disc(31, 0.192f);
        var metal = new MetalMask([.. Enumerable.Range(0, 4096).Select(i => i % 64 < 4 && i / 64 > 20 && i / 64 < 30)], 64, 64);
        image = metal.Fill(image, 2);
        var scan = CorruptedScan.FromImage(image, Small, metal, 2000, WorkContext.Default);
        Assert.All(Reducer(name).Reduce(scan, WorkContext.Default).Image.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trace_at_the_detectors_edge_is_reduced_without_NaN(string name)
    {
        // 64 pixels of 0.24 cm, a detector of 8 cm: rays through the corners are not measured.
        var tomograph = new Tomograph(new ScanGeometry(DetectorKind.Parallel, 40, 40, 0.2, 64, 0.24, angularRange: Math.PI));
        var image = DiscMask(-14, 0, 4).Fill(Disc(20, 0.192f), 2);
        var scan = CorruptedScan.FromImage(image, tomograph, null, 2000, WorkContext.Default);
        Assert.Contains(Enumerable.Range(0, 40), view => scan.Trace[view, 0] || scan.Trace[view, 39]);
        Assert.All(Reducer(name).Reduce(scan, WorkContext.Default).Image.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Metal_that_fills_the_image_is_refused_with_the_view(string name)
    {
        var tomograph = new Tomograph(new ScanGeometry(DetectorKind.Parallel, 40, 40, 0.2, 64, 0.24));
        var full = new SliceImage(64, 64);
        Array.Fill(full.Values, 2f);
        var scan = CorruptedScan.FromImage(full, tomograph, null, 2000, WorkContext.Default);
        var fault = Assert.Throws<InputException>(() => Reducer(name).Reduce(scan, WorkContext.Default));
        Assert.Equal(("MetalFillsView", 0), (fault.ErrorId, (int)fault.Target!));
    }

    [Fact]
    public void A_clinical_image_is_projected_and_its_metal_found_by_the_threshold()
    {
        var metal = DiscMask(5, 5, 3);
        var image = metal.Fill(Disc(24, 0.2f), (float)HounsfieldScale.ToAttenuation(2500));
        var scan = CorruptedScan.FromImage(image, Small, null, 2000, WorkContext.Default);
        Assert.Equal(metal.Values, scan.Metal.Values);
        Assert.Equal(Small.Project(image, WorkContext.Default).Values, scan.Sinogram.Values);
        Assert.Equal(0, CorruptedScan.FromImage(image, Small, null, 2600, WorkContext.Default).Metal.PixelCount);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        var sinogram = new Sinogram((float[])Scan.Sinogram.Values.Clone(), Small.Geometry);
        sinogram.Values[100] = float.NaN;
        var other = new Tomograph(ScanPresets.Find("reduced-128"));
        Refused("SinogramNotFinite", () => CorruptedScan.FromSinogram(sinogram, Small, null, 2000, WorkContext.Default));
        Refused("SinogramShapeMismatch", () => CorruptedScan.FromSinogram(Scan.Sinogram, other, null, 2000, WorkContext.Default));
        Refused("ImageShapeMismatch", () => CorruptedScan.FromImage(Scan.Image, other, null, 2000, WorkContext.Default));
        Refused(
            "MaskShapeMismatch",
            () => CorruptedScan.FromImage(Scan.Image, Small, new MetalMask(new bool[64], 8, 8), 2000, WorkContext.Default));
        Refused(
            "TraceShapeMismatch",
            () => new CorruptedScan(
                Small, Scan.Sinogram, Scan.Image, Metal, new MetalTrace(new bool[other.Geometry.SinogramLength], other.Geometry)));
        Refused("ReductionUnknown", () => ArtifactReducer.MethodOf("dudonet"));

        static void Refused(string id, Func<object> make) => Assert.Equal(id, Assert.Throws<InputException>(make).ErrorId);
    }

    [Fact]
    public void TV_stops_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => Reducer("tv").Reduce(Scan, WorkContext.Default with { Cancellation = source.Token }));
    }

    [Fact]
    public void Tissue_classes_are_those_of_3_means()
    {
        // Three clusters far apart: their members are fixed, so the floors are their least values.
        float[] values = [0, 0.01f, 0.02f, 0.17f, 0.19f, 0.21f, 0.4f, 0.5f, 0.6f];
        var classes = TissueClasses.Of(values, WorkContext.Default);
        Assert.Equal((0.17f, 0.4f), ((float)classes.SoftFloor, (float)classes.BoneFloor));
        Assert.Equal(double.PositiveInfinity, TissueClasses.Of(values.AsSpan(0, 6), WorkContext.Default).BoneFloor);
    }

    private static ArtifactReducer Reducer(string name) =>
        new(ArtifactReducer.MethodOf(name, new TotalVariationOptions { Iterations = 300 }));

    private static SliceImage Disc(double radius, float value) =>
        new([.. DiscMask(0, 0, radius).Values.Select(inside => inside ? value : 0)], 64, 64);

    // x to the right, y up, in pixels from the centre.
    private static MetalMask DiscMask(double x0, double y0, double radius)
    {
        var values = new bool[4096];
        foreach (var (row, column) in Pixels(64, (x, y) => ((x - x0) * (x - x0)) + ((y - y0) * (y - y0)) <= radius * radius))
        {
            values[(row * 64) + column] = true;
        }

        return new MetalMask(values, 64, 64);
    }

    private static IEnumerable<(int Row, int Column)> Pixels(int side, Func<double, double, bool> contains) =>
        from row in Enumerable.Range(0, side)
        from column in Enumerable.Range(0, side)
        where contains(column - (0.5 * (side - 1)), (0.5 * (side - 1)) - row)
        select (row, column);
}
