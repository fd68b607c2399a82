using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What one attack with one budget did to each image, gathered batch by batch.</summary>
/// <param name="attack">The attack.</param>
/// <param name="epsilon">The budget; null where the attack takes none.</param>
/// <param name="knowledge">What the attacker knew.</param>
/// <param name="surrogate">The file of the model that the examples were made on, where it is another.</param>
/// <param name="expectationDraws">Draws over which the attack averaged.</param>
/// <param name="judgingDraws">Passes that decided on an image.</param>
/// <param name="witness">A second classifier, or null.</param>
/// <param name="seen">The classes that the model gives the images as they are, by index; null where nobody asked before.</param>
internal sealed class ImageTally(
    IAdversarialAttack attack, Epsilon? epsilon, AttackerKnowledge? knowledge = null, string? surrogate = null,
    int? expectationDraws = null, int judgingDraws = 1, Witness? witness = null,
    IReadOnlyDictionary<int, int>? seen = null)
{
    private readonly List<AttackedImage> _images = [];
    private int _replacedGradients;
    private double _seconds;

    public IAdversarialAttack Attack => attack;

    public Epsilon? Epsilon => epsilon;

    /// <summary>
    /// Adds a batch; perturbations are measured in pixel units. Images that the attack left as they were are not judged again: their
    /// classes are those that were seen.
    /// </summary>
    public void Add(ImageClassifier classifier, AttackedBatch attacked)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (batch, outcome) = (attacked.Batch, attacked.Outcomes[0]);
        var after = seen is not null && outcome.Leaves(batch) ? null : InputGradient.Judged(classifier, batch, outcome.Images);
        var change = Perturbation.Measure(outcome.Images, batch.Images);
        var labels = Numbers(batch.Goal.Labels);
        int?[] clean = seen is null
            ? Predictions(InputGradient.Judged(classifier, batch, batch.Images))
            : [.. batch.Indices.Select(index => (int?)seen[index])];
        var targets = batch.Goal.Targets is { } wanted ? Numbers(wanted) : null;
        bool[] reachedBefore = [.. clean.Select((given, row) => given is { } one && (targets is null ? one != labels[row] : one == targets[row]))];
        var (predicted, reached) = after is null ? (clean, reachedBefore) : (Predictions(after), Flags(batch.Goal.Reached(after)));
        var inRange = Flags(outcome.Images.eq(outcome.Images.clamp(Held(0), Held(1))).flatten(1).all(1));
        var testimonies = witness?.See(batch.Images, outcome.Images);
        for (var row = 0; row < batch.Count; row++)
        {
            _images.Add(new AttackedImage
            {
                Index = batch.Indices[row],
                Label = (int)labels[row],
                CleanPrediction = clean[row],
                Prediction = predicted[row],
                ReachedBefore = reachedBefore[row],
                Reached = reached[row],
                InRange = inRange[row],
                Linf = change.Linf[row],
                L2 = change.L2[row],
                L1 = change.L1[row],
                L0 = change.L0[row],
                Iterations = outcome.Iterations[row],
                Exit = outcome.Exits[row],
                TurnedBy = outcome.TurnedBy is { Count: > 0 } parts && parts[row] >= 0 ? attack.Stages[parts[row]] : null,
                Witness = testimonies?[row],
            });
        }

        _replacedGradients += batch.ReplacedGradients.Count;
        _seconds += attacked.Elapsed.TotalSeconds;
    }

    /// <summary>The row of the table.</summary>
    public AttackEvaluation ToEvaluation()
    {
        var open = _images.Count(image => !image.ReachedBefore);
        double[] won = [.. _images.Where(image => !image.ReachedBefore && image.Reached).Select(image => image.Distance(attack.Norm))];
        return new AttackEvaluation
        {
            Attack = attack.Name,
            Norm = attack.Norm,
            Epsilon = epsilon,
            Knowledge = knowledge,
            ExpectationDraws = expectationDraws,
            JudgingDraws = judgingDraws,
            SurrogatePath = surrogate,
            Stages = [.. Stages()],
            Count = _images.Count,
            Correct = _images.Count(image => image.Right),
            SuccessRate = open > 0 ? (double)won.Length / open : null,
            SuccessMeanDistance = won.Length > 0 ? won.Average() : null,
            SuccessMedianDistance = won.Length > 0 ? Median(won) : null,
            MeanLinf = _images.Average(image => image.Linf),
            MeanL2 = _images.Average(image => image.L2),
            MeanL1 = _images.Average(image => image.L1),
            MeanL0 = _images.Average(image => image.L0),
            MeanIterations = _images.Average(image => image.Iterations),
            Unclassified = _images.Count(image => image.Prediction is null),
            ReplacedGradients = _replacedGradients,
            Seconds = _seconds,
            Images = _images,
        };
    }

    // An image that is wrong and that no part turned was wrong before.
    private IEnumerable<StageEvaluation> Stages()
    {
        var correct = _images.Count(image => image.Right || image.TurnedBy is not null);
        foreach (var stage in attack.Stages)
        {
            correct -= _images.Count(image => !image.Right && image.TurnedBy == stage);
            yield return new StageEvaluation(stage, correct);
        }
    }

    /// <summary>
    /// Whether image <paramref name="i"/> is given a wrong class as it is, or by a change of at most
    /// <paramref name="budget"/> that leaves it an image, in [0, 1].
    /// </summary>
    public bool Breaks(int i, Epsilon budget)
    {
        // The rounding of float32 pixels may carry a change a little over, a sum of many by a share of itself.
        const double Slack = 1e-3;
        const double Share = 1e-5;
        var image = _images[i];
        return !image.RightBefore
            || (!image.Right && image.InRange && image.Distance(attack.Norm) <= (budget.Pixels * (1 + Share)) + Slack);
    }

    public int Count => _images.Count;

    /// <summary>The classes; none where a logit is NaN or infinite.</summary>
    internal static int?[] Predictions(Tensor logits)
    {
        var (classes, finite) = (Numbers(logits.argmax(1)), Flags(AttackGoal.AreFinite(logits)));
        return [.. classes.Zip(finite, (label, named) => named ? (int?)label : null)];
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static long[] Numbers(Tensor numbers) => numbers.cpu().data<long>().ToArray();

    private static bool[] Flags(Tensor flags) => flags.cpu().data<bool>().ToArray();
}
