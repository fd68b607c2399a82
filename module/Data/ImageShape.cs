using System.Globalization;

namespace Thesis.Engine.Data;

/// <summary>The shape of one image, channels first.</summary>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Columns of pixels.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The longest side that is read, in pixels.</summary>
    public const int MaximumSide = 4096;

    /// <summary>The number of values of an image.</summary>
    public int Count => Channels * Height * Width;

    /// <summary>Whether an image of a file may have these lengths: 1 to 4 channels, sides of 1 .. <see cref="MaximumSide"/>.</summary>
    public static bool IsValid(long channels, long height, long width) =>
        channels is >= 1 and <= 4 && height is >= 1 and <= MaximumSide && width is >= 1 and <= MaximumSide;

    /// <summary>Such as <c>1 x 28 x 28</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Channels} x {Height} x {Width}");
}
