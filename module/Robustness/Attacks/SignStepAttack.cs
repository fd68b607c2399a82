using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>An attack of one step for each budget: x + epsilon s, clipped to [0, 1], with the same signs s for all.</summary>
/// <param name="name">The name.</param>
/// <param name="access">What it needs to see of the model.</param>
/// <param name="iterations">The gradients that it takes.</param>
public abstract class SignStepAttack(string name, AttackAccess access, int iterations)
    : BudgetAttack(name, access, PerturbationNorm.Linf)
{
    /// <inheritdoc/>
    public override object? Settings => null;

    private protected override IReadOnlyList<AttackOutcome> Attack(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        context.ThrowIfCancelled();
        using var signs = Signs(classifier, batch);
        return [.. epsilons.Select(epsilon => AttackOutcome.Uniform(
            epsilon, batch.Images.add(signs, alpha: Held(epsilon.Value)).clamp_(Held(0), Held(1)), iterations))];
    }

    private protected override AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context) =>
        Attack(classifier, batch, [epsilon], context)[0];

    /// <summary>The signs, N x C x H x W, -1, 0 or 1.</summary>
    protected abstract Tensor Signs(ImageClassifier classifier, AttackBatch batch);
}
