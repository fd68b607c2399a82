using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="AutoAttack"/>; the defaults are those of its standard version.</summary>
public sealed record AutoAttackOptions() : NormAttackOptions(AutoProjectedGradientOptions.DefaultSteps)
{
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
/// fixed, so two evaluations compare; the accuracy that it leaves is what RobustBench ranks by. In the norm of the sum APGD-CE
/// starts five times, and APGD-T tries five classes in place of nine. Images that nothing turned come back as they were.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class AutoAttack(AutoAttackOptions options)
    : BudgetAttack(NormSuffix.Append("AutoAttack", options.Norm), AttackAccess.WhiteBox, options.Norm)
{
    private const int SparseRestarts = 5;
    private const int SparseTargets = 5;

    private readonly IAdversarialAttack[] _stages =
    [
        new AutoProjectedGradientAttack(Ascent(options, AutoAttackLoss.CrossEntropy) with
        {
            Restarts = options.Norm == PerturbationNorm.L1 ? SparseRestarts : 1,
        }),
        new AutoProjectedGradientAttack(Ascent(options, AutoAttackLoss.TargetedLogitsRatio) with
        {
            Targets = options.Norm == PerturbationNorm.L1 ? SparseTargets : LikelyTargets.DefaultCount,
        }),
        new FastAdaptiveBoundaryAttack(new FastAdaptiveBoundaryOptions { Norm = options.Norm, Steps = options.Steps }),
        new SquareAttack(new SquareOptions { Norm = options.Norm, Queries = options.Queries, RescalesSchedule = false }),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Stages => [.. _stages.Select(stage => stage.Name)];

    /// <inheritdoc/>
    public override object? Settings => options;

    private protected override AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var turnedBy = new int[batch.Count];
        Array.Fill(turnedBy, -1);
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0) with { TurnedBy = turnedBy };
        var open = new OpenRows(batch, outcome);
        LetGo(batch.Images);
        foreach (var (place, stage) in _stages.Index())
        {
            context.ThrowIfCancelled();
            if (open.Count == 0) break;
            using var inner = NewDisposeScope();
            var run = stage.Run(classifier, open.Batch, [epsilon], context)[0];
            open.Spend(run);
            foreach (var row in LetGo(run.Images)) turnedBy[row] = place;
        }

        open.Finish(open.Batch.Images, AttackExit.NothingFound);
        outcome.Images.MoveToOuterDisposeScope();
        return outcome;

        // The rows that are done.
        IEnumerable<int> LetGo(Tensor images)
        {
            var before = open.Rows;
            using var logits = InputGradient.Logits(classifier, open.Batch, images);
            open.LetGo(open.Batch.Goal.Reached(logits), images)?.Dispose();
            return before.Except(open.Rows);
        }
    }

    private static AutoProjectedGradientOptions Ascent(AutoAttackOptions options, AutoAttackLoss loss) =>
        new() { Norm = options.Norm, Loss = loss, Steps = options.Steps, StopsAtGoal = true };
}
