using System.Globalization;

namespace Thesis.Engine.Data;

/// <summary>The shape of one image, channels first.</summary>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Columns of pixels.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of values of an image.</summary>
    public int Count => Channels * Height * Width;

    /// <summary>Such as <c>1 x 28 x 28</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Channels} x {Height} x {Width}");
}
