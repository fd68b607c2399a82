using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// FGSM (5.1; Goodfellow et al. 2015): x + epsilon sign(grad J_y(x)), clipped to [0, 1]; with a target t,
/// x - epsilon sign(grad J_t(x)). The signs are those of the log odds' gradient. All budgets share one gradient.
/// </summary>
public sealed class FastGradientSignAttack() : SignStepAttack("FGSM", AttackAccess.WhiteBox, iterations: 1)
{
    /// <inheritdoc/>
    protected override Tensor Signs(ImageClassifier classifier, AttackBatch batch)
    {
        using var scope = NewDisposeScope();
        return InputGradient.Of(classifier, batch, batch.Images, batch.Goal.LogOdds).Gradient.sign_().MoveToOuterDisposeScope();
    }
}
