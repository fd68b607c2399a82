using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// RAND, the chapter's yardstick: x + epsilon sign(n) with n ~ N(0, I), clipped to [0, 1]. It looks at no model; an attack
/// that does no better has learnt nothing from its gradients.
/// </summary>
public sealed class RandomSignAttack : IAdversarialAttack
{
    /// <inheritdoc/>
    public string Name => "RAND";

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.BlackBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.Linf;

    /// <inheritdoc/>
    public bool TakesEpsilon => true;

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(epsilons);
        ArgumentNullException.ThrowIfNull(context);
        context.ThrowIfCancelled();
        using var signs = ImageNoise.Draw(
            batch.Images, batch.Generators(RandomStream.RandomSign, restart: 0), ImageNoise.Sign);
        return AttackOutcome.SignSteps(batch.Images, signs, epsilons, iterations: 0);
    }
}
