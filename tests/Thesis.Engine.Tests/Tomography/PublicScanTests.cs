using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>The public SynDeepLesion files: stored sinograms of another program, in its own geometry.</summary>
public sealed class PublicScanTests
{
    private const string Folder = "mar_syndeeplesion";

    private static readonly Tomograph Tomograph = new(ScanPresets.SynDeepLesion);

    private static readonly Tomograph Direct =
        new(ScanPresets.SynDeepLesion, new ReconstructionOptions { Fan = FanReconstruction.Direct });

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

    // The stored sinogram and ours without noise differ by the noise of the stored one: 2e7 photons a ray, of which
    // this slice lets 1 in 100 pass where it is thickest.
    [Fact]
    public void The_stored_sinogram_without_metal_is_our_simulation_to_its_noise()
    {
        var scan = Simulate("000376_16_02_299", new MetalMask(new bool[416 * 416], 416, 416), noise: false);
        var stored = TomographyData.PublicValues(Folder, "000376_16_02_299_poly_sinogram.npy.gz");
        var squares = stored.Zip(scan.TrueSinogram.Values, (a, b) => ((double)a - b) * (a - b)).Average();
        Assert.InRange(Math.Sqrt(squares), 0.0002, 0.0008);
    }

    // The stored images are direct reconstructions. Ours of the stored sinogram shows that views, bins and pixels are
    // where they should be: a view more or less, half a one even, moves every streak.
    [Theory]
    [InlineData("000376_16_02_299", 0, 75.7, 25)]
    [InlineData("000376_16_02_299", 7, 138.3, 30)]
    [InlineData("000365_03_01_473", 0, 77.2, 25)]
    [InlineData("000365_03_01_473", 7, 140.2, 30)]
    public void Simulated_artifacts_are_those_of_the_stored_image(string slice, int mask, double level, double difference)
    {
        var metal = TestMask(mask);
        var scan = Simulate(slice, metal, noise: true);
        var truth = scan.TrueImage.Values;
        var stored = TomographyData.PublicValues(Folder, $"{slice}_m{mask}_ma_CT.npy.gz");
        var sinogram = TomographyData.PublicValues(Folder, $"{slice}_m{mask}_ma_sinogram.npy.gz");
        var storedAgain = Direct.Reconstruct(new Sinogram(sinogram, Direct.Geometry), WorkContext.Default).Values;
        var ours = Direct.Reconstruct(scan.Corrupted.Sinogram, WorkContext.Default).Values;
        // Not at the metal's border: the stored mask and ours differ by a part of a pixel.
        var pixels = Enumerable.Range(0, truth.Length).Where(i => !IsNear(metal, i / 416, i % 416)).ToArray();
        var (streaks, storedStreaks) = (Difference(ours, truth), Difference(stored, truth));
        Assert.InRange(Rms(storedStreaks), level - 1, level + 1);
        Assert.InRange(Rms(streaks) / Rms(storedStreaks), 0.95, 1.10);
        Assert.InRange(Rms(Difference(storedAgain, stored)), 0, difference);
        Assert.True(streaks.Zip(storedStreaks, (a, b) => a * b).Average() > 0.6 * Rms(streaks) * Rms(storedStreaks));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Rms(streaks)} HU, stored {Rms(storedStreaks)}, between {Rms(Difference(storedAgain, stored))}");

        double[] Difference(float[] image, float[] other) =>
            [.. pixels.Select(i => (image[i] - other[i]) * 1000 / HounsfieldScale.WaterAttenuation)];

        static double Rms(double[] values) => Math.Sqrt(values.Average(value => value * value));
    }

    private static SimulatedScan Simulate(string slice, MetalMask metal, bool noise)
    {
        var clean = TomographyData.Square(TomographyData.PublicValues(Folder, $"{slice}_gt_image.npy.gz"));
        var simulator = new ArtifactSimulator(Tomograph, new ArtifactSimulationOptions { Noise = noise });
        return simulator.Simulate(clean, metal, 1, WorkContext.Default);
    }

    private static bool IsNear(MetalMask metal, int row, int column)
    {
        for (var i = Math.Max(0, row - 1); i <= Math.Min(metal.Rows - 1, row + 1); i++)
        {
            for (var j = Math.Max(0, column - 1); j <= Math.Min(metal.Columns - 1, column + 1); j++)
            {
                if (metal[i, j]) return true;
            }
        }

        return false;
    }

    private static MetalMask TestMask(int index)
    {
        var bytes = TomographyData.PublicBytes("mar_masks", "test_masks.npy.gz");
        var values = Array.ConvertAll(bytes[(index * 512 * 512)..((index + 1) * 512 * 512)], b => (float)b);
        return MaskResampling.ToMask(new SliceImage(values, 512, 512), 416, 416);
    }
}
