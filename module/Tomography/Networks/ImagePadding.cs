using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>Images of sizes that a network cannot halve: continued with their last row and column, and cut off again.</summary>
internal static class ImagePadding
{
    /// <summary>Runs a network that keeps the size on [B, C, H, W], whose sides become multiples of a stride.</summary>
    public static Tensor Run(Func<Tensor, Tensor> network, Tensor images, long stride)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        var (down, across) = (Rest(height, stride), Rest(width, stride));
        if (down == 0 && across == 0) return network(images);
        using var scope = NewDisposeScope();
        var padded = nn.functional.pad(images, [0, across, 0, down], PaddingModes.Replicate);
        return network(padded).narrow(2, 0, height).narrow(3, 0, width).MoveToOuterDisposeScope();
    }

    /// <summary>The side that the network gets to see.</summary>
    public static long Padded(long side, long stride) => side + Rest(side, stride);

    private static long Rest(long length, long stride) => (stride - (length % stride)) % stride;
}
