using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The wrong classes that a targeted attack tries on each image: the likeliest of the image as it is, in order; or, when
/// one class is the goal, that class.
/// </summary>
internal sealed class LikelyTargets : IDisposable
{
    /// <summary>AutoAttack's number.</summary>
    public const int DefaultCount = 9;

    private readonly Tensor _classes;
    private readonly Dictionary<int, int> _places;

    private LikelyTargets(Tensor classes, IReadOnlyList<int> indices)
    {
        _classes = classes;
        _places = indices.Select((index, place) => (index, place)).ToDictionary(pair => pair.index, pair => pair.place);
    }

    /// <summary>How many classes there are to try.</summary>
    public int Count => (int)_classes.shape[1];

    /// <summary>Ranks the classes of a batch's images, at most <paramref name="count"/>.</summary>
    public static LikelyTargets Of(ImageClassifier classifier, AttackBatch batch, int count)
    {
        using var scope = NewDisposeScope();
        if (batch.Goal.Targets is { } wanted) return new LikelyTargets(wanted.view(-1, 1).clone().DetachFromDisposeScope(), batch.Indices);
        var logits = InputGradient.Logits(classifier, batch, batch.Images);
        var own = batch.Goal.Labels.unsqueeze(1);
        var others = logits.scatter(1, own, full_like(own, Held(double.NegativeInfinity), logits.dtype));
        var (_, classes) = others.topk(Math.Min(count, classifier.ClassCount - 1), dim: 1);
        return new LikelyTargets(classes.DetachFromDisposeScope(), batch.Indices);
    }

    /// <summary>The classes of a part of the batch, N x <see cref="Count"/>.</summary>
    public Tensor Of(AttackBatch part)
    {
        using var rows = tensor([.. part.Indices.Select(index => (long)_places[index])], device: _classes.device);
        return _classes.index_select(0, rows);
    }

    /// <summary>The class of a rank for each image of a part of the batch.</summary>
    public AttackGoal Aim(AttackBatch part, int rank)
    {
        using var scope = NewDisposeScope();
        var targets = Of(part).select(1, rank);
        return AttackGoal.Towards(targets.MoveToOuterDisposeScope(), part.Goal.Labels.alias().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => _classes.Dispose();
}
