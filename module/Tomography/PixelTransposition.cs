namespace Thesis.Engine.Tomography;

/// <summary>The transpose of a square image, tile by tile, so that both sides stay in the cache.</summary>
internal static class PixelTransposition
{
    private const int Tile = 16;

    /// <summary>target[j, i] = source[i, j].</summary>
    public static void Of(ReadOnlySpan<float> source, Span<float> target, int size)
    {
        for (var top = 0; top < size; top += Tile)
        {
            for (var left = 0; left < size; left += Tile)
            {
                var (bottom, right) = (Math.Min(size, top + Tile), Math.Min(size, left + Tile));
                for (var row = top; row < bottom; row++)
                {
                    for (var column = left; column < right; column++) target[(column * size) + row] = source[(row * size) + column];
                }
            }
        }
    }
}
