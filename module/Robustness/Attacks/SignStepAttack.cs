using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>An attack of one step for each budget: x + epsilon s, clipped to [0, 1], with the same signs s for all.</summary>
/// <param name="iterations">The gradients that it takes.</param>
public abstract class SignStepAttack(int iterations) : IAdversarialAttack
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract AttackAccess Access { get; }

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.Linf;

    /// <inheritdoc/>
    public bool TakesEpsilon => true;

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(epsilons);
        ArgumentNullException.ThrowIfNull(context);
        context.ThrowIfCancelled();
        using var signs = Signs(classifier, batch);
        return [.. epsilons.Select(epsilon => AttackOutcome.Uniform(
            epsilon, batch.Images.add(signs, alpha: Held(epsilon.Value)).clamp_(Held(0), Held(1)), iterations))];
    }

    /// <summary>The signs, N x C x H x W, -1, 0 or 1.</summary>
    protected abstract Tensor Signs(ImageClassifier classifier, AttackBatch batch);
}
