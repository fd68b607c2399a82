using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// FGSM (5.1; Goodfellow et al. 2015): x + epsilon sign(grad J_y(x)), clipped to [0, 1]; with a target t,
/// x - epsilon sign(grad J_t(x)). All budgets share one gradient.
/// </summary>
public sealed class FastGradientSignAttack : IAdversarialAttack
{
    /// <inheritdoc/>
    public string Name => "FGSM";

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.WhiteBox;

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
        using var signs = Signs(classifier, batch);
        return AttackOutcome.SignSteps(batch.Images, signs, epsilons, iterations: 1);
    }

    private static Tensor Signs(ImageClassifier classifier, AttackBatch batch)
    {
        using var scope = NewDisposeScope();
        return InputGradient.Of(classifier, batch.Images, batch.Goal.CrossEntropy).Gradient.sign_().MoveToOuterDisposeScope();
    }
}
