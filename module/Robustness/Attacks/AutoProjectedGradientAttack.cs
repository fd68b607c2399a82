using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The losses that <see cref="AutoProjectedGradientAttack"/> raises.</summary>
public enum AutoAttackLoss
{
    /// <summary>Cross entropy.</summary>
    CrossEntropy,

    /// <summary>The difference of logits ratio, which no scale of the logits can flatten.</summary>
    LogitsRatio,
}

/// <summary>The settings of <see cref="AutoProjectedGradientAttack"/>; the defaults are AutoAttack's.</summary>
public sealed record AutoProjectedGradientOptions
{
    /// <summary>AutoAttack's number of steps.</summary>
    public const int DefaultSteps = 100;

    /// <summary>The loss.</summary>
    public AutoAttackLoss Loss { get; init; } = AutoAttackLoss.CrossEntropy;

    /// <summary>The number of steps, 1 or more.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = DefaultSteps;

    /// <summary>Whether to start at a random point of the ball; else at the image.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>How often to start; a further start is spent only on images that have not reached the goal.</summary>
    public int Restarts
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = 1;
}

/// <summary>
/// APGD in the maximum norm (Croce and Hein 2020): projected gradient ascent with momentum whose step starts at
/// 2 epsilon and halves, image by image, when a window of steps brought too few increases or no new best; it then goes on
/// from the best point. Windows are .22 of the steps, and shrink by .03 down to .06. An image's result is the last point
/// that reached the goal, else the one of the largest loss.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class AutoProjectedGradientAttack(AutoProjectedGradientOptions options) : IAdversarialAttack
{
    private const double IncreaseShare = 0.75;
    private const double MomentumShare = 0.75;

    /// <inheritdoc/>
    public string Name => options.Loss == AutoAttackLoss.CrossEntropy ? "APGD-CE" : "APGD-DLR";

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.WhiteBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.Linf;

    /// <inheritdoc/>
    public bool TakesEpsilon => true;

    /// <inheritdoc/>
    /// <exception cref="InputException"><c>ClassCountTooSmall</c>: the logits ratio needs more classes.</exception>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(epsilons);
        RequireClasses(classifier, batch.Goal);
        return [.. epsilons.Select(epsilon => Restart.Run(
            classifier, batch, epsilon, options.Restarts, options.Steps,
            (rows, start) =>
            {
                using var scope = NewDisposeScope();
                var begin = options.RandomStart ? RandomStart(rows, epsilon.Value, start) : rows.Images;
                var run = Ascend(classifier, rows, begin, epsilon.Value, context);
                return where(run.Reached.view(-1, 1, 1, 1), run.Adversarial, run.Best).MoveToOuterDisposeScope();
            }))];
    }

    /// <summary>The steps of one start; the tensors belong to the caller's scope.</summary>
    internal AutoAttackRun Ascend(
        ImageClassifier classifier, AttackBatch batch, Tensor start, double epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        using var ball = new PixelBall(batch.Images, epsilon);
        var state = new AutoAttackState(start, 2 * epsilon, options.Steps);
        state.Take(Evaluate(classifier, batch, state.Current), batch.Goal, isStart: true);
        for (var t = 0; t < options.Steps; t++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            state.Step(ball, t == 0 ? 1 : MomentumShare);
            state.Take(Evaluate(classifier, batch, state.Current), batch.Goal, isStart: false);
            state.CloseWindow(IncreaseShare);
        }

        return state.Result();
    }

    private LossGradient Evaluate(ImageClassifier classifier, AttackBatch batch, Tensor images) => InputGradient.Of(
        classifier, batch, images,
        options.Loss == AutoAttackLoss.CrossEntropy ? batch.Goal.CrossEntropy : batch.Goal.LogitsRatio);

    // AutoAttack's start: uniform noise, scaled so that one value moves by the whole budget.
    private static Tensor RandomStart(AttackBatch batch, double epsilon, int restart)
    {
        using var scope = NewDisposeScope();
        var noise = ImageNoise.Draw(
            batch.Images, batch.Generators(RandomStream.AutoProjectedGradient, restart), ImageNoise.Uniform);
        noise.div_(noise.abs().amax([1L, 2L, 3L], keepdim: true));
        return batch.Images.add(noise, alpha: Held(epsilon)).clamp_(Held(0), Held(1)).MoveToOuterDisposeScope();
    }

    private void RequireClasses(ImageClassifier classifier, AttackGoal goal)
    {
        var needed = options.Loss == AutoAttackLoss.CrossEntropy ? 2 : goal.IsTargeted ? 4 : 3;
        if (classifier.ClassCount >= needed) return;
        throw new InputException(
            "ClassCountTooSmall", FaultKind.InvalidArgument,
            $"{Name} needs {needed} classes and the model '{classifier.Name}' has {classifier.ClassCount}. Use APGD-CE.",
            classifier.Name);
    }
}

/// <summary>What a start of APGD ended with.</summary>
/// <param name="Best">The points of the largest loss.</param>
/// <param name="BestLosses">Their losses.</param>
/// <param name="Adversarial">The last points that reached the goal; the start where none did.</param>
/// <param name="Reached">Whether any did.</param>
internal sealed record AutoAttackRun(Tensor Best, Tensor BestLosses, Tensor Adversarial, Tensor Reached);
