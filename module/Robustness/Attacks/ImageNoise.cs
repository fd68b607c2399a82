using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Random tensors of the shape of a batch, each image's values drawn from that image's own generator.</summary>
internal static class ImageNoise
{
    /// <summary>Fills each image by <paramref name="draw"/>.</summary>
    /// <param name="like">The shape, the type and the device, N x C x H x W.</param>
    /// <param name="generators">A generator an image.</param>
    /// <param name="draw">One value.</param>
    public static Tensor Draw(Tensor like, SeededRandom[] generators, Func<SeededRandom, double> draw)
    {
        var count = like.numel() / generators.Length;
        var values = new double[like.numel()];
        for (var image = 0; image < generators.Length; image++)
        {
            foreach (ref var value in values.AsSpan((int)(image * count), (int)count)) value = draw(generators[image]);
        }

        using var drawn = tensor(values, like.shape);
        return drawn.to(like.dtype, like.device);
    }

    /// <summary>For each image, N x 1 x 1 x 1, a radius whose point is uniform in the unit ball: u^(1/d).</summary>
    public static Tensor BallRadii(Tensor like, SeededRandom[] generators)
    {
        var power = 1.0 * generators.Length / like.numel();
        using var scope = NewDisposeScope();
        var drawn = tensor(Array.ConvertAll(generators, random => Math.Pow(random.NextDouble(), power)));
        return drawn.to(like.dtype, like.device).view(-1, 1, 1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Uniform in [-1, 1).</summary>
    public static double Uniform(SeededRandom random) => (2 * random.NextDouble()) - 1;

    /// <summary>-1 or 1, the sign of a normal draw.</summary>
    public static double Sign(SeededRandom random) => (random.NextBits() >> 63) == 0 ? 1 : -1;
}
