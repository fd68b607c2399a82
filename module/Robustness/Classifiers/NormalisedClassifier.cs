using System.Collections.Immutable;
using Thesis.Engine.Data;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A model behind the normalisation that it wants, so that it takes pixels of [0, 1] as every other.</summary>
internal sealed class NormalisedClassifier : ImageClassifier
{
    private readonly ImageClassifier _inner;
    private readonly double _range;
    private readonly Tensor _means;
    private readonly Tensor _deviations;

    private NormalisedClassifier(ImageClassifier inner, InputNormalisation normalisation)
    {
        _inner = inner;
        _range = normalisation.Range;
        _means = PerChannel(normalisation.Means);
        _deviations = PerChannel(normalisation.Deviations);
    }

    /// <summary>Takes the model over, and releases it when disposed, or where the normalisation does not fit it.</summary>
    public static ImageClassifier Of(ImageClassifier inner, InputNormalisation normalisation)
    {
        try
        {
            normalisation.RequireChannels(inner.ImageShape.Channels);
            return new NormalisedClassifier(inner, normalisation);
        }
        catch
        {
            inner.Dispose();
            throw;
        }
    }

    public override string Name => _inner.Name;

    public override ImageShape ImageShape => _inner.ImageShape;

    public override int ClassCount => _inner.ClassCount;

    public override ImmutableArray<string> ClassNames => _inner.ClassNames;

    public override Device Device => _inner.Device;

    public override ScalarType ElementType => _inner.ElementType;

    public override bool IsDifferentiable => _inner.IsDifferentiable;

    public override bool IsReentrant => _inner.IsReentrant;

    public override IReadOnlyList<ForwardFinding> ForwardFindings => _inner.ForwardFindings;

    public override Runtime.InputException? GradientFault => _inner.GradientFault;

    public override ImmutableArray<string> Parts => _inner.Parts;

    public override Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        return _inner.Logits(Normalise(images)).MoveToOuterDisposeScope();
    }

    public override bool IsRandom => _inner.IsRandom;

    public override Tensor Logits(Tensor images, ImageDraws draws)
    {
        using var scope = NewDisposeScope();
        return _inner.Logits(Normalise(images), draws).MoveToOuterDisposeScope();
    }

    public override bool HasFeatures => _inner.HasFeatures;

    public override Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        return _inner.Features(Normalise(images)).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _means.Dispose();
        _deviations.Dispose();
        _inner.Dispose();
    }

    private Tensor Normalise(Tensor images) => (images.mul(Held(_range)) - _means) / _deviations;

    private Tensor PerChannel(IReadOnlyList<double> values)
    {
        using var scope = NewDisposeScope();
        return tensor([.. values]).view(1, -1, 1, 1).to(_inner.ElementType, _inner.Device).DetachFromDisposeScope();
    }
}
