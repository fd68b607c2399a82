using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The losses that <see cref="AutoProjectedGradientAttack"/> raises.</summary>
public enum AutoAttackLoss
{
    /// <summary>Cross entropy.</summary>
    CrossEntropy,

    /// <summary>The difference of logits ratio, which no scale of the logits can flatten.</summary>
    LogitsRatio,

    /// <summary>The targeted ratio, towards each of the likeliest wrong classes in turn.</summary>
    TargetedLogitsRatio,
}

/// <summary>The settings of <see cref="AutoProjectedGradientAttack"/>; the defaults are AutoAttack's.</summary>
public sealed record AutoProjectedGradientOptions() : AscentAttackOptions(DefaultSteps)
{
    /// <summary>AutoAttack's number of steps.</summary>
    public const int DefaultSteps = 100;

    /// <summary>The loss.</summary>
    public AutoAttackLoss Loss { get; init; } = AutoAttackLoss.CrossEntropy;

    /// <summary>How many wrong classes the targeted ratio tries, 1 or more; no more than there are.</summary>
    public int Targets
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = LikelyTargets.DefaultCount;
}

/// <summary>
/// APGD (Croce and Hein 2020, 2021): projected gradient ascent that chooses its own steps, image by image
/// (<see cref="MomentumAscent"/> in the maximum and the Euclidean norm, <see cref="SparseAscent"/> in that of the sum). An
/// image's result is the last point that reached the goal, else the one of the largest loss.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class AutoProjectedGradientAttack(AutoProjectedGradientOptions options)
    : BudgetAttack(NameOf(options), AttackAccess.WhiteBox, options.Norm)
{
    /// <inheritdoc/>
    public override object? Settings => options;

    private bool IsTargeted => options.Loss == AutoAttackLoss.TargetedLogitsRatio;

    // ClassCountTooSmall where the logits ratio needs more classes.
    private protected override AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context)
    {
        RequireClasses(classifier, batch.Goal);
        var ascent = Ascent(classifier.ClassCount);
        return IsTargeted
            ? Targeted(classifier, batch, epsilon, ascent, context)
            : Restart.Run(
                classifier, batch, epsilon, options.Restarts,
                (rows, start) => ascent.Attack(classifier, rows, rows.Goal, Generators(rows, start), epsilon, context));
    }

    private static string NameOf(AutoProjectedGradientOptions options) => NormSuffix.Append(
        options.Loss switch
        {
            AutoAttackLoss.CrossEntropy => "APGD-CE",
            AutoAttackLoss.LogitsRatio => "APGD-DLR",
            _ => "APGD-T",
        },
        options.Norm);

    /// <summary>The steps of one start on all images; the tensors belong to the caller's scope.</summary>
    internal AutoAttackRun Ascend(
        ImageClassifier classifier, AttackBatch batch, AttackGoal aim, Tensor start, double epsilon, WorkContext context) =>
        Ascent(classifier.ClassCount)
            .Ascend(classifier, batch, aim, start, epsilon, isContinued: false, options.Steps, context);

    private AutoAscent Ascent(int classes)
    {
        Func<AttackGoal, Tensor, Tensor> loss = options.Loss switch
        {
            AutoAttackLoss.CrossEntropy => (aim, logits) => aim.CrossEntropy(logits),
            AutoAttackLoss.LogitsRatio => (aim, logits) => aim.LogitsRatio(logits),
            _ => classes < ClassificationLosses.TargetedRatioClasses
                ? (aim, logits) => aim.LogitsDifference(logits)
                : (aim, logits) => aim.LogitsRatio(logits),
        };
        return new AutoAscent(options.Norm, options.Steps, loss, options.StopsAtGoal);
    }

    // A class after the other, each on what the ones before left.
    private AttackOutcome Targeted(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, AutoAscent ascent, WorkContext context)
    {
        using var likely = LikelyTargets.Of(classifier, batch, options.Targets);
        return Restart.Run(
            classifier, batch, epsilon, options.Restarts * likely.Count,
            (rows, start) =>
            {
                using var aim = likely.Aim(rows, start % likely.Count);
                return ascent.Attack(classifier, rows, aim, Generators(rows, start), epsilon, context);
            });
    }

    private SeededRandom[]? Generators(AttackBatch batch, int start) =>
        options.RandomStart ? batch.Generators(RandomStream.AutoProjectedGradient, start) : null;

    private void RequireClasses(ImageClassifier classifier, AttackGoal goal)
    {
        if (options.Loss != AutoAttackLoss.LogitsRatio) return;
        var needed = goal.IsTargeted ? ClassificationLosses.TargetedRatioClasses : ClassificationLosses.RatioClasses;
        if (classifier.ClassCount >= needed) return;
        throw new InputException(
            "ClassCountTooSmall", FaultKind.InvalidArgument,
            $"{Name} needs {needed} classes and the model '{classifier.Name}' has {classifier.ClassCount}. Use APGD-CE or "
            + "APGD-T.",
            classifier.Name);
    }
}
