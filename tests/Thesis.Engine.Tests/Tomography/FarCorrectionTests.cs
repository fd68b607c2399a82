using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>Far from the metal a correction is kept as far as the image bears it out.</summary>
public sealed class FarCorrectionTests
{
    private const int Size = 256;
    private const float Water = (float)HounsfieldScale.WaterAttenuation;
    private const float Hounsfield = Water / 1000;

    private static readonly double[] AsItIs = [1];

    // A step of 150 HU in a part p of the rows, and a correction that takes 6 HU off a step there in all rows:
    // f(a) = p |150 - 6 a| + (1 - p) |6 a| a row, so the share is (2 p - 1) / (1 - p) within 0 and 1, whatever the heights. The least
    // squares would have a = p 150 / 6, six times the correction where it is right in a quarter of the rows alone.
    [Theory]
    [InlineData(0.25, 0)]
    [InlineData(0.5, 0)]
    [InlineData(0.55, 2 / 9.0)]
    [InlineData(0.6, 0.5)]
    [InlineData(0.7, 1)]
    public void An_edge_counts_no_more_than_what_is_taken_from_it(double part, double expected)
    {
        const int rows = 200;
        var image = Image((x, y) => x >= 128 && y <= part * rows ? 150 : 0);
        var change = Image((x, _) => x >= 128 ? -6 : 0, 0);

        // Of the part's lower border the image has a step along y, too, which is the same whatever is corrected.
        var weights = Weights((x, y) => y is > 0 and <= rows && x is > 100 and < 156);
        Assert.Equal(expected, FarCorrection.Share(image, change, weights, AsItIs), 1e-4);
    }

    // A streak of q times the correction under noise of 10 HU, of which f is a parabola nearly: 2 q - 1, within 0 and 1.
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(0.65, 0.3)]
    [InlineData(0.8, 0.6)]
    [InlineData(1.2, 1)]
    public void Of_a_streak_under_noise_the_share_is_known(double present, double expected)
    {
        var random = new SeededRandom(5L);
        double Streak(int x, int y) => 3 * Math.Sin((0.6 * x) + (0.2 * y));
        var image = Image((x, y) => Noise() - (present * Streak(x, y)));
        var change = Image(Streak, 0);
        var share = FarCorrection.Share(image, change, Weights((_, _) => true), SeparableFilter.Gaussian(3, 1));
        Assert.Equal(expected, share, 0.1);

        double Noise() => 10 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    [Fact]
    public void Where_nothing_counts_or_nothing_is_changed_all_is_kept()
    {
        var image = Image((x, y) => x % 7 * (y % 3));
        Assert.Equal(1, FarCorrection.Share(image, Image((x, _) => x, 0), new float[Size * Size], AsItIs));
        Assert.Equal(1, FarCorrection.Share(image, Image((_, _) => 0, 0), Weights((_, _) => true), AsItIs));
    }

    // Streaks of which the image has none: none are left from 60 pixels of a 512 image on, all within 30, and by a line between;
    // where the correction is as large as 100 HU in the mean, half of that is left to it.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(100, 0.5)]
    [InlineData(1000, 1e-8)]
    public void What_the_image_does_not_bear_out_is_taken_away_with_the_distance(float strength, double judged)
    {
        var (scan, change) = (Scan(_ => 0), Change());
        var distance = MetalDistance.Of(scan.Metal);
        var shrunk = Shrunk(scan, change, distance, strength);
        for (var i = 0; i < shrunk.Length; i++)
        {
            var kept = 1 - (judged * Math.Clamp(((distance[i] * 512 / Size) - 30) / 30, 0, 1));
            Assert.Equal(kept * change.Values[i], shrunk[i] - scan.Image.Values[i], 1e-6);
            if (kept == 0) Assert.Equal(scan.Image.Values[i], shrunk[i]);
        }
    }

    [Fact]
    public void What_the_image_bears_out_is_not_touched()
    {
        var change = Change();
        var scan = Scan(i => -change.Values[i]);
        Assert.Equal(Sum(scan.Image, change).Values, Shrunk(scan, change, MetalDistance.Of(scan.Metal), 0));
    }

    // A body of soft tissue and bone with two bright pixels, which made no streaks: LI's own, along all rays that touch the bone,
    // are gone from 60 pixels of a 512 image on.
    [Fact]
    public void An_image_without_streaks_is_left_alone_far_from_its_metal()
    {
        const int size = 128;
        var values = new float[size * size];
        for (var i = 0; i < values.Length; i++)
        {
            var (x, y) = ((i % size) - 63.5, (i / size) - 63.5);
            values[i] = double.Hypot(x, y) > 55 ? -1000 : y > 20 ? 900 : 40;
        }

        values[(64 * size) + 60] = values[(64 * size) + 61] = 3000;
        var slice = new CtSlice { Source = "a.npy", Format = CtFormat.Npy, Rows = size, Columns = size, Values = values };
        var scan = new ScanLoader(GeometryChoice.Of(ScanPresets.Find("reduced-128"))).Load(
            new ScanInput(slice), PixelUnit.Hounsfield, new MetalDetection(), WorkContext.Default);
        var reduced = new ArtifactReducer(ArtifactReducer.MethodOf("li")).Reduce(scan, WorkContext.Default).Image;
        var distance = MetalDistance.Of(scan.Metal);
        var changed = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (distance[i] >= 15) Assert.Equal(scan.Image.Values[i], reduced.Values[i]);
            else if (reduced.Values[i] != scan.Image.Values[i]) changed++;
        }

        Assert.True(changed > 400, $"{changed} pixels");
    }

    private static float[] Shrunk(CorruptedScan scan, SliceImage change, float[] distance, float strength)
    {
        var output = Sum(scan.Image, change);
        FarCorrection.Shrink(output, scan, change, distance, Array.ConvertAll(distance, _ => strength * Hounsfield));
        return output.Values;
    }

    private static SliceImage Sum(SliceImage image, SliceImage change) =>
        new([.. image.Values.Select((value, i) => value + change.Values[i])], Size, Size);

    private static SliceImage Change() => Image((x, y) => 20 * Math.Sin(0.5 * x) * Math.Cos(0.3 * y), 0);

    private static CorruptedScan Scan(Func<int, float> streaks)
    {
        var isMetal = new bool[Size * Size];
        isMetal[(128 * Size) + 128] = true;
        var image = new SliceImage([.. Enumerable.Range(0, Size * Size).Select(i => Water + streaks(i))], Size, Size);
        var geometry = new ScanGeometry(DetectorKind.Parallel, 4, 10, 1, Size, 1);
        return CorruptedScan.FromImage(
            image, new Tomograph(geometry), new MetalMask(isMetal, Size, Size), padding: null, WorkContext.Default);
    }

    private static SliceImage Image(Func<int, int, double> of, float zero = Water) =>
        new([.. Enumerable.Range(0, Size * Size).Select(i => zero + (float)(of(i % Size, i / Size) * Hounsfield))], Size, Size);

    private static float[] Weights(Func<int, int, bool> of) =>
        [.. Enumerable.Range(0, Size * Size).Select(i => of(i % Size, i / Size) ? 1f : 0)];
}
