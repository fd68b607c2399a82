using SkiaSharp;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Small pictures of images, for pages and sheets.</summary>
internal static class CurationThumbnail
{
    /// <summary>The longer side.</summary>
    public const int Side = 64;

    private const int Quality = 80;

    /// <summary>A picture of an image that is Side at most; null where the file cannot be read.</summary>
    public static SKBitmap? Of(string path)
    {
        Photograph photograph;
        try
        {
            photograph = PhotographFile.Read(path);
        }
        catch (InputException)
        {
            return null;
        }

        var scale = Math.Min(1, Side / (double)Math.Max(photograph.Width, photograph.Height));
        var (width, height) = (Math.Max(1, (int)(photograph.Width * scale)), Math.Max(1, (int)(photograph.Height * scale)));
        var (across, down) = (AreaWeights.Of(photograph.Width, width), AreaWeights.Of(photograph.Height, height));
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Span<float> sum = stackalloc float[Photograph.Channels];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                sum.Clear();
                for (var k = 0; k < down[y].Weights.Length; k++)
                {
                    var row = photograph.Row(down[y].First + k);
                    for (var l = 0; l < across[x].Weights.Length; l++)
                    {
                        var weight = down[y].Weights[k] * across[x].Weights[l];
                        var pixel = row.Slice(Photograph.Channels * (across[x].First + l), Photograph.Channels);
                        for (var channel = 0; channel < sum.Length; channel++) sum[channel] += weight * pixel[channel];
                    }
                }

                bitmap.SetPixel(x, y, new SKColor((byte)(sum[0] + 0.5f), (byte)(sum[1] + 0.5f), (byte)(sum[2] + 0.5f)));
            }
        }

        return bitmap;
    }

    /// <summary>The picture as the text of an address that holds it; null where the file cannot be read.</summary>
    public static string? DataUri(string path)
    {
        using var bitmap = Of(path);
        if (bitmap is null) return null;
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return "data:image/jpeg;base64," + Convert.ToBase64String(data.AsSpan());
    }
}
