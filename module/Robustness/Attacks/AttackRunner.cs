using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>How a set of images is attacked.</summary>
public sealed record AttackRunOptions
{
    /// <summary>
    /// Images that are attacked together, unless told otherwise. With Model A on a CPU, 100 take two to four times as long
    /// for each image: their activations are too large for the allocator to keep.
    /// </summary>
    public const int DefaultBatchSize = 50;

    /// <summary>The seed of all draws.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Images that are attacked together; more need more memory. It changes no draw.</summary>
    public int BatchSize
    {
        get;
        init => field = OptionRange.Within(value, 1, 1 << 16);
    } = DefaultBatchSize;

    /// <summary>
    /// Passes of a random model over which an attack averages logits and gradients (EOT; Athalye et al. 2018). Models that
    /// draw nothing are asked once.
    /// </summary>
    public int ExpectationDraws
    {
        get;
        init => field = OptionRange.Within(value, 1, 100_000);
    } = 1;

    /// <summary>
    /// Passes of a random model over which the logits are averaged that decide on an image: 1 for a model that answers once, more
    /// for one that votes. Models that draw nothing are asked once.
    /// </summary>
    public int JudgingDraws
    {
        get;
        init => field = OptionRange.Within(value, 1, 100_000);
    } = 1;

    /// <summary>The wanted class; none when any wrong class will do.</summary>
    public TargetChoice? Target { get; init; }
}

/// <summary>Attacks a set of images, batch by batch.</summary>
public static class AttackRunner
{
    /// <summary>
    /// Attacks the images and hands out each batch, or its slices where several threads attack it; what one holds lives until
    /// <paramref name="take"/> returns.
    /// </summary>
    /// <param name="classifier">The model.</param>
    /// <param name="images">The images, with classes of the model.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="epsilons">The budgets; not looked at where the attack takes none.</param>
    /// <param name="options">Seed, batches, target.</param>
    /// <param name="context">Cancellation, progress and threads.</param>
    /// <param name="take">Receives the batches in order, on the calling thread.</param>
    /// <exception cref="InputException">
    /// <c>ImageShapeMismatch</c>, <c>ClassCountMismatch</c>, <c>TargetInvalid</c>: images, classes or target do not fit the
    /// model; <c>GradientsNotAvailable</c>: a white-box attack on a model without gradients; <c>EpsilonOutOfRange</c>.
    /// </exception>
    public static void Run(
        ImageClassifier classifier, LabelledImages images, IAdversarialAttack attack, IReadOnlyList<Epsilon> epsilons,
        AttackRunOptions options, WorkContext context, Action<AttackedBatch> take)
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(take);
        ClassifierFit.Check(classifier, images);
        ClassifierFit.Check(classifier, attack);
        foreach (var epsilon in attack.TakesEpsilon ? epsilons : []) AttackBudgets.Require(epsilon, attack.Norm, images.Shape);
        var chosen = ClassifierFit.Attacked(classifier, images, options.Target);
        var replaced = 0;
        for (var start = 0; start < chosen.Length; start += options.BatchSize)
        {
            context.ThrowIfCancelled();
            var indices = chosen[start..Math.Min(start + options.BatchSize, chosen.Length)];
            using var slices = AttackSlices.Run(
                indices, AttackSlices.CountOf(classifier, indices.Length, context), (rows, own) => Attack(rows, own), context);
            foreach (var attacked in slices.Attacked)
            {
                using var scope = NewDisposeScope();
                replaced += attacked.Batch.ReplacedGradients.Count;
                take(attacked);
            }

            context.Report(Activity(attack, epsilons), start + indices.Length, chosen.Length);
        }

        if (replaced == 0) return;
        context.Warning?.Invoke(
            $"{attack.Name} met gradients that are NaN or infinite in {replaced} of {chosen.Length} images, and put finite ones "
            + $"in their place: '{classifier.Name}' may look more robust than it is.");

        AttackedBatch Attack(int[] indices, WorkContext own)
        {
            var batch = Load(classifier, images, indices, options);
            var outcomes = attack.Run(classifier, batch, epsilons, own);
            foreach (var outcome in outcomes) outcome.Restore(batch);
            return new AttackedBatch(batch, outcomes, TimeSpan.Zero);
        }
    }

    /// <summary>Some images as a batch of a device and a type, away from their classes; it belongs to the caller's scope.</summary>
    internal static AttackBatch Batch(LabelledImages images, int[] indices, Device device, ScalarType type, long seed)
    {
        using var scope = NewDisposeScope();
        var pixels = ImageBatches.Images(images, indices, device).to(type);
        var goal = AttackGoal.AwayFrom(ImageBatches.Labels(images, indices, device).MoveToOuterDisposeScope());
        return new AttackBatch(pixels.MoveToOuterDisposeScope(), goal, indices, seed);
    }

    /// <summary>Some images as a batch of the model's device and type; it belongs to the caller's scope.</summary>
    internal static AttackBatch Load(
        ImageClassifier classifier, LabelledImages images, int[] indices, AttackRunOptions options)
    {
        var batch = Batch(images, indices, classifier.Device, classifier.ElementType, options.Seed) with
        {
            Expectation = options.ExpectationDraws,
            JudgingPasses = options.JudgingDraws,
        };
        if (options.Target is null) return batch;
        var targets = options.Target.For(classifier, batch, Array.ConvertAll(indices, images.Label));
        return batch with { Goal = AttackGoal.Towards(targets, batch.Goal.Labels) };
    }

    private static string Activity(IAdversarialAttack attack, IReadOnlyList<Epsilon> epsilons) =>
        attack.TakesEpsilon ? $"{attack.Name}, epsilon {string.Join(", ", epsilons)}" : attack.Name;
}

/// <summary>A batch and what an attack made of it.</summary>
/// <param name="Batch">The images as they were.</param>
/// <param name="Outcomes">An outcome for each budget.</param>
/// <param name="Elapsed">The time of the attack; a slice's is its share.</param>
public sealed record AttackedBatch(AttackBatch Batch, IReadOnlyList<AttackOutcome> Outcomes, TimeSpan Elapsed);
