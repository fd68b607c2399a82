using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>One start of APGD: what it raises, in which norm, for how many steps, and whether it ends with the goal.</summary>
/// <param name="Norm">The norm of the budget.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Loss">The loss that is raised, of the aim and the logits.</param>
/// <param name="StopsAtGoal">
/// Whether an image is let go as soon as it reaches the goal. It changes no accuracy: APGD's result of such an image is a
/// point that reached the goal, whatever comes after.
/// </param>
internal sealed record AutoAscent(
    PerturbationNorm Norm, int Steps, Func<AttackGoal, Tensor, Tensor> Loss, bool StopsAtGoal)
{
    // Croce and Hein 2021: in the norm of the sum, a third of the steps each in three and two budgets, the rest in one.
    private static readonly (double Budgets, double Share)[] Widening = [(3, 0.3), (2, 0.3)];

    /// <summary>Attacks; the images belong to the caller's scope.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The images and the goal.</param>
    /// <param name="aim">What the loss aims at: the goal, or one of its classes.</param>
    /// <param name="generators">An image's draws; null to start at the images.</param>
    /// <param name="epsilon">The budget.</param>
    /// <param name="context">Cancellation.</param>
    public AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, AttackGoal aim, SeededRandom[]? generators, Epsilon epsilon,
        WorkContext context)
    {
        using var scope = NewDisposeScope();
        var start = generators is null ? batch.Images : Start(classifier, batch, aim, generators, epsilon.Value, context);
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0);
        var open = new OpenRows(batch, outcome);
        var state = Begin(start, batch, epsilon.Value, Steps - Widened, Norm == PerturbationNorm.L1 && generators is not null);
        open.Spend(Widened);
        for (var t = -1; t < Steps - Widened && open.Count > 0; t++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            Advance(classifier, open.Batch, aim, state, t);
            if (t >= 0) open.Spend(1);
            if (!StopsAtGoal || open.LetGo(state.Reached, state.Current) is not { } index) continue;
            aim = OpenRows.Narrow(aim, index, outcome.Images);
            state.Keep(index, open.Batch.Images);
        }

        open.Finish(state.Results, AttackExit.StepsDone);
        outcome.Images.MoveToOuterDisposeScope();
        return outcome;
    }

    /// <summary>The steps of one start on all images; the tensors belong to the caller's scope.</summary>
    public AutoAttackRun Ascend(
        ImageClassifier classifier, AttackBatch batch, AttackGoal aim, Tensor start, double epsilon, bool isContinued,
        int steps, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var state = Begin(start, batch, epsilon, steps, isContinued);
        for (var t = -1; t < steps; t++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            Advance(classifier, batch, aim, state, t);
        }

        return state.Result();
    }

    private int Widened => Norm == PerturbationNorm.L1 ? Widening.Sum(part => StepsOf(part.Share)) : 0;

    private int StepsOf(double share) => Math.Min((int)Math.Ceiling(share * Steps), Steps / Widening.Length);

    private AscentState Begin(Tensor start, AttackBatch batch, double epsilon, int steps, bool isContinued) =>
        Norm == PerturbationNorm.L1
            ? new SparseAscent(start, batch.Images, BallOf(batch, epsilon), epsilon, steps, isContinued)
            : new MomentumAscent(start, BallOf(batch, epsilon), epsilon, steps);

    // Step -1 takes the losses at the start.
    private void Advance(ImageClassifier classifier, AttackBatch batch, AttackGoal aim, AscentState state, int t)
    {
        if (t >= 0) state.Step(isFirst: t == 0);
        var loss = InputGradient.Of(classifier, batch, state.Current, logits => Loss(aim, logits));
        state.Take(loss, batch.Goal, isStart: t < 0);
        if (t >= 0) state.CloseWindow();
    }

    private NormBall BallOf(AttackBatch batch, double epsilon) => NormBall.Around(batch.Images, epsilon, Norm);

    private Tensor Start(
        ImageClassifier classifier, AttackBatch batch, AttackGoal aim, SeededRandom[] generators, double epsilon,
        WorkContext context)
    {
        using var scope = NewDisposeScope();
        if (Norm != PerturbationNorm.L1) return BallOf(batch, epsilon).Start(generators).MoveToOuterDisposeScope();
        var start = BallOf(batch, Widening[0].Budgets * epsilon).Start(generators);
        foreach (var (budgets, share) in Widening)
        {
            start = BallOf(batch, budgets * epsilon).Project_(start);
            start = Ascend(classifier, batch, aim, start, budgets * epsilon, isContinued: true, StepsOf(share), context).Best;
        }

        return BallOf(batch, epsilon).Project_(start).MoveToOuterDisposeScope();
    }
}
