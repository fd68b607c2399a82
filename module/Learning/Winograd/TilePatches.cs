using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Thesis.Engine.Learning;

/// <summary>
/// The transforms at every place of an image: where a tile reaches over the border or the last channels are fewer than sixteen, by a
/// copy with zeros around.
/// </summary>
internal static unsafe class TilePatches
{
    private const int Lanes = WinogradTransforms.Lanes;

    /// <summary>B' d B of a tile, all channels; the zeros of the convolution stand around the image.</summary>
    /// <param name="images">The images.</param>
    /// <param name="grid">Their sizes.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="products">Where the first channel of the first product goes; up to 15 values follow the last channel.</param>
    /// <param name="plane">From one product to the next.</param>
    public static void OfInput(float* images, in TileGrid grid, int channels, int tile, float* products, nint plane) =>
        Each(images, grid, channels, tile, WinogradTransforms.Reach, -1, &WinogradTransforms.OfInput, products, plane);

    /// <summary>A y A' of a tile, all channels.</summary>
    /// <param name="images">The gradients of the outputs.</param>
    /// <param name="grid">Their sizes.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="products">Where the first channel of the first product goes; up to 15 values follow the last channel.</param>
    /// <param name="plane">From one product to the next.</param>
    public static void OfOutput(float* images, in TileGrid grid, int channels, int tile, float* products, nint plane) =>
        Each(images, grid, channels, tile, WinogradTransforms.Side, 0, &WinogradTransforms.OfOutput, products, plane);

    /// <summary>A' m A of a tile, all channels, with a bias and a ReLU where asked for.</summary>
    /// <param name="products">The first channel of the first product.</param>
    /// <param name="plane">From one product to the next.</param>
    /// <param name="bias">A value a channel; null for none.</param>
    /// <param name="isRectified">Whether negative outputs become 0.</param>
    /// <param name="images">The outputs.</param>
    /// <param name="grid">Their sizes.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="tile">Which tile.</param>
    [SkipLocalsInit]
    public static void ToOutput(
        float* products, nint plane, float* bias, bool isRectified, float* images, in TileGrid grid, int channels, int tile)
    {
        const int side = WinogradTransforms.Side;
        var copy = stackalloc float[side * side * Lanes];
        var (image, row, column) = grid.Place(tile);
        var (rows, columns) = (Math.Min(side, grid.Height - row), Math.Min(side, grid.Width - column));
        var line = (nint)grid.Width * channels;
        var target = images + (((((nint)image * grid.Height) + row) * grid.Width) + column) * channels;
        var least = Vector512.Create(isRectified ? 0 : float.NegativeInfinity);
        for (var first = 0; first < channels; first += Lanes)
        {
            var lanes = Math.Min(Lanes, channels - first);
            var shift = Shift(bias, first, lanes);
            if (rows == side && columns == side && lanes == Lanes)
            {
                WinogradTransforms.ToOutput(products + first, plane, shift, least, target + first, line, channels);
                continue;
            }

            WinogradTransforms.ToOutput(products + first, plane, shift, least, copy, side * Lanes, Lanes);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    var from = new ReadOnlySpan<float>(copy + (((i * side) + j) * Lanes), lanes);
                    from.CopyTo(new Span<float>(target + (i * line) + ((nint)j * channels) + first, lanes));
                }
            }
        }
    }

    [SkipLocalsInit]
    private static void Each(
        float* images, in TileGrid grid, int channels, int tile, int reach, int margin,
        delegate*<float*, nint, nint, float*, nint, void> transform, float* products, nint plane)
    {
        var copy = stackalloc float[WinogradTransforms.Products * Lanes];
        var (image, row, column) = grid.Place(tile);
        (row, column) = (row + margin, column + margin);
        var isInside = row >= 0 && column >= 0 && row + reach <= grid.Height && column + reach <= grid.Width;
        var line = (nint)grid.Width * channels;
        var source = images + ((nint)image * grid.Height * line);
        for (var first = 0; first < channels; first += Lanes)
        {
            var lanes = Math.Min(Lanes, channels - first);
            if (isInside && lanes == Lanes)
            {
                transform(source + (row * line) + ((nint)column * channels) + first, line, channels, products + first, plane);
                continue;
            }

            new Span<float>(copy, reach * reach * Lanes).Clear();
            for (var i = Math.Max(0, -row); i < reach && row + i < grid.Height; i++)
            {
                for (var j = Math.Max(0, -column); j < reach && column + j < grid.Width; j++)
                {
                    var from = source + ((row + i) * line) + ((nint)(column + j) * channels) + first;
                    new ReadOnlySpan<float>(from, lanes).CopyTo(new Span<float>(copy + (((i * reach) + j) * Lanes), lanes));
                }
            }

            transform(copy, (nint)reach * Lanes, Lanes, products + first, plane);
        }
    }

    private static Vector512<float> Shift(float* bias, int first, int lanes)
    {
        if (bias is null) return Vector512<float>.Zero;
        if (lanes == Lanes) return Vector512.Load(bias + first);
        var shift = Vector512<float>.Zero;
        for (var lane = 0; lane < lanes; lane++) shift = shift.WithElement(lane, bias[first + lane]);
        return shift;
    }
}
