using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// What an attack wants of each image of a batch: any class but the true one, or one target class.
/// </summary>
public sealed class AttackGoal : IDisposable
{
    private AttackGoal(Tensor labels, Tensor? targets)
    {
        Labels = labels;
        Targets = targets;
    }

    /// <summary>The true classes, N, int64.</summary>
    public Tensor Labels { get; }

    /// <summary>The wanted classes, N, int64; none when any wrong class will do.</summary>
    public Tensor? Targets { get; }

    /// <summary>Whether one class is wanted.</summary>
    public bool IsTargeted => Targets is not null;

    /// <summary>Any class but <paramref name="labels"/>.</summary>
    public static AttackGoal AwayFrom(Tensor labels) => new(labels, null);

    /// <summary>The classes <paramref name="targets"/>.</summary>
    public static AttackGoal Towards(Tensor targets, Tensor labels) => new(labels, targets);

    /// <summary>
    /// Which images reach the goal, by the class with the largest logit. An image with a logit that is NaN or infinite
    /// does not: the model has no class for it.
    /// </summary>
    public Tensor Reached(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var scope = NewDisposeScope();
        var predicted = logits.argmax(1);
        var reached = Targets is null ? predicted.ne(Labels) : predicted.eq(Targets);
        return reached.logical_and(AreFinite(logits)).MoveToOuterDisposeScope();
    }

    /// <summary>Which images have logits that all are numbers.</summary>
    public static Tensor AreFinite(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var finite = logits.isfinite();
        return finite.all(1);
    }

    /// <summary>
    /// The cross entropy that the attack raises, an image each: of the true class, or minus that of the target.
    /// </summary>
    public Tensor CrossEntropy(Tensor logits) => Targets is null
        ? ClassificationLosses.CrossEntropy(logits, Labels)
        : Negative(ClassificationLosses.CrossEntropy(logits, Targets));

    /// <summary>
    /// The log odds of what the attack wants, an image each: of any class but the true one, or of the target. The attack
    /// that raises them raises the cross entropy, and is not stopped where that is flat.
    /// </summary>
    public Tensor LogOdds(Tensor logits) => Targets is null
        ? ClassificationLosses.LogOdds(logits, Labels)
        : Negative(ClassificationLosses.LogOdds(logits, Targets));

    /// <summary>The difference of logits ratio that the attack raises, an image each.</summary>
    public Tensor LogitsRatio(Tensor logits) => Targets is null
        ? ClassificationLosses.LogitsRatio(logits, Labels)
        : ClassificationLosses.TargetedLogitsRatio(logits, Labels, Targets);

    /// <summary>Z_t - Z_y, an image each; a target is wanted.</summary>
    public Tensor LogitsDifference(Tensor logits) =>
        ClassificationLosses.Difference(logits, Labels, Targets ?? throw new InvalidOperationException("No class is wanted."));

    /// <summary>
    /// How far each image is from the goal: Z_y - max Z_i over i != y, or max Z_i over i != t less Z_t. Below zero the
    /// goal is reached. Infinite where a logit is NaN or infinite.
    /// </summary>
    public Tensor Shortfall(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var scope = NewDisposeScope();
        var margin = Targets is null
            ? ClassificationLosses.Margin(logits, Labels)
            : Negative(ClassificationLosses.Margin(logits, Targets));
        return margin.masked_fill(AreFinite(logits).logical_not(), Held(double.PositiveInfinity)).MoveToOuterDisposeScope();
    }

    /// <summary>The goal of some rows.</summary>
    internal AttackGoal Select(Tensor rows) =>
        new(Labels.index_select(0, rows), Targets?.index_select(0, rows));

    /// <summary>Releases the classes.</summary>
    public void Dispose()
    {
        Labels.Dispose();
        Targets?.Dispose();
    }

    // Releases the values itself, since the caller may have no scope that holds them during the call.
    private static Tensor Negative(Tensor values)
    {
        using (values) return values.neg();
    }
}
