using System.Collections.Immutable;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A classifier behind defences, one model to whoever attacks it: gradients flow through all of it.</summary>
internal sealed class CompositeClassifier : ImageClassifier
{
    private readonly ImageClassifier _inner;
    private readonly ImmutableArray<ImageDefence> _defences;
    private readonly SeededRandom _own = new(0);
    private readonly bool _owns = true;
    private long _passes;

    /// <summary>Takes the classifier and the defences over, and releases them when disposed.</summary>
    /// <param name="name">The name.</param>
    /// <param name="inner">The classifier.</param>
    /// <param name="defences">The steps before it, in order.</param>
    /// <param name="parts">The files of the parts.</param>
    public CompositeClassifier(
        string name, ImageClassifier inner, ImmutableArray<ImageDefence> defences, ImmutableArray<string> parts) =>
        (Name, _inner, _defences, Parts) = (name, inner, defences, parts);

    // What an attacker sees of another.
    private CompositeClassifier(CompositeClassifier of, ImmutableArray<ImageDefence> defences)
        : this(of.Name, of._inner, defences, of.Parts) => _owns = false;

    public override string Name { get; }

    /// <summary>The classifier behind the defences.</summary>
    public ImageClassifier Inner => _inner;

    /// <summary>The steps before it.</summary>
    public ImmutableArray<ImageDefence> Defences => _defences;

    /// <summary>The projection among the defences, or null.</summary>
    public ProjectionDefence? Projection => _defences.OfType<ProjectionDefence>().FirstOrDefault();

    /// <summary>The same model with another derivative of its projection, and a shorter one if wanted; it owns nothing.</summary>
    public CompositeClassifier SeenThrough(DefenceGradient gradient, int? restarts, int? steps) => new(
        this, [.. _defences.Select(defence => defence is ProjectionDefence projection ? projection.SeenThrough(gradient, restarts, steps) : defence)]);

    public override ImageShape ImageShape => _inner.ImageShape;

    public override int ClassCount => _inner.ClassCount;

    public override ImmutableArray<string> ClassNames => _inner.ClassNames;

    public override Device Device => _inner.Device;

    public override ScalarType ElementType => _inner.ElementType;

    public override bool IsDifferentiable => _inner.IsDifferentiable;

    public override InputException? GradientFault => _inner.GradientFault;

    public override ImmutableArray<string> Parts { get; }

    public override IReadOnlyList<ForwardFinding> ForwardFindings => IsRandom
        ? [.. _inner.ForwardFindings, new ForwardFinding(ForwardFindingKind.Randomness, "a random defence")]
        : _inner.ForwardFindings;

    public override bool IsRandom => _inner.IsRandom || _defences.Any(defence => defence.IsRandom);

    // Who has no draws gets new ones each time, so that a random model shows as one.
    public override Tensor Logits(Tensor images) => Logits(images, Anew((int)images.shape[0]));

    public override Tensor Logits(Tensor images, ImageDraws draws)
    {
        using var scope = NewDisposeScope();
        return _inner.Logits(Defended(images, draws), draws).MoveToOuterDisposeScope();
    }

    public override bool HasFeatures => _inner.HasFeatures;

    public override Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        return _inner.Features(Defended(images, Anew((int)images.shape[0]))).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || !_owns) return;
        foreach (var defence in _defences) defence.Dispose();
        _inner.Dispose();
    }

    /// <summary>What the classifier gets of images: they after all defences.</summary>
    internal Tensor Defended(Tensor images, ImageDraws draws)
    {
        var defended = images;
        for (var i = 0; i < _defences.Length; i++) defended = _defences[i].Forward(defended, draws, i);
        return defended;
    }

    private ImageDraws Anew(int count)
    {
        var pass = _own.Fork(_passes++);
        return new ImageDraws([.. Enumerable.Range(0, count).Select(row => pass.Fork(row))]);
    }
}
