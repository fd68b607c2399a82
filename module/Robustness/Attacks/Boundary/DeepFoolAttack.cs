using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="DeepFoolAttack"/>; the defaults are the paper's.</summary>
public sealed record DeepFoolOptions() : StepAttackOptions(DefaultSteps)
{
    /// <summary>The paper's most steps.</summary>
    public const int DefaultSteps = 50;

    /// <summary>How far the change goes beyond the boundary, as a share of itself.</summary>
    public double Overshoot
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    } = 0.02;

    /// <summary>How many of the likeliest classes are looked at, 2 or more; no more than there are.</summary>
    public int Candidates
    {
        get;
        init => field = OptionRange.Within(value, 2, int.MaxValue);
    } = 10;
}

/// <summary>
/// DeepFool (Moosavi-Dezfooli et al. 2016): each step takes the classes for half-spaces and goes to the nearest boundary,
/// r = |f_k| / |w_k|^2 w_k with f_k = Z_k - Z_y and w_k its gradient, until the class changes. It takes no budget and gives
/// small changes fast. Each point is clipped to [0, 1].
/// </summary>
/// <param name="options">The settings.</param>
public sealed class DeepFoolAttack(DeepFoolOptions options) : IAdversarialAttack
{
    private const double Floor = 1e-12;

    /// <inheritdoc/>
    public string Name => "DeepFool";

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.WhiteBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.L2;

    /// <inheritdoc/>
    public bool TakesEpsilon => false;

    /// <inheritdoc/>
    public object? Settings => options;

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        using var scope = NewDisposeScope();
        var outcome = AttackOutcome.Unbounded(batch.Images.clone());
        var open = new OpenRows(batch, outcome);
        var current = batch.Images.clone();
        using var likely = LikelyTargets.Of(classifier, batch, options.Candidates - 1);
        for (var step = 0; step <= options.Steps && open.Count > 0; step++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            var index = open.LetGo(open.Batch.Goal.Reached(InputGradient.Logits(classifier, open.Batch, current)), current);
            if (index is not null) current = OpenRows.Narrow(current, index);
            if (open.Count == 0 || step == options.Steps) break;
            // From the clipped point: what the range cut off does not count, and the next step makes it up elsewhere.
            var total = (current - open.Batch.Images).Plus_(Towards(classifier, open.Batch, likely, current));
            current.copy_(open.Batch.Images.add(total, alpha: Held(1 + options.Overshoot)).clamp_(Held(0), Held(1)));
            open.Spend(1);
        }

        open.Finish(open.Batch.Images, AttackExit.NothingFound);
        outcome.Images.MoveToOuterDisposeScope();
        return [outcome];
    }

    // The change to the nearest of the boundaries, each taken for flat.
    private static Tensor Towards(ImageClassifier classifier, AttackBatch batch, LikelyTargets likely, Tensor images)
    {
        var classes = cat([batch.Goal.Labels.unsqueeze(1), likely.Of(batch)], 1);
        var (logits, gradients) = InputGradient.OfClasses(classifier, batch, images, classes);
        var heights = logits.gather(1, classes);
        // By the largest values, so that no square of a small gradient vanishes.
        var largest = gradients.flatten(1).abs().amax([1L], keepdim: true).clamp_min(Held(float.Epsilon));
        var differences = (heights.narrow(1, 1, likely.Count) - heights.narrow(1, 0, 1)).abs() / largest;
        var normals = (gradients.narrow(1, 1, likely.Count) - gradients.narrow(1, 0, 1)).flatten(2) / largest.unsqueeze(2);
        var lengths = normals.norm(2).clamp_min(Held(Floor));
        var nearest = (differences / lengths).argmin(1).view(-1, 1);
        var normal = normals.gather(1, nearest.unsqueeze(2).expand(-1, 1, normals.shape[2])).squeeze(1);
        var length = lengths.gather(1, nearest);
        return (normal * (differences.gather(1, nearest) / length.pow(Held(2)))).view(images.shape);
    }
}
