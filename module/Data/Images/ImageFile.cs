using SkiaSharp;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Reads png and jpg images into 8-bit planes. The size in the header is checked before anything is decoded.</summary>
internal static class ImageFile
{
    /// <summary>The shape of an image: 1 channel when the file is grey, else 3.</summary>
    /// <exception cref="InputException"><c>ImageInvalid</c>, <c>DatasetNotFound</c>.</exception>
    public static ImageShape ReadShape(string path)
    {
        using var codec = Open(path);
        return ShapeOf(codec);
    }

    /// <summary>Reads an image of a shape, channels first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">The size that it must have; with 1 channel the image must be grey.</param>
    /// <param name="target"><see cref="ImageShape.Count"/> bytes.</param>
    /// <exception cref="InputException">
    /// <c>ImageInvalid</c>: broken, transparent, or of another kind; <c>ImageSizeMismatch</c>.
    /// </exception>
    public static void Read(string path, ImageShape shape, Span<byte> target)
    {
        using var codec = Open(path);
        var found = ShapeOf(codec);
        // A grey image among colours has equal channels; a colour among greys has no grey value.
        if (found.Height != shape.Height || found.Width != shape.Width || found.Channels > shape.Channels)
        {
            throw new InputException(
                ImageErrorIds.SizeMismatch, FaultKind.InvalidData,
                $"'{path}' is {found}; the images of this dataset are {shape}.", path);
        }

        using var bitmap = new SKBitmap(
            new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success) throw Invalid(path, $"its pixels cannot be decoded ({result})");
        ToPlanes(bitmap.GetPixelSpan(), shape, target, path);
    }

    private static void ToPlanes(ReadOnlySpan<byte> pixels, ImageShape shape, Span<byte> target, string path)
    {
        var plane = shape.Height * shape.Width;
        for (var i = 0; i < plane; i++)
        {
            var pixel = pixels.Slice(4 * i, 4);
            if (pixel[3] != byte.MaxValue) throw Invalid(path, "it has transparent pixels, whose colour is undefined");
            for (var channel = 0; channel < shape.Channels; channel++) target[(channel * plane) + i] = pixel[channel];
        }
    }

    private static SKCodec Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException(
                ImageErrorIds.DatasetNotFound, FaultKind.NotFound, $"The image '{path}' does not exist.", path);
        }

        var codec = SKCodec.Create(path, out var result);
        if (codec is null) throw Invalid(path, $"it is no png or jpg image ({result})");
        if (ImageShape.IsValid(1, codec.Info.Height, codec.Info.Width)) return codec;
        using (codec)
        {
            throw Invalid(
                path, FormattableString.Invariant(
                    $"it is {codec.Info.Width} x {codec.Info.Height}; sides are at most {ImageShape.MaximumSide}"));
        }
    }

    private static ImageShape ShapeOf(SKCodec codec)
    {
        var info = codec.Info;
        return new ImageShape(info.ColorType == SKColorType.Gray8 ? 1 : 3, info.Height, info.Width);
    }

    private static InputException Invalid(string path, string reason) =>
        new(ImageErrorIds.ImageInvalid, FaultKind.InvalidData, $"'{path}' cannot be used: {reason}.", path);
}
