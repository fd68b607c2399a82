using System.Collections.Immutable;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>A classifier with a flaw that the checks shall find.</summary>
internal sealed class FlawedClassifier(
    ImageClassifier inner, bool differentiable = true, bool cutGraph = false, double offset = 0, string classNames = "",
    bool blind = false)
    : ImageClassifier
{
    public int Calls { get; private set; }

    public override string Name => "flawed";

    public override ImageShape ImageShape => inner.ImageShape;

    public override int ClassCount => inner.ClassCount;

    public override ImmutableArray<string> ClassNames =>
        [.. classNames.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    public override Device Device => inner.Device;

    public override ScalarType ElementType => inner.ElementType;

    public override bool IsDifferentiable => differentiable;

    public override Tensor Logits(Tensor images)
    {
        Calls++;
        if (blind) images = images.mul(Held(0));
        return differentiable && !cutGraph ? inner.Logits(images).Plus(Held(offset)) : inner.Logits(images.detach());
    }

    public override Tensor Features(Tensor images) => inner.Features(images);

    protected override void Dispose(bool disposing)
    {
    }
}
