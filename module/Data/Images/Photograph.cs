namespace Thesis.Engine.Data;

/// <summary>An upright photograph of 8-bit colours.</summary>
/// <param name="Pixels">3 x Width x Height values: red, green, blue of each pixel, row by row from the top.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record Photograph(byte[] Pixels, int Width, int Height)
{
    /// <summary>The values of a pixel.</summary>
    public const int Channels = 3;

    /// <summary>The values of a row.</summary>
    public int Stride => Channels * Width;

    /// <summary>The row <paramref name="y"/>.</summary>
    public ReadOnlySpan<byte> Row(int y) => Pixels.AsSpan(y * Stride, Stride);
}
