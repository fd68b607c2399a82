using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="ProjectedGradientAttack"/>; the defaults are those of chapter 5.</summary>
public sealed record ProjectedGradientOptions() : AscentAttackOptions(DefaultSteps)
{
    /// <summary>The chapter's number of steps.</summary>
    public const int DefaultSteps = 100;

    private const double MostRelativeStep = 100;

    /// <summary>The length of a step in budgets, above 0.</summary>
    public double RelativeStep
    {
        get;
        init => field = OptionRange.Above(value, 0, MostRelativeStep);
    } = 0.25;

    /// <summary>
    /// The printed form of (5.2) starts at the image, clips each step alone and neither the sum of the steps nor the
    /// range: 100 steps of epsilon / 4 may go as far as 25 epsilon.
    /// </summary>
    public EquationForm Form { get; init; } = EquationForm.Standard;
}

/// <summary>
/// PGD (5.2; Madry et al. 2018): x_(t+1) = P(x_t + alpha sign(grad J_y(x_t))), where P projects onto the budget's ball and
/// onto [0, 1]; in the Euclidean norm the step is alpha grad J / |grad J|. The direction of grad J is that of the log odds,
/// which does not vanish where the true class is all but certain.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class ProjectedGradientAttack(ProjectedGradientOptions options) : BudgetAttack(
    options.Form == EquationForm.Printed ? "PGD-Printed" : NormSuffix.Append("PGD", options.Norm), AttackAccess.WhiteBox,
    options.Norm)
{
    /// <inheritdoc/>
    public override object? Settings => options;

    private protected override AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context) =>
        options.Form == EquationForm.Printed
            ? AttackOutcome.Uniform(epsilon, Printed(classifier, batch, epsilon.Value, context), options.Steps)
            : Restart.Run(
                classifier, batch, epsilon, options.Restarts,
                (rows, start) => Climb(classifier, rows, Start(rows, epsilon.Value, start), epsilon, context));

    /// <summary>The steps of one start; the outcome belongs to the caller's scope.</summary>
    internal AttackOutcome Climb(
        ImageClassifier classifier, AttackBatch batch, Tensor start, Epsilon epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        using var ball = NormBall.Around(batch.Images, epsilon.Value, options.Norm);
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0);
        var open = new OpenRows(batch, outcome);
        var images = start.clone();
        for (var t = 0; t < options.Steps; t++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            var loss = InputGradient.Of(classifier, open.Batch, images, open.Batch.Goal.LogOdds);
            var gradient = loss.Gradient;
            if (options.StopsAtGoal && open.LetGo(open.Batch.Goal.Reached(loss.Logits), images) is { } index)
            {
                if (open.Count == 0) break;
                images = OpenRows.Narrow(images, index);
                gradient = gradient.index_select(0, index);
                ball.Keep(index, open.Batch.Images);
            }

            ball.Project_(images.add_(ball.Ascent(gradient), alpha: Held(options.RelativeStep * epsilon.Value)));
            open.Spend(1);
        }

        open.Finish(images, AttackExit.StepsDone);
        outcome.Images.MoveToOuterDisposeScope();
        return outcome;
    }

    private Tensor Printed(ImageClassifier classifier, AttackBatch batch, double epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var images = batch.Images.clone();
        for (var t = 0; t < options.Steps; t++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            var gradient = InputGradient.Of(classifier, batch, images, batch.Goal.LogOdds).Gradient;
            var step = gradient.sign_().mul_(Held(options.RelativeStep * epsilon));
            images.Plus_(step.clamp_(Held(-epsilon), Held(epsilon)));
        }

        return images.MoveToOuterDisposeScope();
    }

    /// <summary>A start of the images; it belongs to the caller's scope.</summary>
    internal Tensor Start(AttackBatch batch, double epsilon, int restart)
    {
        if (!options.RandomStart) return batch.Images.alias();
        using var scope = NewDisposeScope();
        var generators = batch.Generators(RandomStream.ProjectedGradient, restart);
        if (options.Norm == PerturbationNorm.Linf)
        {
            var shift = ImageNoise.Draw(batch.Images, generators, ImageNoise.Uniform);
            return batch.Images.add(shift, alpha: Held(epsilon)).clamp_(Held(0), Held(1)).MoveToOuterDisposeScope();
        }

        var direction = ImageNoise.Draw(batch.Images, generators, random => random.NextGaussian());
        var length = ImageNoise.BallRadii(batch.Images, generators).mul(Held(epsilon));
        return batch.Images.Plus(ImageNorms.Directions(direction).mul_(length)).clamp_(Held(0), Held(1)).MoveToOuterDisposeScope();
    }
}
