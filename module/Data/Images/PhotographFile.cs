using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads photographs: JPEG, PNG and WebP, told by their content and not by their name. Grey, palette and 16-bit pixels become
/// 8-bit colours, without a conversion of the colour space; what is transparent lies on white; the orientation that EXIF
/// records is applied. The size in the header is bounded before anything is decoded.
/// </summary>
public static class PhotographFile
{
    /// <summary>The most pixels that are read.</summary>
    public const int MostPixels = 200_000_000;

    private const int LongestSide = 1 << 15;

    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp"];

    /// <summary>Whether a file's name is that of a photograph.</summary>
    public static bool IsNamedSo(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a photograph.</summary>
    /// <exception cref="InputException">
    /// <c>ImageFileNotFound</c>; <c>ImageFileUnreadable</c>; <c>ImageInvalid</c>: it is of another kind, too large, or ends too
    /// soon.
    /// </exception>
    public static Photograph Read(string path)
    {
        using var stream = InputFile.Open(path, ImageErrorIds.FileNotFound, ImageErrorIds.FileUnreadable);
        using var data = InputFile.Guard(path, () => SKData.Create(stream), ImageErrorIds.FileUnreadable);
        if (data is null || data.Size == 0) throw Invalid(path, "it is empty");
        using var codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp))
        {
            throw Invalid(path, codec is null ? "it is no image that can be read" : $"it is {codec.EncodedFormat}; JPEG, PNG and WebP are read");
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width > LongestSide || height > LongestSide || (long)width * height > MostPixels)
        {
            throw Invalid(path, string.Create(
                CultureInfo.InvariantCulture, $"it is {width} x {height}; {MostPixels / 1_000_000} million pixels and sides of {LongestSide} are the most"));
        }

        InputFile.RequireMemory(7L * width * height, path);
        using var bitmap = new SKBitmap();
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        if (!bitmap.TryAllocPixels(info)) throw Invalid(path, "there is no memory for its pixels");
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success) throw Invalid(path, $"its pixels cannot be decoded ({result})");
        return Upright(bitmap.GetPixelSpan(), width, height, codec.EncodedOrigin);
    }

    // Where column 0 and row 0 of the file lie, by EXIF 2.3: 1 top left, 2 top right, and so on; 5 to 8 are transposed.
    private static Photograph Upright(ReadOnlySpan<byte> pixels, int width, int height, SKEncodedOrigin origin)
    {
        var colours = MemoryMarshal.Cast<byte, Rgba>(pixels);
        var transposed = origin >= SKEncodedOrigin.LeftTop;
        var (columns, rows) = transposed ? (height, width) : (width, height);
        var fromRight = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var fromBelow = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var upright = GC.AllocateUninitializedArray<byte>(Photograph.Channels * width * height);
        var (across, down) = transposed ? (width, 1) : (1, width);
        for (var y = 0; y < rows; y++)
        {
            var from = ((fromBelow ? rows - 1 - y : y) * down) + (fromRight ? (columns - 1) * across : 0);
            var step = fromRight ? -across : across;
            var row = upright.AsSpan(Photograph.Channels * columns * y, Photograph.Channels * columns);
            for (var x = 0; x < row.Length; x += Photograph.Channels, from += step)
            {
                var colour = colours[from];
                (row[x], row[x + 1], row[x + 2]) = (OnWhite(colour.Red, colour), OnWhite(colour.Green, colour), OnWhite(colour.Blue, colour));
            }
        }

        return new Photograph(upright, columns, rows);
    }

    private static byte OnWhite(byte value, Rgba colour) => colour.Alpha == byte.MaxValue
        ? value
        : (byte)(((value * colour.Alpha) + (byte.MaxValue * (byte.MaxValue - colour.Alpha)) + (byte.MaxValue / 2)) / byte.MaxValue);

    private static InputException Invalid(string path, string reason) =>
        new(ImageErrorIds.ImageInvalid, FaultKind.InvalidData, $"'{path}' cannot be used: {reason}.", path);

    private readonly record struct Rgba(byte Red, byte Green, byte Blue, byte Alpha);
}
