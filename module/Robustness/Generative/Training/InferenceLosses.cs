using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The losses of ALI and AGE, which learn a generator and the inference of its codes at once.</summary>
internal static class InferenceLosses
{
    private const double SmallestVariance = 1e-12;

    /// <summary>
    /// ALI's discriminator (Dumoulin et al. 2017, Algorithm 1): -mean log s(D(x, z(x))) - mean log(1 - s(D(G(z), z))), s the logistic
    /// function.
    /// </summary>
    /// <param name="encoded">The logits of images and the codes drawn for them.</param>
    /// <param name="generated">The logits of samples and their codes.</param>
    public static Tensor PairCritic(Tensor encoded, Tensor generated) => InverterLosses.Discriminator(encoded, generated);

    /// <summary>ALI's generator and encoder, in the form that does not saturate: -mean log(1 - s(D(x, z(x)))) - mean log s(D(G(z), z)).</summary>
    /// <param name="encoded">The logits of images and the codes drawn for them.</param>
    /// <param name="generated">The logits of samples and their codes.</param>
    public static Tensor PairPlayers(Tensor encoded, Tensor generated) => InverterLosses.Discriminator(generated, encoded);

    /// <summary>
    /// AGE's divergence of a batch of codes from the prior: of the normal distribution with their means m_j and deviations s_j (over N) from
    /// N(0, I), the mean over the D numbers of (s_j^2 + m_j^2) / 2 - log s_j - 1/2. Of codes on the sphere of radius sqrt(D) the first term
    /// is one half, and the least is 0, where all m_j are 0 and all s_j are 1, as of the uniform distribution. The authors' code takes the
    /// variance for s_j.
    /// </summary>
    /// <param name="codes">N x D, N of 2 or more.</param>
    public static Tensor Divergence(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var mean = codes.mean([0L]);
        var variance = (codes - mean).pow(Held(2)).mean([0L]);
        var logarithm = variance.clamp_min(Held(SmallestVariance)).log().div(Held(2));
        return (variance.Plus(mean.pow(Held(2))).div(Held(2)) - logarithm).mean().sub(Held(0.5)).MoveToOuterDisposeScope();
    }

    /// <summary>Codes at length sqrt(D), N x D.</summary>
    public static Tensor OnSphere(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var squares = codes.pow(Held(2)).mean([1L], keepdim: true);
        return (codes / squares.clamp_min(Held(SmallestVariance)).sqrt()).MoveToOuterDisposeScope();
    }
}
