using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>max(x, x / 5): the activation of pix2pix. The library's own takes a number that nothing holds.</summary>
internal static class LeakyRelu
{
    private const double Slope = 0.2;

    /// <summary>The activation of a tensor.</summary>
    public static Tensor Of(Tensor input)
    {
        using var small = input.mul(Held(Slope));
        return input.maximum(small);
    }
}
