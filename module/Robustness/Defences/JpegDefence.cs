using SkiaSharp;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// JPEG (Dziugaite et al. 2016): each image is rounded to 8 bits, encoded and decoded. It has no useful derivative, so its
/// backward pass is that of the identity (BPDA). Grey images are coded as grey, three channels as RGB with the encoder's
/// subsampling of colours.
/// </summary>
public sealed class JpegDefence : ImageDefence
{
    private readonly int _quality;

    /// <summary>Creates the step.</summary>
    /// <param name="quality">The quality, 1 to 100.</param>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public JpegDefence(int quality) => _quality = OptionRange.Within(quality, 1, 100);

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"jpeg-{_quality}");

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Approximation => images => images.alias();

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images, ImageDraws draws, int part)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (count, channels, height, width) = ((int)images.shape[0], (int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        if (channels is not (1 or 3))
        {
            throw new InputException(
                "DefenceShapeInvalid", FaultKind.InvalidData, $"JPEG takes images of 1 or 3 channels, not {channels}.", Name);
        }

        using var scope = NewDisposeScope();
        var held = images.detach().to_type(ScalarType.Float32).cpu().contiguous();
        var values = held.data<float>().ToArray();
        var info = new SKImageInfo(width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = new SKBitmap(info);
        var length = channels * height * width;
        for (var image = 0; image < count; image++) Code(bitmap, values.AsSpan(image * length, length), channels);
        return tensor(values, images.shape).to(images.dtype, images.device).MoveToOuterDisposeScope();
    }

    private void Code(SKBitmap bitmap, Span<float> image, int channels)
    {
        var plane = bitmap.Width * bitmap.Height;
        var step = bitmap.BytesPerPixel;
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < plane; i++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var value = image[(channel * plane) + i];
                pixels[(i * step) + channel] = (byte)MathF.Round(255 * Math.Clamp(float.IsNaN(value) ? 0 : value, 0, 1));
            }

            if (step == 4) pixels[(i * step) + 3] = byte.MaxValue;
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, _quality);
        using var codec = SKCodec.Create(encoded);
        using var decoded = new SKBitmap(bitmap.Info);
        var result = codec.GetPixels(decoded.Info, decoded.GetPixels());
        if (result != SKCodecResult.Success) throw new InvalidOperationException($"Skia does not decode its own JPEG: {result}.");
        var read = decoded.GetPixelSpan();
        for (var i = 0; i < plane; i++)
        {
            for (var channel = 0; channel < channels; channel++) image[(channel * plane) + i] = read[(i * step) + channel] / 255f;
        }
    }
}
