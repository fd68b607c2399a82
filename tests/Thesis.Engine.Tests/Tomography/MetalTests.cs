using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>Metal of an image, and reductions of metal where a ratio to the prior has no limit.</summary>
public sealed class MetalTests
{
    private static readonly Tomograph Small = new(ScanPresets.Find("reduced-128"));

    public static TheoryData<MetalPlace> Places => [.. Enum.GetValues<MetalPlace>()];

    // One of the five seeds of benchmarks/accuracy, at a quarter of the pixels.
    [Theory]
    [MemberData(nameof(Places))]
    public void NMAR_is_no_worse_than_LI_wherever_the_metal_lies(MetalPlace place)
    {
        var scene = MetalScene.Draw(place, 2, Small.Geometry, WorkContext.Default);
        var options = new ArtifactSimulationOptions { Metal = scene.Material, Tissue = TissueUnderMetal.Zeroed };
        var scan = new ArtifactSimulator(Small, options).Simulate(scene.Clean, scene.Metal, 1, WorkContext.Default);
        var truth = Small.Reconstruct(scan.TrueSinogram, WorkContext.Default);
        var (li, nmar) = (Error(new LinearInterpolation()), Error(new NormalizedReduction()));
        Assert.True(nmar <= 1.05 * li, $"LI {li:F1} HU, NMAR {nmar:F1} HU");

        double Error(IArtifactReduction method)
        {
            var image = new ArtifactReducer(method).Reduce(scan.Corrupted, WorkContext.Default).Image;
            return Math.Sqrt(Enumerable.Range(0, image.Values.Length).Where(i => !scene.Metal.Values[i])
                .Average(i => Math.Pow((image.Values[i] - truth.Values[i]) / 0.192 * 1000, 2)));
        }
    }

    // Water, a table and a wire in the air: the ratio to a prior of 1e-6 gave millions of HU there.
    [Fact]
    public void A_wire_in_the_air_is_bridged_within_what_was_measured()
    {
        var geometry = Small.Geometry;
        var sinogram = new Sinogram(geometry);
        var prior = new Sinogram(geometry);
        var isMetal = new bool[geometry.SinogramLength];
        for (var view = 0; view < geometry.Views; view++)
        {
            for (var bin = 0; bin < geometry.Bins; bin++)
            {
                var body = Math.Sqrt(Math.Max(0, 900 - Math.Pow(bin - 80, 2))) / 30;
                sinogram.View(view)[bin] = (float)body + (bin is 20 or 52 ? 5 : 0.002f);
                prior.View(view)[bin] = (float)body;
                isMetal[(view * geometry.Bins) + bin] = bin is >= 19 and <= 21 or >= 50 and <= 54;
            }
        }

        var trace = new MetalTrace(isMetal, geometry);
        var bridged = new TraceBridge(TraceBridge.DefaultEpsilon, IsLimited: true).Over(sinogram, trace, prior);
        for (var i = 0; i < isMetal.Length; i++)
        {
            Assert.Equal(prior.Values[i] + 0.002f, bridged.Values[i], isMetal[i] ? 5e-3f : 1e-6f);
        }
    }

    [Fact]
    public void What_no_tissue_or_metal_is_is_refused_unless_the_input_has_it()
    {
        var scan = Scan(0.192f);
        var fault = Assert.Throws<InputException>(() => new ArtifactReducer(new Constant(2)).Reduce(scan, WorkContext.Default));
        Assert.Equal("ReductionImplausible", fault.ErrorId);
        Assert.Throws<InputException>(() => new ArtifactReducer(new Constant(-0.1f)).Reduce(scan, WorkContext.Default));
        Assert.Throws<InputException>(() => new ArtifactReducer(new Constant(float.NaN)).Reduce(scan, WorkContext.Default));
        new ArtifactReducer(new Constant(1.7f)).Reduce(scan, WorkContext.Default);

        // What lies less than 500 HU below the image's least value is cut there.
        var cut = new ArtifactReducer(new Constant(-0.09f)).Reduce(scan, WorkContext.Default);
        Assert.Equal(0, cut.Image.Values.Min());
        new ArtifactReducer(new Constant(2)).Reduce(Scan(2), WorkContext.Default);

        static CorruptedScan Scan(float corner)
        {
            var image = new SliceImage(128, 128);
            image.Values[0] = corner;
            var metal = new bool[128 * 128];
            metal.AsSpan((64 * 128) + 60, 5).Fill(true);
            return CorruptedScan.FromImage(image, Small, new MetalMask(metal, 128, 128), 2000, WorkContext.Default);
        }
    }

    [Fact]
    public void Islands_are_dropped_and_the_margin_is_added_as_a_disc()
    {
        var values = new float[32 * 32];
        values[(5 * 32) + 5] = 1;
        values[(20 * 32) + 20] = values[(20 * 32) + 21] = 1;
        var image = new SliceImage(values, 32, 32);
        Assert.Equal(3, new MetalDetection().Find(image).PixelCount);
        Assert.Equal(2, new MetalDetection { LeastPixels = 2 }.Find(image).PixelCount);
        var wide = new MetalDetection { LeastPixels = 2, Margin = 2 }.Find(image);
        var all = Enumerable.Range(0, 1024).Where(i => Distance(i, 20) <= 2 || Distance(i, 21) <= 2);
        Assert.Equal(all, Enumerable.Range(0, 1024).Where(i => wide.Values[i]));

        static double Distance(int i, int column) => double.Hypot((i / 32) - 20, (i % 32) - column);
    }

    [Fact]
    public void The_automatic_threshold_lies_between_bone_and_metal_and_leaves_teeth_alone()
    {
        Assert.InRange(MetalDetection.Automatic(Image((1200, 200), (3071, 50))), 2000, 3000);
        Assert.Equal(3000, MetalDetection.Automatic(Image((1200, 200), (12000, 50))));
        Assert.Equal(double.PositiveInfinity, MetalDetection.Automatic(Image((1200, 200), (2900, 50))));
        Assert.Equal(double.PositiveInfinity, MetalDetection.Automatic(Image((40, 500))));

        static SliceImage Image(params (double Hounsfield, int Count)[] parts)
        {
            var values = new float[64 * 64];
            var at = 0;
            foreach (var (hounsfield, count) in parts)
            {
                values.AsSpan(at, count).Fill((float)HounsfieldScale.ToAttenuation(hounsfield));
                at += count;
            }

            return new SliceImage(values, 64, 64);
        }
    }

    private sealed class Constant(float value) : IArtifactReduction
    {
        public string Name => "constant";

        public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
        {
            var values = (float[])scan.Image.Values.Clone();
            values[(20 * 128) + 64] = value;
            return new ReducedScan(new SliceImage(values, 128, 128), null);
        }
    }
}
