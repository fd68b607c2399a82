using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="FastAdaptiveBoundaryAttack"/>; the defaults are AutoAttack's.</summary>
public sealed record FastAdaptiveBoundaryOptions() : NormAttackOptions(DefaultSteps)
{
    /// <summary>AutoAttack's number of steps for each class.</summary>
    public const int DefaultSteps = 100;

    /// <summary>How many wrong classes are tried, 1 or more; no more than there are.</summary>
    public int Targets
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = LikelyTargets.DefaultCount;
}

/// <summary>
/// FAB-T (Croce and Hein 2020): walks along the boundary between the true class and one wrong class after the other. A step
/// takes the boundary for the hyperplane Z_t - Z_y = 0 of the present point's gradient and goes a little beyond the nearest
/// points on it, from the present point and, by a share of at most alpha, from the image; a point that is adversarial comes
/// back towards the image. It makes the change small rather than the loss large, so it needs no step size and no scale of
/// the logits can flatten it. An image whose change comes within the budget is let go.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class FastAdaptiveBoundaryAttack(FastAdaptiveBoundaryOptions options)
    : BudgetAttack(NormSuffix.Append("FAB-T", options.Norm), AttackAccess.WhiteBox, options.Norm)
{
    /// <inheritdoc/>
    public override object? Settings => options;

    /// <summary>
    /// The walk towards one class on all images, to the end; the smallest adversarial changes, in the caller's scope.
    /// </summary>
    internal (Tensor Images, Tensor Lengths) Walk(
        ImageClassifier classifier, AttackBatch batch, AttackGoal aim, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var walk = new BoundaryWalk(batch.Images, options.Norm);
        for (var t = 0; t < options.Steps; t++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            walk.Step(classifier, batch, aim);
        }

        return (walk.Best.MoveToOuterDisposeScope(), walk.Lengths.MoveToOuterDisposeScope());
    }

    private protected override AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        using var likely = LikelyTargets.Of(classifier, batch, options.Targets);
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0);
        var open = new OpenRows(batch, outcome);
        // An image that has reached the goal already has no boundary to look for.
        using (NewDisposeScope()) open.LetGo(batch.Goal.Reached(InputGradient.Logits(classifier, batch, batch.Images)), batch.Images);
        for (var rank = 0; rank < likely.Count && open.Count > 0; rank++) Towards(rank);
        open.Finish(open.Batch.Images, AttackExit.NothingFound);
        outcome.Images.MoveToOuterDisposeScope();
        return outcome;

        void Towards(int rank)
        {
            using var rankScope = NewDisposeScope();
            var aim = likely.Aim(open.Batch, rank);
            var walk = new BoundaryWalk(open.Batch.Images, options.Norm);
            for (var t = 0; t < options.Steps && open.Count > 0; t++)
            {
                context.ThrowIfCancelled();
                using var inner = NewDisposeScope();
                walk.Step(classifier, open.Batch, aim);
                open.Spend(1);
                if (open.LetGo(walk.Lengths.le(Held(epsilon.Value)), walk.Best) is not { } index) continue;
                aim = OpenRows.Narrow(aim, index, outcome.Images);
                walk.Keep(index);
            }
        }
    }
}
