using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>The public SynDeepLesion files: stored sinograms of another program, in its own geometry.</summary>
public sealed class PublicScanTests
{
    private const string Folder = "mar_syndeeplesion";

    private static readonly Tomograph Tomograph = new(ScanPresets.SynDeepLesion);

    [Theory]
    [InlineData("000376_16_02_299", 0, 36)]
    [InlineData("000376_16_02_299", 7, 60)]
    [InlineData("000365_03_01_473", 0, 35)]
    [InlineData("000365_03_01_473", 7, 51)]
    public void LI_of_the_stored_sinogram_is_as_near_to_the_truth_as_the_stored_LI(string slice, int mask, double stored)
    {
        var truth = TomographyData.Square(TomographyData.PublicValues(Folder, $"{slice}_gt_image.npy.gz"));
        var sinogram = new Sinogram(TomographyData.PublicValues(Folder, $"{slice}_m{mask}_ma_sinogram.npy.gz"), Tomograph.Geometry);
        var trace = new MetalTrace(
            Array.ConvertAll(TomographyData.PublicBytes(Folder, $"{slice}_m{mask}_metal_trace.npy.gz"), value => value > 0),
            Tomograph.Geometry);
        var interpolated = LinearInterpolation.Interpolate(sinogram, trace);
        var expected = TomographyData.PublicValues(Folder, $"{slice}_m{mask}_LI_sinogram.npy.gz");
        ArtifactSimulationTests.Near(expected, interpolated.Values, 1e-4);
        var quality = ImageQuality.Measure(Tomograph.Reconstruct(interpolated, WorkContext.Default), truth, TestMask(mask));
        Assert.InRange(quality.RmseHounsfield, stored - 5, stored + 5);
        TestContext.Current.TestOutputHelper?.WriteLine($"{quality}");
    }

    private static MetalMask TestMask(int index)
    {
        var bytes = TomographyData.PublicBytes("mar_masks", "test_masks.npy.gz");
        var values = Array.ConvertAll(bytes[(index * 512 * 512)..((index + 1) * 512 * 512)], b => (float)b);
        return MaskResampling.ToMask(new SliceImage(values, 512, 512), 416, 416);
    }
}
