using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// TensorFlow's SAME padding: zeros so that the output has ceil(length / stride) values; of an odd number of zeros the
/// larger half stands at the end.
/// </summary>
internal static class SamePadding
{
    /// <summary>The zeros before and after.</summary>
    public static (long Before, long After) Of(long length, long kernel, long stride)
    {
        var outputs = (length + stride - 1) / stride;
        var zeros = Math.Max(0, ((outputs - 1) * stride) + kernel - length);
        return (zeros / 2, zeros - (zeros / 2));
    }

    /// <summary>Pads rows and columns of N x C x H x W.</summary>
    public static Tensor Pad(Tensor images, long kernel, long stride)
    {
        var (top, bottom) = Of(images.shape[2], kernel, stride);
        var (left, right) = Of(images.shape[3], kernel, stride);
        return nn.functional.pad(images, (left, right, top, bottom));
    }
}
