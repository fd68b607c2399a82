using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Another model behind a mask: it computes its logits from the images and the other's logits.</summary>
/// <param name="inner">The other model; it stays the caller's.</param>
/// <param name="logits">The logits, from the images and the other's function.</param>
/// <param name="name">The name.</param>
internal sealed class MaskedClassifier(
    ImageClassifier inner, Func<Tensor, Func<Tensor, Tensor>, Tensor> logits, string name = "masked") : ImageClassifier
{
    public override string Name => name;

    public override ImageShape ImageShape => inner.ImageShape;

    public override int ClassCount => inner.ClassCount;

    public override Device Device => inner.Device;

    public override ScalarType ElementType => inner.ElementType;

    public override bool IsDifferentiable => inner.IsDifferentiable;

    public override Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        return logits(images, inner.Logits).MoveToOuterDisposeScope();
    }

    public override Tensor Features(Tensor images) => inner.Features(images);

    protected override void Dispose(bool disposing)
    {
    }
}
