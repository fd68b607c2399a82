using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The draws of a query: each image's from its own generator.</summary>
/// <param name="generators">A generator an image.</param>
/// <param name="like">The type and the device of what is drawn.</param>
internal sealed class SquareDraws(SeededRandom[] generators, Tensor like)
{
    /// <summary>Fair signs, N x <paramref name="perImage"/>.</summary>
    public Tensor Signs(long perImage)
    {
        using var shape = like.new_empty(generators.Length, perImage);
        return ImageNoise.Draw(shape, generators, ImageNoise.Sign);
    }

    /// <summary>Places of 0 .. <paramref name="count"/> - 1, N, int64.</summary>
    public Tensor Places(int count) =>
        tensor(Array.ConvertAll(generators, random => (long)random.NextInt32(count)), device: like.device);

    /// <summary>Fair coins, N.</summary>
    public Tensor Coins()
    {
        using var signs = Signs(1);
        return signs.view(-1).gt(Held(0));
    }
}
