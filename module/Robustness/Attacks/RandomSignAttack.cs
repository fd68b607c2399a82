using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// RAND, the chapter's yardstick: x + epsilon sign(n) with n ~ N(0, I), clipped to [0, 1]. It looks at no model; an attack
/// that does no better has learnt nothing from its gradients.
/// </summary>
public sealed class RandomSignAttack() : SignStepAttack("RAND", AttackAccess.BlackBox, iterations: 0)
{
    /// <inheritdoc/>
    protected override Tensor Signs(ImageClassifier classifier, AttackBatch batch) =>
        ImageNoise.Draw(batch.Images, batch.Generators(RandomStream.RandomSign, restart: 0), ImageNoise.Sign);
}
