using SkiaSharp;

namespace Thesis.Engine.Data;

/// <summary>Makes pixels of values, and image files of pixels.</summary>
internal static class PicturePixels
{
    /// <summary>A grey picture.</summary>
    /// <param name="values">The values, row by row.</param>
    /// <param name="columns">Values in a row.</param>
    /// <param name="grey">The grey of a value.</param>
    /// <param name="mask">Pixels that are yellow; null for none.</param>
    public static Photograph Grey(ReadOnlySpan<float> values, int columns, Func<float, byte> grey, bool[]? mask = null)
    {
        var pixels = new byte[Photograph.Channels * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var pixel = pixels.AsSpan(Photograph.Channels * i, Photograph.Channels);
            if (mask is not null && mask[i]) (pixel[0], pixel[1], pixel[2]) = (255, 221, 0);
            else pixel.Fill(grey(values[i]));
        }

        return new Photograph(pixels, columns, values.Length / columns);
    }

    /// <summary>The picture of an image in [0, 1], channels first: grey of one channel, else of the first three.</summary>
    public static Photograph OfUnit(ReadOnlySpan<float> image, ImageShape shape)
    {
        if (shape.Channels < Photograph.Channels) return Grey(image[..(shape.Height * shape.Width)], shape.Width, ToByte);
        var plane = shape.Height * shape.Width;
        var pixels = new byte[Photograph.Channels * plane];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = ToByte(image[(i % Photograph.Channels * plane) + (i / Photograph.Channels)]);
        }

        return new Photograph(pixels, shape.Width, shape.Height);
    }

    /// <summary>The picture as Skia draws it.</summary>
    public static SKBitmap ToBitmap(Photograph image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = bitmap.GetPixelSpan();
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            image.Pixels.AsSpan(Photograph.Channels * i, Photograph.Channels).CopyTo(target[(4 * i)..]);
            target[(4 * i) + 3] = byte.MaxValue;
        }

        return bitmap;
    }

    /// <summary>The bytes of a PNG file.</summary>
    public static byte[] ToPng(Photograph image)
    {
        using var bitmap = ToBitmap(image);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static byte ToByte(float value) => (byte)Math.Clamp((int)MathF.Round(value * byte.MaxValue), 0, byte.MaxValue);
}
