using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The losses of the inverter, (5.9) to (5.11): x = G(z), x' = G(I(x)), D the discriminator of the training, real for x. The
/// printed forms and those of InvGAN's public code differ; both are here.
/// </summary>
internal static class InverterLosses
{
    /// <summary>(5.9) as printed: the mean over the images of max(norm(x - x')^2, eta), which has no gradient below eta.</summary>
    public static Tensor PrintedSemantic(Tensor images, Tensor reconstructions, double eta)
    {
        using var scope = NewDisposeScope();
        return (images - reconstructions).flatten(1).pow(Held(2)).sum(1L).clamp_min(Held(eta)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>(5.9) as the code has it: the mean over images, channels and columns of max(m - eta, 0), m the mean over the rows of |x - x'|.</summary>
    public static Tensor CodeSemantic(Tensor images, Tensor reconstructions, double eta)
    {
        using var scope = NewDisposeScope();
        return (images - reconstructions).abs().mean([2L]).sub(Held(eta)).relu().mean().MoveToOuterDisposeScope();
    }

    /// <summary>(5.10) as printed: the mean over the codes of norm(z - I(x))^2.</summary>
    public static Tensor PrintedLatent(Tensor codes, Tensor found)
    {
        using var scope = NewDisposeScope();
        return (codes - found).pow(Held(2)).sum(1L).mean().MoveToOuterDisposeScope();
    }

    /// <summary>(5.10) as the code has it: the mean square of z - I(x), 1 for I(x) = 0.</summary>
    public static Tensor CodeLatent(Tensor codes, Tensor found)
    {
        using var scope = NewDisposeScope();
        return (codes - found).pow(Held(2)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>(5.11) for the discriminator: the cross entropy, mean log(1 + exp(-D(x))) + mean log(1 + exp(D(x'))).</summary>
    public static Tensor Discriminator(Tensor real, Tensor reconstructed)
    {
        using var scope = NewDisposeScope();
        return LogSigmoid(real).Plus(LogSigmoid(reconstructed.neg())).neg().MoveToOuterDisposeScope();
    }

    /// <summary>(5.11) for the inverter in the form that does not saturate: mean log(1 + exp(-D(x'))).</summary>
    public static Tensor Adversarial(Tensor reconstructed)
    {
        using var scope = NewDisposeScope();
        return LogSigmoid(reconstructed).neg().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// (5.11) for the inverter as the code has it, whose arguments of the cross entropy are swapped: up to the constant
    /// log(1 + e) it is -mean D(x').
    /// </summary>
    public static Tensor CodeAdversarial(Tensor reconstructed) => GenerativeLosses.Generator(reconstructed);

    // mean log(1 / (1 + exp(-D))).
    private static Tensor LogSigmoid(Tensor logits) => nn.functional.logsigmoid(logits).mean();
}
