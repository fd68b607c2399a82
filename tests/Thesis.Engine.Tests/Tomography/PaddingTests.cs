using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>What of a slice counts as never scanned.</summary>
public sealed class PaddingTests
{
    private const int Size = 64;

    [Theory]
    [InlineData(-2000f, true)]
    [InlineData(-3024f, true)]
    [InlineData(-1024f, false)]
    [InlineData(-1000f, false)]
    public void What_lies_outside_the_circle_is_padding_and_a_dark_band_is_not(float corner, bool isDistinct)
    {
        // The scanner's circle is smaller than the image's.
        var values = Slice((x, y) => Distance(x, y) > 28 ? corner : (float)(-1000 + (0.1 * x)));
        for (var column = 20; column < 44; column++) values[(32 * Size) + column] = corner;
        var padding = PaddingMask.Of(values, Size);
        for (var i = 0; i < values.Length; i++)
        {
            var distance = Distance((i % Size) - 31.5, (i / Size) - 31.5);
            Assert.Equal(values[i] == corner && distance > (isDistinct ? 28 : 32), padding.Values[i]);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-999f)]
    [InlineData(3071f)]
    public void Corners_of_tissue_are_no_padding(float corner) =>
        Assert.Equal(0, PaddingMask.Of(Slice((x, y) => Distance(x, y) > 32 ? corner : 40), Size).Count);

    [Fact]
    public void Noise_in_the_corners_is_no_padding()
    {
        var random = new SeededRandom(1);
        Assert.Equal(0, PaddingMask.Of(Slice((_, _) => (float)(-1000 + (50 * (random.NextDouble() - 0.9)))), Size).Count);
    }

    [Fact]
    public void What_is_declared_is_padding_wherever_it_lies_unless_it_may_be_a_dark_band()
    {
        var declared = new bool[Size * Size];
        declared.AsSpan(0, 10).Fill(true);
        declared[(32 * Size) + 32] = true;
        Assert.Equal(11, PaddingMask.Declared(declared, isDistinct: true, Size).Count);
        Assert.Equal(10, PaddingMask.Declared(declared, isDistinct: false, Size).Count);
    }

    // Two iron rods: between them the scanner has cut the image at its floor, and there is tissue.
    [Theory]
    [InlineData("li", 150)]
    [InlineData("nmar", 150)]
    [InlineData("fsnmar", 300)]
    public void A_dark_band_between_two_rods_is_reduced_and_padding_stays(string method, double most)
    {
        var tomograph = new Tomograph(ScanPresets.Find("reduced-128"));
        var scene = MetalScene.Draw(MetalPlace.TwoRods, 3, tomograph.Geometry, WorkContext.Default);
        var options = new ArtifactSimulationOptions { Metal = scene.Material, Tissue = TissueUnderMetal.Zeroed };
        var scan = new ArtifactSimulator(tomograph, options).Simulate(scene.Clean, scene.Metal, 1, WorkContext.Default);
        var values = SliceConversion.ToHounsfield(scan.Corrupted.Image);
        for (var i = 0; i < values.Length; i++)
        {
            var isOutside = Distance((i % 128) - 63.5, (i / 128) - 63.5) > 64;
            values[i] = isOutside ? -2000 : MathF.Round(Math.Clamp(values[i], -1024, 3071));
        }

        var dark = Enumerable.Range(0, values.Length)
            .Where(i => values[i] == -1024 && HounsfieldScale.ToHounsfield(scene.Clean.Values[i]) > -300 && !scene.Metal.Values[i]).ToArray();
        Assert.True(dark.Length > 20, $"{dark.Length} dark pixels");
        var slice = new CtSlice { Source = "a.npy", Format = CtFormat.Npy, Rows = 128, Columns = 128, Values = values };
        var mask = new PixelMask(scene.Metal.Values, 128, 128, "m.npy");
        var loaded = new ScanLoader(GeometryChoice.Of(tomograph.Geometry)).Load(
            new ScanInput(slice, mask), PixelUnit.Hounsfield, new MetalDetection(), WorkContext.Default);
        var reduced = new ArtifactReducer(ArtifactReducer.MethodOf(method)).Reduce(loaded, WorkContext.Default);
        var error = dark.Average(i => Math.Abs(reduced.Image.Values[i] - scene.Clean.Values[i]) / 0.192 * 1000);
        Assert.True(error < most, $"{error} HU");
        Assert.All(Enumerable.Range(0, values.Length).Where(i => values[i] == -2000), i => Assert.True(loaded.Padding!.Values[i]));
        Assert.Equal(values.Count(value => value == -2000), loaded.Padding!.Count);
    }

    private static float[] Slice(Func<double, double, float> value) =>
        [.. Enumerable.Range(0, Size * Size).Select(i => value((i % Size) - 31.5, (i / Size) - 31.5))];

    private static double Distance(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
