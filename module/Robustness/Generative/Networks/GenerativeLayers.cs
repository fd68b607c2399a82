using Thesis.Engine.Learning;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What the generative networks share.</summary>
internal static class GenerativeLayers
{
    /// <summary>The side of the kernels for 28x28.</summary>
    public const int Kernel = 5;

    /// <summary>The slope of LeakyReLU below zero.</summary>
    public const double Leak = 0.2;

    /// <summary>Batch normalisation as the public code has it: decay .9, epsilon 1e-5.</summary>
    public static BatchNormalisation Normalisation(int channels, Device device) => new(channels, 1e-5, 0.1, device);

    /// <summary>The normalisation, or nothing where it was folded.</summary>
    public static Tensor Normalise(Tensor hidden, BatchNormalisation? normalisation) =>
        normalisation is null ? hidden : normalisation.forward(hidden);

    /// <summary>Values in [0, 1] as the discriminators of 32x32 take them, in [-1, 1].</summary>
    public static Tensor Centred(Tensor images) => images.mul(Held(2)).sub(Held(1));

    /// <summary>tanh, of [-1, 1], as values in [0, 1].</summary>
    public static Tensor Pixels(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return hidden.tanh().Plus(Held(1)).div(Held(2)).MoveToOuterDisposeScope();
    }

    /// <summary>ReLU, or with a slope above zero LeakyReLU.</summary>
    public static Tensor Activate(Tensor hidden, double slope) => slope == 0 ? hidden.relu() : hidden.leaky_relu(Held(slope));
}
