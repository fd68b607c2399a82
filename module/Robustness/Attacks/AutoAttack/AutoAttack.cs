using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="AutoAttack"/>; the defaults are those of its standard version.</summary>
public sealed record AutoAttackOptions
{
    /// <summary>The norm of the budget, the maximum or the Euclidean.</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>: another norm.</exception>
    public PerturbationNorm Norm { get; init; } = PerturbationNorm.Linf;

    /// <summary>Steps of APGD, and of FAB for each class.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = AutoProjectedGradientOptions.DefaultSteps;

    /// <summary>The most queries of Square for an image.</summary>
    public int Queries
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = SquareOptions.DefaultQueries;
}

/// <summary>
/// AutoAttack, standard version (Croce and Hein 2020): APGD-CE, APGD-T, FAB-T and Square, each on the images that those
/// before it have not turned. An image is let go as soon as it is turned, which changes no accuracy. Its parameters are
/// fixed, so two evaluations compare; the accuracy that it leaves is what RobustBench ranks by. Images that nothing turned
/// come back as they were.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class AutoAttack(AutoAttackOptions options) : IAdversarialAttack
{
    private readonly IAdversarialAttack[] _stages =
    [
        new AutoProjectedGradientAttack(Ascent(options, AutoAttackLoss.CrossEntropy)),
        new AutoProjectedGradientAttack(Ascent(options, AutoAttackLoss.TargetedLogitsRatio)),
        new FastAdaptiveBoundaryAttack(new FastAdaptiveBoundaryOptions { Norm = options.Norm, Steps = options.Steps }),
        new SquareAttack(new SquareOptions { Norm = options.Norm, Queries = options.Queries, RescalesSchedule = false }),
    ];

    /// <inheritdoc/>
    public string Name => NormSuffix.Append("AutoAttack", options.Norm);

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.WhiteBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => options.Norm;

    /// <inheritdoc/>
    public bool TakesEpsilon => true;

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(epsilons);
        ArgumentNullException.ThrowIfNull(context);
        return [.. epsilons.Select(epsilon => Attack(classifier, batch, epsilon, context))];
    }

    private AttackOutcome Attack(ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0);
        var open = new OpenRows(batch, outcome);
        LetGo(batch.Images);
        foreach (var stage in _stages)
        {
            context.ThrowIfCancelled();
            if (open.Count == 0) break;
            using var inner = NewDisposeScope();
            var run = stage.Run(classifier, open.Batch, [epsilon], context)[0];
            open.Spend(run);
            LetGo(run.Images);
        }

        open.Finish(open.Batch.Images, AttackExit.NothingFound);
        outcome.Images.MoveToOuterDisposeScope();
        return outcome;

        void LetGo(Tensor images)
        {
            using var logits = InputGradient.Logits(classifier, open.Batch, images);
            open.LetGo(open.Batch.Goal.Reached(logits), images)?.Dispose();
        }
    }

    private static AutoProjectedGradientOptions Ascent(AutoAttackOptions options, AutoAttackLoss loss) =>
        new() { Norm = options.Norm, Loss = loss, Steps = options.Steps, StopsAtGoal = true };
}
