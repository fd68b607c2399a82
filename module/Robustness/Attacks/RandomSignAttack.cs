using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

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
        using var signs = ImageNoise.Draw(
            batch.Images, batch.Generators(RandomStream.RandomSign, restart: 0), ImageNoise.Sign);
        return [.. epsilons.Select(epsilon => AttackOutcome.Uniform(
            epsilon, batch.Images.add(signs, alpha: Held(epsilon.Value)).clamp_(Held(0), Held(1)), iterations: 0))];
    }
}
