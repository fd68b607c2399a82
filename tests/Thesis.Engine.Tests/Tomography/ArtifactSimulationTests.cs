using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class ArtifactSimulationTests
{
    private static readonly Tomograph Small = new(ScanPresets.Find("reduced-64"));

    private static readonly ArtifactSimulationOptions OfVectors = new()
    {
        Noise = false,
        Tissue = TissueUnderMetal.Zeroed,
        Truth = TrueSinogram.Ideal,
    };

    private static readonly SliceImage Clean = TomographyData.Slice("sim_mu");

    private static readonly MetalMask Metal = TomographyData.Mask(TomographyData.Slice("sim_mask"));

    [Fact]
    public void Without_noise_the_scan_is_that_of_the_vectors()
    {
        var scan = Simulate(OfVectors, 1);
        Assert.Equal(
            Array.ConvertAll(TomographyData.Simulation("sim_trace"), value => value > 0), scan.Corrupted.Trace.Values);
        Near(TomographyData.Simulation("sim_y_ma_noiseless"), scan.Corrupted.Sinogram.Values, 1e-5);
        Near(TomographyData.Simulation("sim_y_gt"), scan.TrueSinogram.Values, 1e-5);
        Assert.Same(Clean, scan.TrueImage);
    }

    [Fact]
    public void Noise_is_that_of_the_seed_whatever_the_threads()
    {
        var options = new ArtifactSimulationOptions();
        var first = Simulate(options, 5).Corrupted.Sinogram.Values;
        var one = new ArtifactSimulator(Small, options)
            .Simulate(Clean, Metal, 5, WorkContext.Default with { Threads = 1 }).Corrupted.Sinogram.Values;
        Assert.Equal(first, one);
        Assert.NotEqual(first, Simulate(options, 6).Corrupted.Sinogram.Values);
    }

    [Fact]
    public void The_spread_of_noise_is_that_of_the_counts()
    {
        // Without correction y = -ln(n / N0), so the variance is 1 / n to first order, n = N0 e^-y + background.
        var options = new ArtifactSimulationOptions { Photons = 1e5, WaterCorrection = false };
        var expected = Simulate(options with { Noise = false }, 0).Corrupted.Sinogram.Values;
        var noisy = Simulate(options, 3).Corrupted.Sinogram.Values;
        var (sum, square) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var z = (noisy[i] - expected[i]) * Math.Sqrt(1e5 * Math.Exp(-expected[i]));
            sum += z;
            square += z * z;
        }

        Assert.InRange(sum / expected.Length, -0.06, 0.06);
        Assert.InRange(square / expected.Length, 0.93, 1.07);
    }

    [Fact]
    public void A_measured_truth_equals_the_scan_outside_the_trace_but_for_noise()
    {
        var scan = Simulate(OfVectors with { Truth = TrueSinogram.Measured, Tissue = TissueUnderMetal.Kept }, 1);
        for (var i = 0; i < scan.TrueSinogram.Values.Length; i++)
        {
            var (measured, truth) = (scan.Corrupted.Sinogram.Values[i], scan.TrueSinogram.Values[i]);
            if (scan.Corrupted.Trace.Values[i]) Assert.True(measured > truth);
            else Assert.Equal(truth, measured, 1e-6);
        }
    }

    [Fact]
    public void A_source_of_70_keV_measures_line_integrals()
    {
        var options = OfVectors with
        {
            Spectrum = PhotonSpectrum.Monochromatic(70), WaterCorrection = false, Background = 0, EdgeDivisor = 1, Photons = 1e12,
            Tissue = TissueUnderMetal.Kept,
        };
        var scan = Simulate(options, 1);
        var expected = Small.Project(
            new SliceImage([.. Clean.Values.Zip(Metal.Values, (tissue, isMetal) => isMetal
                ? tissue + (float)Material.Titanium.ReferenceAttenuation : tissue)], 64, 64),
            WorkContext.Default);
        Near(expected.Values, scan.Corrupted.Sinogram.Values, 1e-4);
    }

    [Fact]
    public void Denser_metals_attenuate_more()
    {
        var means = Material.Metals.Select(metal => Simulate(OfVectors with { Metal = metal }, 1).Corrupted)
            .Select(scan => scan.Sinogram.Values.Where((_, i) => scan.Trace.Values[i]).Average()).ToArray();
        Assert.Equal(means.Order(), means);
        Assert.True(means[0] < means[1] && means[1] < means[2] && means[2] < means[3]);
    }

    [Fact]
    public void Empty_metal_leaves_no_trace_and_metal_everywhere_leaves_no_NaN()
    {
        var empty = Simulate(OfVectors, 1, new MetalMask(new bool[4096], 64, 64));
        Assert.DoesNotContain(true, empty.Corrupted.Trace.Values);
        var full = Simulate(new ArtifactSimulationOptions { Metal = Material.Gold }, 1, new MetalMask([.. Enumerable.Repeat(true, 4096)], 64, 64));
        Assert.All(full.Corrupted.Image.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused()
    {
        var simulator = new ArtifactSimulator(Small, OfVectors);
        var broken = new SliceImage((float[])Clean.Values.Clone(), 64, 64);
        broken.Values[70] = float.NaN;
        Refused("ImageNotFinite", broken, Metal);
        Refused("MaskShapeMismatch", Clean, new MetalMask(new bool[63 * 64], 63, 64));
        Refused("ImageShapeMismatch", new SliceImage(32, 32), new MetalMask(new bool[1024], 32, 32));
        Assert.Equal(
            "EnergyOutOfTable",
            Assert.Throws<InputException>(() => new ArtifactSimulator(
                Small, OfVectors with { Spectrum = PhotonSpectrum.Monochromatic(200) })).ErrorId);
        Assert.Throws<InputException>(() => new ArtifactSimulationOptions { Photons = 0 });
        Assert.Throws<InputException>(() => new ArtifactSimulationOptions { EdgeDivisor = double.NaN });

        void Refused(string id, SliceImage image, MetalMask metal) => Assert.Equal(
            id, Assert.Throws<InputException>(() => simulator.Simulate(image, metal, 1, WorkContext.Default)).ErrorId);
    }

    internal static void Near(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = Enumerable.Range(0, expected.Length).MaxBy(i => Math.Abs(expected[i] - actual[i]));
        Assert.True(
            Math.Abs(expected[worst] - actual[worst]) <= tolerance,
            $"value {worst}: {actual[worst]:R} instead of {expected[worst]:R}");
    }

    private static SimulatedScan Simulate(ArtifactSimulationOptions options, long seed, MetalMask? metal = null) =>
        new ArtifactSimulator(Small, options).Simulate(Clean, metal ?? Metal, seed, WorkContext.Default);
}
