using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Losses of logits Z (N x K) and classes (N, int64), a value for each image; gradients flow to the logits.
/// </summary>
public static class ClassificationLosses
{
    /// <summary>The classes that <see cref="LogitsRatio"/> needs.</summary>
    public const int RatioClasses = 3;

    /// <summary>The classes that <see cref="TargetedLogitsRatio"/> needs.</summary>
    public const int TargetedRatioClasses = 4;

    private const double RatioFloor = 1e-12;

    /// <summary>Cross entropy, -log softmax(Z)_y.</summary>
    public static Tensor CrossEntropy(Tensor logits, Tensor classes) =>
        nn.functional.cross_entropy(logits, classes, reduction: nn.Reduction.None);

    /// <summary>
    /// The log odds against a class, log sum exp Z_i over i != y less Z_y. The cross entropy is log(1 + exp(odds)), so both
    /// have their largest values at the same points and gradients of the same direction; where the cross entropy's
    /// vanishes, since the class is all but certain, that of the odds does not.
    /// </summary>
    public static Tensor LogOdds(Tensor logits, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var column = classes.unsqueeze(1);
        var others = logits.scatter(1, column, full_like(column, Held(double.NegativeInfinity), logits.dtype));
        var odds = others.logsumexp(1) - logits.gather(1, column).squeeze(1);
        return odds.MoveToOuterDisposeScope();
    }

    /// <summary>The margin, Z_y - max Z_i over i != y; below zero the class is not the predicted one.</summary>
    public static Tensor Margin(Tensor logits, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var column = classes.unsqueeze(1);
        var others = logits.scatter(1, column, full_like(column, Held(double.NegativeInfinity), logits.dtype));
        var margin = logits.gather(1, column).squeeze(1) - others.amax([1L]);
        return margin.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The difference of logits ratio of AutoAttack (Croce and Hein 2020), -(Z_y - max Z_i) / (Z_(1) - Z_(3)) with the
    /// logits sorted downwards: the same under shifts and scales of the logits. Three classes at least.
    /// </summary>
    public static Tensor LogitsRatio(Tensor logits, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var (top, _) = logits.topk(RatioClasses, dim: 1);
        var own = logits.gather(1, classes.unsqueeze(1)).squeeze(1);
        var first = top.select(1, 0);
        var rival = where(own.eq(first), top.select(1, 1), first);
        var ratio = ((own - rival) / (first - top.select(1, 2)).Plus(Held(RatioFloor))).neg();
        return ratio.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The targeted form, -(Z_y - Z_t) / (Z_(1) - (Z_(3) + Z_(4)) / 2). Four classes at least.
    /// </summary>
    public static Tensor TargetedLogitsRatio(Tensor logits, Tensor classes, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var (top, _) = logits.topk(TargetedRatioClasses, dim: 1);
        var lower = top.select(1, 2).Plus(top.select(1, 3)).div(Held(2));
        var spread = (top.select(1, 0) - lower).Plus(Held(RatioFloor));
        return (Difference(logits, classes, targets) / spread).MoveToOuterDisposeScope();
    }

    /// <summary>Z_t - Z_y.</summary>
    public static Tensor Difference(Tensor logits, Tensor classes, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var wanted = logits.gather(1, targets.unsqueeze(1));
        return (wanted - logits.gather(1, classes.unsqueeze(1))).squeeze(1).MoveToOuterDisposeScope();
    }
}
