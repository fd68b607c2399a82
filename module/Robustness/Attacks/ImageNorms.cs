using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Norms of each image of a batch, N x C x H x W. An image is divided by its largest value before anything is squared, so
/// that the square of no float32 value overflows or vanishes: a gradient of 1e-30 has its direction still.
/// </summary>
internal static class ImageNorms
{
    /// <summary>The largest absolute value of each image, N x 1 x 1 x 1.</summary>
    public static Tensor Largest(Tensor images)
    {
        using var sizes = images.abs();
        return sizes.amax([1L, 2L, 3L], keepdim: true);
    }

    /// <summary>The Euclidean length of each image, N x 1 x 1 x 1.</summary>
    public static Tensor Lengths(Tensor images)
    {
        using var scope = NewDisposeScope();
        var largest = Largest(images);
        return largest.mul(ScaledLengths(images, largest)).MoveToOuterDisposeScope();
    }

    /// <summary>Each image divided by its Euclidean length; zero images stay zero.</summary>
    public static Tensor Directions(Tensor images)
    {
        using var scope = NewDisposeScope();
        var largest = Largest(images);
        // A scaled image has a value of 1, so its length is 1 or more; that of a zero image, 0, becomes a harmless 1.
        return Scaled(images, largest).div_(ScaledLengths(images, largest).clamp_min_(Held(1))).MoveToOuterDisposeScope();
    }

    private static Tensor ScaledLengths(Tensor images, Tensor largest) =>
        Scaled(images, largest).pow(Held(2)).sum([1L, 2, 3], keepdim: true).sqrt_();

    private static Tensor Scaled(Tensor images, Tensor largest) =>
        images.div(largest.masked_fill(largest.eq(Held(0)), Held(1)));
}
