using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The losses of generative adversarial networks, means over a batch; D gives a logit for each image.</summary>
internal static class GenerativeLosses
{
    // The root has no derivative at 0.
    private const double SmallestSquare = 1e-24;

    /// <summary>The hinge loss of the discriminator: mean max(0, 1 - D(x)) + mean max(0, 1 + D(G(z))).</summary>
    public static Tensor HingeCritic(Tensor real, Tensor made)
    {
        using var scope = NewDisposeScope();
        return real.neg().Plus(Held(1)).relu().mean().Plus(made.Plus(Held(1)).relu().mean()).MoveToOuterDisposeScope();
    }

    /// <summary>The critic's loss of WGAN (Arjovsky et al. 2017): mean D(G(z)) - mean D(x).</summary>
    public static Tensor WassersteinCritic(Tensor real, Tensor made)
    {
        using var scope = NewDisposeScope();
        return (made.mean() - real.mean()).MoveToOuterDisposeScope();
    }

    /// <summary>The generator's loss of both: -mean D(G(z)).</summary>
    public static Tensor Generator(Tensor made)
    {
        using var scope = NewDisposeScope();
        return made.mean().neg().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The gradient penalty (Gulrajani et al. 2017): mean (norm(grad D(u x + (1 - u) G(z))) - 1)^2, the norm over an image and
    /// u one number for each.
    /// </summary>
    /// <param name="critic">D.</param>
    /// <param name="real">x, without a graph.</param>
    /// <param name="made">G(z), without a graph, as many.</param>
    /// <param name="shares">u, N values in [0, 1].</param>
    public static Tensor GradientPenalty(Func<Tensor, Tensor> critic, Tensor real, Tensor made, Tensor shares)
    {
        using var scope = NewDisposeScope();
        var between = made.Plus(shares.view(-1, 1, 1, 1) * (real - made)).detach().requires_grad_();
        var gradient = autograd.grad([critic(between).sum()], [between], retain_graph: true, create_graph: true)[0];
        return gradient.flatten(1).pow(Held(2)).sum(1L).clamp_min(Held(SmallestSquare)).sqrt().sub(Held(1)).pow(Held(2)).mean().MoveToOuterDisposeScope();
    }
}
