using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class ReferenceFreeQualityTests
{
    private const int Size = 256;

    private static readonly bool[] All = [.. Enumerable.Repeat(true, Size * Size)];

    [Theory]
    [InlineData(1)]
    [InlineData(12.5)]
    public void Noise_is_the_deviation_of_white_noise_whatever_plane_it_lies_on(double deviation)
    {
        var random = new SeededRandom(5L);
        var texture = new ImageTexture(Size, Size);
        var plane = Make((row, column) => (3 * row) - (2 * column) + 40);
        Assert.Equal(0, texture.Noise(plane, All)!.Value, 1e-3);
        var noisy = Array.ConvertAll(plane, value => (float)(value + (deviation * random.NextGaussian())));
        Assert.Equal(1, texture.Noise(noisy, All)!.Value / deviation, 0.02);
        Assert.Null(texture.Noise(noisy, new bool[Size * Size]));
    }

    // A blur scales a sine: exp(-sigma^2 omega^2 / 2) for a Gaussian.
    [Fact]
    public void Edges_kept_are_the_share_of_a_frequency_that_a_blur_lets_through()
    {
        var texture = new ImageTexture(Size, Size);
        var wave = Make((row, _) => 100 * Math.Sin(0.4 * row));
        Assert.Equal(1, texture.EdgesKept(wave, wave, All)!.Value, 1e-9);
        var blurred = SeparableFilter.ReplicatingEdges(
            new SliceImage(wave, Size, Size), SeparableFilter.Gaussian(radius: 8, sigma: 1.5)).Values;
        var inner = Array.ConvertAll(Make((row, _) => row is > 16 and < Size - 16 ? 1 : 0), value => value > 0);
        Assert.Equal(Math.Exp(-0.5 * 1.5 * 1.5 * 0.4 * 0.4), texture.EdgesKept(blurred, wave, inner)!.Value, 1e-3);
        Assert.Null(texture.EdgesKept(wave, new float[Size * Size], All));
    }

    // The mean beyond the 95 % quantile is phi(1.6449) / 0.05 = 2.0627 deviations; both tails are twice as far apart.
    [Fact]
    public void Tails_of_white_noise_are_4_125_deviations_apart()
    {
        var random = new SeededRandom(6L);
        var noise = Make((_, _) => 7 * random.NextGaussian());
        Assert.Equal(1, TailSpread.Of(noise, new float[noise.Length], All)!.Value / (4.1254 * 7), 0.02);
        Assert.Null(TailSpread.Of(noise, noise, new bool[noise.Length]));
    }

    // A lung begins 12 pixels beside the metal, and there is a rib; streaks are a sine across the rows, whose mean beyond
    // the 95 % quantile is sin(x) / x of its amplitude with x = .05 pi: .996.
    [Fact]
    public void Streaks_are_told_from_lung_and_bone()
    {
        const double noise = 5;
        var random = new SeededRandom(8L);
        static double Rod(int row, int column) => row is > 124 and < 131 && column is > 124 and < 131 ? 1 : 0;
        var metal = Array.ConvertAll(Make(Rod), value => value > 0);
        var distance = MetalDistance.Of(new MetalMask(metal, Size, Size));
        var soft = Make((_, _) => 40 + (noise * random.NextGaussian()));
        var thorax = Make((row, column) => column > 142 ? -800 : row is > 140 and < 146 ? 700 : soft[(row * Size) + column]);
        var streaks = Make((row, column) => thorax[(row * Size) + column] + (100 * Math.Sin(1.2 * row)));
        var plain = StreakMeasure.Of(soft, soft, distance, Size, Size);
        var tissue = StreakMeasure.Of(thorax, thorax, distance, Size, Size);
        Assert.Equal(1, tissue.Streak!.Value / plain.Streak!.Value, .1);
        Assert.Equal(1, plain.TissueSpread!.Value / (4.1254 * noise), .03);
        Assert.Equal(1, tissue.TissueSpread!.Value / (4.1254 * noise), .05);
        var reduced = StreakMeasure.Of(thorax, streaks, distance, Size, Size);
        Assert.Equal(1, reduced.Streak!.Value / tissue.Streak!.Value, .02);
        Assert.Equal(1, reduced.SourceStreak!.Value / (2 * 99.6), .05);

        // What is below -300 HU in one of the two alone is no lung: a band that was taken away counts for the source.
        var dark = Make((row, column) => thorax[(row * Size) + column] - (row is > 108 and < 114 ? 500 : 0));
        Assert.True(StreakMeasure.Of(thorax, dark, distance, Size, Size).SourceStreak > 300);
        Assert.Equal(1, StreakMeasure.Of(thorax, dark, distance, Size, Size).Streak!.Value / tissue.Streak!.Value, .05);
    }

    [Fact]
    public void An_image_is_measured_where_it_says()
    {
        // Quarters of lung, fat, soft tissue and bone; a screw in the soft tissue; the image has moved by 1, 2, 3 and 4 HU.
        var random = new SeededRandom(7L);
        double[] tissues = [-800, -90, 50, 800];
        int Quarter(int row, int column) => (row < Size / 2 ? 0 : 2) + (column < Size / 2 ? 0 : 1);
        var metal = Array.ConvertAll(Make((row, column) => row is > 216 and < 221 && column is > 26 and < 31 ? 1 : 0), value => value > 0);
        var source = Make((row, column) => tissues[Quarter(row, column)] + (5 * random.NextGaussian()));
        var image = Make((row, column) => source[(row * Size) + column] + 1 + Quarter(row, column));
        var quality = ReferenceFreeQuality.Measure(
            Attenuation(image), Attenuation(source), new MetalMask(metal, Size, Size), Scan(), WorkContext.Default);
        Assert.Equal(1, quality.Drift.Lung!.Value, 0.01);
        Assert.Equal(2, quality.Drift.Fat!.Value, 0.01);
        Assert.Equal(3, quality.Drift.SoftTissue!.Value, 0.01);
        Assert.Equal(4, quality.Drift.Bone!.Value, 0.01);
        Assert.Equal(1, quality.NoiseRatio!.Value, 1e-3);
        Assert.Equal(5, quality.NoiseHounsfield!.Value, 0.2);
        Assert.Equal(1, quality.EdgeRatio!.Value, 0.01);

        // The Gaussian mean of sigma 4 pixels takes 1 - 2 / (2 pi 16) + 1 / (4 pi 16) of the noise's variance away.
        var streaks = 5 * 4.1254 * Math.Sqrt(1 - (1 / (16 * Math.PI)) + (1 / (64 * Math.PI)));
        Assert.Equal(1, quality.StreakHounsfield!.Value / streaks, 0.05);
        Assert.Equal(1, quality.SourceStreakHounsfield!.Value / streaks, 0.05);
    }

    // Chords 2 sqrt(R^2 - t^2) on bins that see a width T: the mean square is 16 R^3 / 3 T.
    [Fact]
    public void The_residual_is_that_of_a_disc()
    {
        const double radius = 5;
        const double change = 0.01;
        var scan = Scan();
        var geometry = scan.Geometry;
        var source = new SliceImage(Size, Size);
        var disc = new EllipsePhantom([new PhantomEllipse(change, radius, radius, 1, -0.5)]).Rasterise(geometry, WorkContext.Default);
        var quality = ReferenceFreeQuality.Measure(
            disc, source, new MetalMask(new bool[Size * Size], Size, Size), scan, WorkContext.Default);
        var width = geometry.Bins * geometry.BinSpacing;
        Assert.Equal(1, quality.Residual!.Value / (change * Math.Sqrt(16 * Math.Pow(radius, 3) / (3 * width))), 0.01);

        // The source is air: there is no noise to compare with, no edge, no tissue; and no metal, so no streak.
        Assert.Null(quality.StreakHounsfield);
        Assert.Null(quality.NoiseRatio);
        Assert.Null(quality.EdgeRatio);
        Assert.Equal(new TissueDrift(null, null, null, null), quality.Drift);
    }

    [Fact]
    public void Images_of_two_sizes_and_metal_everywhere_are_refused()
    {
        var (image, scan) = (new SliceImage(Size, Size), Scan());
        var none = new MetalMask(new bool[Size * Size], Size, Size);
        string Id(SliceImage one, SliceImage other, MetalMask metal) => Assert.Throws<InputException>(
            () => ReferenceFreeQuality.Measure(one, other, metal, scan, WorkContext.Default)).ErrorId;
        Assert.Equal("ImageShapeMismatch", Id(image, new SliceImage(Size, 128), none));
        Assert.Equal("MetalFillsImage", Id(image, image, new MetalMask(All, Size, Size)));
        var broken = new SliceImage(Size, Size);
        broken.Values[7] = float.NaN;
        Assert.Equal("ImageNotFinite", Id(image, broken, none));
    }

    private static Tomograph Scan() =>
        new(new ScanGeometry(DetectorKind.Parallel, 60, 200, 0.1, Size, 0.06, angularRange: Math.PI));

    private static SliceImage Attenuation(float[] hounsfield) =>
        new(Array.ConvertAll(hounsfield, value => (float)HounsfieldScale.ToAttenuation(value)), Size, Size);

    private static float[] Make(Func<int, int, double> value)
    {
        var values = new float[Size * Size];
        for (var i = 0; i < values.Length; i++) values[i] = (float)value(i / Size, i % Size);
        return values;
    }
}
