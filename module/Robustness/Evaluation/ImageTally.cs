using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What one attack with one budget did to each image, gathered batch by batch.</summary>
internal sealed class ImageTally(IAdversarialAttack attack, Epsilon? epsilon, AttackerKnowledge? knowledge = null)
{
    private readonly List<bool> _correctBefore = [];
    private readonly List<bool> _correct = [];
    private readonly List<bool> _reachedBefore = [];
    private readonly List<bool> _reached = [];
    private readonly List<bool> _inRange = [];
    private readonly List<double> _largest = [];
    private readonly List<double> _lengths = [];
    private readonly List<double> _sums = [];
    private readonly List<double> _changed = [];
    private readonly List<int> _iterations = [];
    private int _unclassified;
    private int _replacedGradients;
    private double _seconds;

    public IAdversarialAttack Attack => attack;

    public Epsilon? Epsilon => epsilon;

    /// <summary>Adds a batch; perturbations are measured in pixel units.</summary>
    public void Add(ImageClassifier classifier, AttackedBatch attacked)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (batch, outcome) = (attacked.Batch, attacked.Outcomes[0]);
        var before = InputGradient.Judged(classifier, batch, batch.Images);
        var after = InputGradient.Judged(classifier, batch, outcome.Images);
        var change = Perturbation.Measure(outcome.Images, batch.Images);
        _correctBefore.AddRange(Flags(IsRight(before, batch.Goal.Labels)));
        _correct.AddRange(Flags(IsRight(after, batch.Goal.Labels)));
        _unclassified += batch.Count - (int)AttackGoal.AreFinite(after).sum().item<long>();
        _replacedGradients += batch.ReplacedGradients.Count;
        _reachedBefore.AddRange(Flags(batch.Goal.Reached(before)));
        _reached.AddRange(Flags(batch.Goal.Reached(after)));
        _inRange.AddRange(Flags(outcome.Images.eq(outcome.Images.clamp(Held(0), Held(1))).flatten(1).all(1)));
        _largest.AddRange(change.Linf);
        _lengths.AddRange(change.L2);
        _sums.AddRange(change.L1);
        _changed.AddRange(change.L0);
        _iterations.AddRange(outcome.Iterations);
        _seconds += attacked.Elapsed.TotalSeconds;
    }

    /// <summary>The row of the table.</summary>
    public AttackEvaluation ToEvaluation()
    {
        var open = _reachedBefore.Count(before => !before);
        var won = _reachedBefore.Zip(_reached).Count(pair => !pair.First && pair.Second);
        return new AttackEvaluation
        {
            Attack = attack.Name,
            Norm = attack.Norm,
            Epsilon = epsilon,
            Knowledge = knowledge,
            Count = _correct.Count,
            Correct = _correct.Count(one => one),
            SuccessRate = open > 0 ? (double)won / open : null,
            MeanLinf = _largest.Average(),
            MeanL2 = _lengths.Average(),
            MeanL1 = _sums.Average(),
            MeanL0 = _changed.Average(),
            MeanIterations = _iterations.Average(),
            Unclassified = _unclassified,
            ReplacedGradients = _replacedGradients,
            Seconds = _seconds,
        };
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
        var change = attack.Norm switch
        {
            PerturbationNorm.Linf => _largest[i],
            PerturbationNorm.L2 => _lengths[i],
            _ => _sums[i],
        };
        return !_correctBefore[i] || (!_correct[i] && _inRange[i] && change <= (budget.Pixels * (1 + Share)) + Slack);
    }

    public int Count => _correct.Count;

    // Logits that are no numbers name no class, so the image has not been turned.
    private static Tensor IsRight(Tensor logits, Tensor labels) =>
        logits.argmax(1).eq(labels).logical_or(AttackGoal.AreFinite(logits).logical_not());

    private static bool[] Flags(Tensor flags) => flags.cpu().data<bool>().ToArray();
}
