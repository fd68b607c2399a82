using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Where the AAPM measures look. The challenge drew its regions by hand for 29 cases; here they follow from the true image T,
/// the image with metal S and the metal, all in HU, by one rule for every case. Lengths are pixels of a 512 image, others in
/// proportion.
/// <code>
/// body       the largest region of T above -300 HU, its holes filled
/// measured   the body without the metal and 2 pixels around it
/// noise      the circle of radius 10 in measured, T smoothed within 150 HU of water, with the least deviation of T + mean |S - T|
/// edges      measured, within 2 pixels of two tissues of T smoothed: soft (-30 .. 150 HU) and bone (150 .. 2500), soft and fat
///            (-150 .. -30), and not within 4 pixels of what is below -300 HU: air and lung
/// streaks    the tenth of measured where |S - T|, its mean nearby (sigma 2), is largest
/// near       20 pixels around the metal
/// target     the disc of radius 30 around the centre of the body
/// </code>
/// </summary>
internal sealed class AapmRegions
{
    private const double BodyFloor = -300;
    private const double FatFloor = -150;
    private const double SoftFloor = -30;

    private static readonly double[] Smoothing = SeparableFilter.Gaussian(radius: 2, sigma: 1);

    private AapmRegions(int size, bool[] body, MetalMask metal)
    {
        (Size, Body, Metal) = (size, body, metal);
        var around = metal.Dilated(2);
        Measured = [.. body.Select((isBody, pixel) => isBody && !around.Values[pixel])];
        Around = around;
        Near = metal.Dilated(Length(20));
    }

    /// <summary>The least HU of bone.</summary>
    public const float BoneFloor = 150;

    /// <summary>What is no bone any more, HU.</summary>
    public const float BoneCeiling = 2500;

    /// <summary>Rows and columns.</summary>
    public int Size { get; }

    /// <summary>The body.</summary>
    public bool[] Body { get; }

    /// <summary>The metal.</summary>
    public MetalMask Metal { get; }

    /// <summary>The metal and 2 pixels around it.</summary>
    public MetalMask Around { get; }

    /// <summary>The neighbourhood of the metal.</summary>
    public MetalMask Near { get; }

    /// <summary>The body without the metal and 2 pixels around it.</summary>
    public bool[] Measured { get; }

    /// <summary>A homogeneous circle; null where there is none.</summary>
    public bool[]? Noise { get; private init; }

    /// <summary>Edges of soft tissue with bone; null for fewer than 40 pixels.</summary>
    public bool[]? BoneEdges { get; private init; }

    /// <summary>Edges of soft tissue with fat; null for fewer than 40 pixels.</summary>
    public bool[]? FatEdges { get; private init; }

    /// <summary>Where the artifacts are strongest.</summary>
    public bool[] Streaks { get; private init; } = [];

    /// <summary>A length of a 512 image, in whole pixels.</summary>
    public int Length(double pixels) => (int)Math.Round(pixels * Size / 512, MidpointRounding.AwayFromZero);

    /// <summary>The regions of a case.</summary>
    /// <exception cref="InputException"><c>BodyMissing</c>: nothing is above -300 HU away from the metal.</exception>
    public static AapmRegions Of(float[] truth, float[] source, MetalMask metal)
    {
        var size = metal.Rows;
        var body = BodyOf(truth, size);
        var plain = new AapmRegions(size, body, metal);
        if (!plain.Measured.Contains(true))
        {
            throw new InputException(
                "BodyMissing", FaultKind.InvalidData, "The true image has no body, more than 2 pixels from the metal, to measure.");
        }

        var smooth = SeparableFilter.ReplicatingEdges(new SliceImage(truth, size, size), Smoothing).Values;
        var soft = Between(smooth, SoftFloor, BoneFloor);
        var air = new MetalMask(Between(smooth, double.NegativeInfinity, BodyFloor), size, size).Dilated(4);
        return new AapmRegions(size, body, metal)
        {
            Noise = plain.QuietCircle(truth, source, smooth),
            BoneEdges = plain.Border(soft, Between(smooth, BoneFloor, BoneCeiling), air),
            FatEdges = plain.Border(soft, Between(smooth, FatFloor, SoftFloor), air),
            Streaks = plain.Strongest(truth, source),
        };
    }

    private static bool[] BodyOf(float[] truth, int size)
    {
        var largest = PixelRegions.Of(Array.ConvertAll(truth, value => value > BodyFloor), size).MaxBy(region => region.Pixels.Count);
        var body = new bool[truth.Length];
        foreach (var pixel in largest?.Pixels ?? []) body[pixel] = true;
        foreach (var hole in PixelRegions.Of(Array.ConvertAll(body, isBody => !isBody), size))
        {
            if (hole.TouchesBorder) continue;
            foreach (var pixel in hole.Pixels) body[pixel] = true;
        }

        return body;
    }

    private static bool[] Between(float[] values, double least, double most) =>
        Array.ConvertAll(values, value => value >= least && value < most);

    private bool[]? Border(bool[] one, bool[] other, MetalMask air)
    {
        var (left, right) = (new MetalMask(one, Size, Size).Dilated(2), new MetalMask(other, Size, Size).Dilated(2));
        bool[] border = [.. Measured.Select((isMeasured, pixel) =>
            isMeasured && left.Values[pixel] && right.Values[pixel] && !air.Values[pixel])];
        return border.Count(isBorder => isBorder) < 40 ? null : border;
    }

    private bool[]? QuietCircle(float[] truth, float[] source, float[] smooth)
    {
        var radius = Math.Max(3, Length(10));
        var step = Math.Max(1, Length(4));
        var offsets = Disc(radius);
        var (best, least) = (-1, double.PositiveInfinity);
        for (var row = radius; row < Size - radius; row += step)
        {
            for (var column = radius; column < Size - radius; column += step)
            {
                var cost = Unrest((row * Size) + column, offsets, truth, source, smooth);
                if (cost < least) (best, least) = ((row * Size) + column, cost);
            }
        }

        if (best < 0) return null;
        var circle = new bool[truth.Length];
        foreach (var offset in offsets) circle[best + offset] = true;
        return circle;
    }

    private double Unrest(int centre, int[] offsets, float[] truth, float[] source, float[] smooth)
    {
        var (sum, squares, apart) = (0.0, 0.0, 0.0);
        foreach (var offset in offsets)
        {
            var at = centre + offset;
            if (!Measured[at] || Math.Abs(smooth[at]) > BoneFloor) return double.PositiveInfinity;
            sum += truth[at];
            squares += (double)truth[at] * truth[at];
            apart += Math.Abs((double)source[at] - truth[at]);
        }

        var mean = sum / offsets.Length;
        return Math.Sqrt(Math.Max(0, (squares / offsets.Length) - (mean * mean))) + (apart / offsets.Length);
    }

    /// <summary>The pixels of a disc, from its centre.</summary>
    public int[] Disc(int radius) =>
    [
        .. from row in Enumerable.Range(-radius, (2 * radius) + 1)
           from column in Enumerable.Range(-radius, (2 * radius) + 1)
           where (row * row) + (column * column) <= radius * radius
           select (row * Size) + column,
    ];

    private bool[] Strongest(float[] truth, float[] source)
    {
        var difference = new float[truth.Length];
        for (var i = 0; i < difference.Length; i++) difference[i] = Around.Values[i] ? 0 : source[i] - truth[i];
        var sigma = Math.Max(1, 2.0 * Size / 512);
        var kernel = SeparableFilter.Gaussian((int)Math.Ceiling(3 * sigma), sigma);
        var mean = SeparableFilter.ReplicatingEdges(new SliceImage(difference, Size, Size), kernel).Values;
        var least = Percentile.Of(mean.Where((_, pixel) => Measured[pixel]).Select(value => Math.Abs((double)value)), 90);
        return [.. Measured.Select((isMeasured, pixel) => isMeasured && Math.Abs((double)mean[pixel]) >= least)];
    }
}
