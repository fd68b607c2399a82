using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A drawn shape.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Mask">Its pixels.</param>
public sealed record MetalShape(MetalKind Kind, MetalMask Mask);

/// <summary>Options of the generator of metal shapes.</summary>
public sealed record MetalShapeOptions
{
    /// <summary>The least size of the dissertation's training shapes, in pixels of a 416 x 416 slice.</summary>
    public const int DefaultLeastPixels = 16;

    /// <summary>The largest size of the dissertation's training shapes, in pixels of a 416 x 416 slice.</summary>
    public const int DefaultMostPixels = 4967;

    /// <summary>The share of the side from the centre within which places lie: where a patient is.</summary>
    public const double DefaultReach = 0.22;

    /// <summary>The largest share of a slice that metal may fill.</summary>
    public const double MostShare = 0.2;

    /// <summary>Rows and columns of the slice, 32 to 4,096.</summary>
    public int ImageSize
    {
        get;
        init => field = OptionRange.Within(value, 32, 4096);
    }

    = 416;

    /// <summary>The least size in pixels, 4 or more.</summary>
    public int LeastPixels
    {
        get;
        init => field = OptionRange.Within(value, 4, int.MaxValue);
    }

    = DefaultLeastPixels;

    /// <summary>The largest size in pixels, a fifth of the slice at most.</summary>
    public int MostPixels
    {
        get;
        init => field = OptionRange.Within(value, 4, int.MaxValue);
    }

    = DefaultMostPixels;

    /// <summary>Places lie within this share of the side from the centre, 0 to .5; the middle of a patient unless given.</summary>
    public double Reach
    {
        get;
        init => field = OptionRange.Within(value, 0, 0.5);
    }

    = DefaultReach;

    /// <summary>The kinds to draw from; null for all.</summary>
    public IReadOnlyList<MetalKind>? Kinds { get; init; }
}

/// <summary>
/// Draws metal shapes: a kind from those asked for, a size whose logarithm is uniform between the least and the most
/// pixels, a place in the middle of the slice and a turn. The outline is then scaled until the mask has that size, to
/// within 2 % or 2 pixels. Shape i of a seed is the same whatever else is drawn.
/// </summary>
public static class MetalShapes
{
    private const int Bisections = 60;
    private const int MostTrials = 200;

    /// <summary>Draws one shape.</summary>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="seed">The seed of the set.</param>
    /// <param name="index">Which shape of the set, 0 or more.</param>
    /// <exception cref="InputException">
    /// <c>OptionOutOfRange</c>: the most pixels are fewer than the least, or more than a fifth of the slice; no kind.
    /// </exception>
    public static MetalShape Draw(MetalShapeOptions options, long seed, long index)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var random = new SeededRandom(seed).Fork(index);
        var kinds = options.Kinds ?? Enum.GetValues<MetalKind>();
        var kind = kinds[random.NextInt32(kinds.Count)];
        var target = (int)Math.Round(options.LeastPixels * Math.Pow((double)options.MostPixels / options.LeastPixels, random.NextDouble()));
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var outline = MetalOutline.Draw(kind, random);
            var (angle, radius) = (2 * Math.PI * random.NextDouble(), options.Reach * options.ImageSize * Math.Sqrt(random.NextDouble()));
            var placement = new Placement(
                (0.5 * (options.ImageSize - 1)) + (radius * Math.Cos(angle)), (0.5 * (options.ImageSize - 1)) + (radius * Math.Sin(angle)),
                2 * Math.PI * random.NextDouble());
            if (Fit(outline, placement, options, target) is { } mask) return new MetalShape(kind, mask);
        }

        throw new InvalidOperationException($"No {kind} of {target} pixels was found.");
    }

    private static void Check(MetalShapeOptions options)
    {
        var most = (int)(MetalShapeOptions.MostShare * options.ImageSize * options.ImageSize);
        if (options.MostPixels < options.LeastPixels || options.MostPixels > most)
        {
            throw OptionRange.OutOfRange(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"MostPixels is {options.MostPixels}; it must be {options.LeastPixels} (LeastPixels) to {most}, a fifth of the slice."),
                options.MostPixels);
        }

        if (options.Kinds is { Count: 0 }) throw OptionRange.OutOfRange("Kinds is empty; one kind at least is needed.", 0);
    }

    // The number of pixels grows with the scale, but for rounding: bisect, and see whether the end is near enough.
    private static MetalMask? Fit(MetalOutline outline, Placement placement, MetalShapeOptions options, int target)
    {
        var (least, most) = (0.0, 0.5 * options.ImageSize);
        var allowed = Math.Max(2, 0.02 * target);
        for (var step = 0; step < Bisections; step++)
        {
            var scale = 0.5 * (least + most);
            var mask = Raster(outline, placement with { Scale = scale }, options.ImageSize);
            if (Math.Abs(mask.PixelCount - target) <= allowed) return InRange(mask, options) ? mask : null;
            if (mask.PixelCount < target) least = scale;
            else most = scale;
        }

        return null;
    }

    private static bool InRange(MetalMask mask, MetalShapeOptions options) =>
        mask.PixelCount >= options.LeastPixels && mask.PixelCount <= options.MostPixels;

    private static MetalMask Raster(MetalOutline outline, Placement placement, int size)
    {
        var values = new bool[size * size];
        var (cos, sin) = (Math.Cos(placement.Turn) / placement.Scale, Math.Sin(placement.Turn) / placement.Scale);
        var reach = placement.Scale * outline.Radius;
        var (top, bottom) = (Math.Max(0, (int)(placement.Y - reach)), Math.Min(size - 1, (int)(placement.Y + reach) + 1));
        var (left, right) = (Math.Max(0, (int)(placement.X - reach)), Math.Min(size - 1, (int)(placement.X + reach) + 1));
        for (var i = top; i <= bottom; i++)
        {
            for (var j = left; j <= right; j++)
            {
                var (x, y) = (j - placement.X, i - placement.Y);
                values[(i * size) + j] = outline.Contains((x * cos) + (y * sin), (y * cos) - (x * sin));
            }
        }

        return new MetalMask(values, size, size);
    }

    /// <summary>Where an outline is put: pixels, radians, pixels a unit of the outline.</summary>
    private readonly record struct Placement(double X, double Y, double Turn, double Scale = 1);
}
