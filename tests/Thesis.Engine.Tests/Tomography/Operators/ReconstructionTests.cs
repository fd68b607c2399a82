using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Operators;

/// <summary>Images of the Shepp-Logan phantom from its exact line integrals.</summary>
public sealed class ReconstructionTests
{
    [Theory]
    [InlineData("dissertation", 29.7, 0.86, 1e-4)]
    [InlineData("dissertation-fine", 36.9, 0.93, 1e-4)]
    [InlineData("syndeeplesion", 36.9, 0.93, 1e-4)]
    public void Figures_at_416(string preset, double leastPsnr, double leastSsim, double mostBias)
    {
        var (psnr, ssim, bias) = Measure(ScanPresets.Find(preset), new ReconstructionOptions());
        TestContext.Current.SendDiagnosticMessage("{0}: PSNR {1}, SSIM {2}, bias {3}", preset, psnr, ssim, bias);
        Assert.True(psnr >= leastPsnr && ssim >= leastSsim && Math.Abs(bias) < mostBias, $"{psnr} dB, {ssim}, {bias}");
    }

    // What a NumPy reference gives for the literal filter, unpadded, with as many bins and views as the scan.
    [Fact]
    public void The_literal_filter_is_off_as_eq_4_9_is()
    {
        var geometry = ScanPresets.Dissertation;
        var options = new ReconstructionOptions
        {
            Filter = RampFilterKind.Literal, ParallelBins = geometry.Bins, ParallelViews = geometry.Views / 2,
        };
        var (psnr, _, bias) = Measure(geometry, options);
        Assert.Equal(25.43, psnr, 0.05);
        Assert.Equal(-0.0378, bias, 0.0005);
    }

    [Theory]
    [InlineData("dissertation", 29.5)]
    [InlineData("syndeeplesion", 36)]
    public void A_direct_fan_is_as_good(string preset, double leastPsnr)
    {
        var (psnr, _, bias) = Measure(
            ScanPresets.Find(preset), new ReconstructionOptions { Fan = FanReconstruction.Direct });
        Assert.True(psnr >= leastPsnr && Math.Abs(bias) < 2e-4, $"{psnr} dB, {bias}");
    }

    [Theory]
    [InlineData(640, Math.PI, 0.018)]
    // An odd number, so that no view is another's conjugate.
    [InlineData(1281, -2 * Math.PI, -0.018)]
    public void Parallel_rays_on_half_a_turn_and_on_a_whole_one(int views, double range, double spacing)
    {
        var geometry = new ScanGeometry(
            DetectorKind.Parallel, views, 1215, spacing, 416, 15.36 / 416, startAngle: 0.3, angularRange: range);
        var (psnr, ssim, bias) = Measure(geometry, new ReconstructionOptions());
        Assert.True(psnr >= 36 && ssim >= 0.9 && Math.Abs(bias) < 1e-4, $"{psnr} dB, {ssim}, {bias}");
    }

    // A detector that reaches beyond the centre on one side only sees half of the rays once; rebinning knows which.
    [Fact]
    public void A_detector_shifted_to_one_side_is_rebinned_and_not_taken_directly()
    {
        var shifted = Fan(161, 60);
        var (psnr, _, bias) = Measure(shifted, new ReconstructionOptions());
        Assert.True(psnr >= 20 && Math.Abs(bias) < 5e-3, $"{psnr} dB, {bias}");
        var direct = new ReconstructionOptions { Fan = FanReconstruction.Direct };
        Assert.Equal(
            "DetectorOffsetUnsupported", Assert.Throws<InputException>(() => new Tomograph(shifted, direct).Reconstruction).ErrorId);
        Assert.NotNull(new Tomograph(Fan(161, 0.25), direct).Reconstruction);
        var parallel = new ScanGeometry(DetectorKind.Parallel, 90, 65, 0.24, 64, 0.24, detectorOffset: 25);
        Assert.Equal(
            "DetectorOffsetUnsupported", Assert.Throws<InputException>(() => new Tomograph(parallel).Reconstruction).ErrorId);

        static ScanGeometry Fan(int bins, double offset) => new(
            DetectorKind.Arc, 360, bins, 0.0035, 64, 0.24, sourceDistance: 40, detectorOffset: offset);
    }

    // Reconstructed values carry the unit of the phantom, whatever the pixel's size and the window.
    [Theory]
    [InlineData(RampFilterKind.RamLak)]
    [InlineData(RampFilterKind.SheppLogan)]
    [InlineData(RampFilterKind.Cosine)]
    [InlineData(RampFilterKind.Hamming)]
    [InlineData(RampFilterKind.Hann)]
    public void A_disc_comes_back_with_its_value_under_every_filter(RampFilterKind filter)
    {
        foreach (var fan in new[] { FanReconstruction.Rebinned, FanReconstruction.Direct })
        {
            foreach (var geometry in new[] { ScanPresets.Find("reduced-128"), Flat() })
            {
                var disc = new EllipsePhantom([new PhantomEllipse(0.192, 4, 4, 1, -0.5)]);
                var tomograph = new Tomograph(geometry, new ReconstructionOptions { Filter = filter, Fan = fan });
                var image = tomograph.Reconstruct(disc.LineIntegrals(geometry, WorkContext.Default), WorkContext.Default);
                var (row, column) = ((int)(63.5 + (0.5 / 0.12)), (int)(63.5 + (1 / 0.12)));
                var inside = Enumerable.Range(-10, 21).Average(d => image[row + d, column]);
                Assert.Equal(0.192, inside, 0.001);
                Assert.Equal(0, image[5, 5], 0.01);
            }
        }
    }

    // pi and twice the widest angle, a little more, and half as much again, forwards and backwards: as good as the full turn
    // of as many views a radian.
    [Theory]
    [InlineData(DetectorKind.Arc, 1.0, FanReconstruction.Rebinned)]
    [InlineData(DetectorKind.Arc, -1.07, FanReconstruction.Rebinned)]
    [InlineData(DetectorKind.Flat, 1.4, FanReconstruction.Rebinned)]
    [InlineData(DetectorKind.Arc, 1.07, FanReconstruction.Direct)]
    [InlineData(DetectorKind.Flat, -1.0, FanReconstruction.Direct)]
    public void A_short_scan_is_as_good_as_a_full_turn(DetectorKind detector, double share, FanReconstruction fan)
    {
        ScanGeometry Of(double range, int views) => detector == DetectorKind.Arc
            ? new(detector, views, 321, 0.1 * Math.PI / 180, 208, 15.36 / 208, 39.7, startAngle: 0.4, angularRange: range)
            : new(detector, views, 321, 0.1387, 208, 15.36 / 208, 39.7, 79.4, startAngle: 0.4, angularRange: range);
        var least = ShortScan.LeastRange(Of(2 * Math.PI, 640));
        var options = new ReconstructionOptions { Fan = fan };
        var (whole, wholeSsim, _) = Measure(Of(2 * Math.PI, 640), options);
        var views = (int)Math.Ceiling(640 * Math.Abs(share) * least / (2 * Math.PI));
        var (psnr, ssim, bias) = Measure(Of(share * least, views), options);
        TestContext.Current.SendDiagnosticMessage("{0} dB, full turn {1}; {2}, full turn {3}; bias {4}", psnr, whole, ssim, wholeSsim, bias);
        Assert.True(psnr >= whole - 0.6 && ssim >= wholeSsim - 0.02 && Math.Abs(bias) < 3e-4, $"{psnr} dB of {whole}, {ssim} of {wholeSsim}, {bias}");
    }

    // Every line counts once: the weights of a ray and of its conjugate make 1, and a ray without one has 1.
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.8)]
    [InlineData(1.5)]
    public void Parker_s_weights_count_every_line_once(double delta)
    {
        var range = Math.PI + (2 * delta);
        for (var beta = 0.0; beta <= range; beta += range / 97)
        {
            for (var gamma = -0.29; gamma <= 0.29; gamma += 0.01)
            {
                var (after, before) = (beta + Math.PI + (2 * gamma), beta - Math.PI + (2 * gamma));
                var sum = ShortScan.Weight(beta, gamma, delta);
                if (after <= range) sum += ShortScan.Weight(after, -gamma, delta);
                if (before >= 0) sum += ShortScan.Weight(before, -gamma, delta);
                Assert.Equal(1, sum, 1e-9);
            }
        }
    }

    [Fact]
    public void Views_on_part_of_a_turn_are_refused()
    {
        var geometry = new ScanGeometry(
            DetectorKind.Arc, 80, 81, 0.4 * Math.PI / 180, 64, 1, 165, angularRange: 1.15 * Math.PI);
        var fault = Assert.Throws<InputException>(
            () => FilteredBackprojection.Create<float>(geometry, new ReconstructionOptions()));
        Assert.Equal("ScanRangeUnsupported", fault.ErrorId);
    }

    [Fact]
    public void Images_and_sinograms_of_other_shapes_are_refused()
    {
        var tomograph = new Tomograph(OperatorVectors.Geometry);
        var image = Assert.Throws<InputException>(() => tomograph.Project(new SliceImage(64, 63), WorkContext.Default));
        Assert.Equal("ImageShapeMismatch", image.ErrorId);
        var other = new Sinogram(ScanPresets.Find("reduced-128"));
        var sinogram = Assert.Throws<InputException>(() => tomograph.Reconstruct(other, WorkContext.Default));
        Assert.Equal("SinogramShapeMismatch", sinogram.ErrorId);
    }

    private static ScanGeometry Flat() => new(
        DetectorKind.Flat, 160, 161, 2 * Math.Sqrt(2) * 15.36 / 161, 128, 0.12, 39.69, 79.38);

    private static (double Psnr, double Ssim, double Bias) Measure(ScanGeometry geometry, ReconstructionOptions options)
    {
        var phantom = SheppLogan.Create(0.5 * geometry.ImageSize * geometry.PixelSize);
        var sinogram = phantom.LineIntegrals(geometry, WorkContext.Default);
        var truth = OperatorVectors.Widen(phantom.Rasterise(geometry, WorkContext.Default).Values);
        var image = OperatorVectors.Widen(new Tomograph(geometry, options).Reconstruct(sinogram, WorkContext.Default).Values);
        return (
            PeakSignalToNoise.Measure(image, truth),
            StructuralSimilarity.Measure(image, truth, geometry.ImageSize, geometry.ImageSize),
            image.Zip(truth, (a, b) => a - b).Average());
    }
}
