using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>How the checks are run.</summary>
public sealed record GradientMaskingOptions
{
    /// <summary>Budgets, in rising order, at which attacks are compared.</summary>
    public IReadOnlyList<Epsilon> Epsilons { get; init; } = [new(8), new(25), new(75)];

    /// <summary>Steps of PGD and APGD.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = 40;

    /// <summary>Queries of Square.</summary>
    public int Queries
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = 500;

    /// <summary>Seed and batches.</summary>
    public AttackRunOptions Run { get; init; } = new();
}

/// <summary>
/// Whether a model only looks robust because its gradients mislead (after Athalye et al. 2018 and Carlini et al. 2019): a
/// sound evaluation passes all. A failed check says that the attacks, and not the model, set the accuracy.
/// </summary>
public sealed class GradientMaskingChecks
{
    // Two attacks differ only when this many images do.
    private const int Slack = 2;
    private const double MostZeroGradients = 0.01;
    private const double MostSurvivors = 0.01;

    // Half of the range: any image can become grey, so nothing can stay right.
    private static readonly Epsilon HalfRange = new(128);

    private readonly ImageClassifier _classifier;
    private readonly LabelledImages _images;
    private readonly GradientMaskingOptions _options;
    private readonly WorkContext _context;
    private readonly Dictionary<(string Attack, Epsilon Epsilon), int> _known = [];

    private GradientMaskingChecks(
        ImageClassifier classifier, LabelledImages images, GradientMaskingOptions options, WorkContext context) =>
        (_classifier, _images, _options, _context) = (classifier, images, options, context);

    /// <summary>Runs all checks.</summary>
    /// <param name="classifier">The model; it must give gradients.</param>
    /// <param name="images">The images; a hundred will do.</param>
    /// <param name="options">Budgets and steps.</param>
    /// <param name="context">Cancellation and progress.</param>
    /// <exception cref="InputException">
    /// <c>GradientsNotAvailable</c>, <c>EpsilonMissing</c>, and the faults of <see cref="AttackRunner"/>.
    /// </exception>
    public static IReadOnlyList<GradientMaskingCheck> Run(
        ImageClassifier classifier, LabelledImages images, GradientMaskingOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        ClassifierFit.Check(classifier, images);
        ClassifierFit.RequireGradients(classifier, "The checks need");
        var epsilons = options.Epsilons.Where(epsilon => epsilon.Pixels > 0).Distinct()
            .OrderBy(epsilon => epsilon.Pixels).ToArray();
        if (epsilons.Length == 0)
        {
            throw new InputException(
                "EpsilonMissing", FaultKind.InvalidArgument, "The checks need an epsilon above 0, such as 8.");
        }

        return new GradientMaskingChecks(classifier, images, options with { Epsilons = epsilons }, context).Run();
    }

    private GradientMaskingCheck[] Run() =>
    [
        EpsilonZeroIsClean(),
        AccuracyFallsWithEpsilon(),
        AccuracyReachesZero(),
        Compare("IterativeBeatsSingleStep", Projected, new FastGradientSignAttack()),
        Compare("WhiteBoxBeatsBlackBox", Projected, Square),
        Compare("GradientBeatsNoise", Projected, new RandomSignAttack()),
        LogitsAreDeterministic(),
        GradientsAreNotZero(),
        SoftmaxIsNotSaturated(),
    ];

    private ProjectedGradientAttack Projected => new(new ProjectedGradientOptions { Steps = _options.Steps });

    private SquareAttack Square => new(new SquareOptions { Queries = _options.Queries });

    private AutoProjectedGradientAttack Apgd(AutoAttackLoss loss) =>
        new(new AutoProjectedGradientOptions { Loss = loss, Steps = _options.Steps });

    private GradientMaskingCheck EpsilonZeroIsClean()
    {
        var clean = RobustnessEvaluator.Clean(_classifier, _images, _options.Run, _context).Correct;
        IAdversarialAttack[] attacks =
        [
            new RandomSignAttack(), new FastGradientSignAttack(), Projected, Apgd(AutoAttackLoss.CrossEntropy),
            new SquareAttack(new SquareOptions { Queries = 2 }),
        ];
        var found = attacks.Select(attack => (attack.Name, Correct: Correct(attack, new Epsilon(0)))).ToArray();
        return new GradientMaskingCheck(
            nameof(EpsilonZeroIsClean), Array.TrueForAll(found, one => one.Correct == clean),
            $"Clean {Share(clean)}; epsilon 0: {string.Join(", ", found.Select(one => $"{one.Name} {Share(one.Correct)}"))}.");
    }

    private GradientMaskingCheck AccuracyFallsWithEpsilon()
    {
        var found = _options.Epsilons.Select(epsilon => Correct(Projected, epsilon)).ToArray();
        var falls = found.Zip(found.Skip(1)).All(pair => pair.Second <= pair.First + Slack);
        return new GradientMaskingCheck(nameof(AccuracyFallsWithEpsilon), falls, $"PGD: {List(found)}.");
    }

    private GradientMaskingCheck AccuracyReachesZero()
    {
        var left = Correct(Projected, HalfRange);
        return new GradientMaskingCheck(
            nameof(AccuracyReachesZero), left <= MostSurvivors * _images.Count,
            $"PGD at epsilon {HalfRange}, where every image can become grey: {Share(left)}.");
    }

    private GradientMaskingCheck Compare(string name, IAdversarialAttack stronger, IAdversarialAttack weaker)
    {
        var first = _options.Epsilons.Select(epsilon => Correct(stronger, epsilon)).ToArray();
        var second = _options.Epsilons.Select(epsilon => Correct(weaker, epsilon)).ToArray();
        return new GradientMaskingCheck(
            name, first.Zip(second).All(pair => pair.First <= pair.Second + Slack),
            $"{stronger.Name}: {List(first)}; {weaker.Name}: {List(second)}.");
    }

    private GradientMaskingCheck LogitsAreDeterministic()
    {
        var largest = 0.0;
        ForEachBatch(batch =>
        {
            var difference = _classifier.Logits(batch.Images) - _classifier.Logits(batch.Images);
            largest = Math.Max(largest, difference.abs().max().to(ScalarType.Float64).item<double>());
        });
        return new GradientMaskingCheck(
            nameof(LogitsAreDeterministic), largest == 0,
            largest == 0
                ? "Two passes over the same images gave the same logits."
                : FormattableString.Invariant(
                    $"Two passes over the same images differ by up to {largest:G3}: average gradients over draws (EOT)."));
    }

    private GradientMaskingCheck GradientsAreNotZero()
    {
        var zero = 0L;
        ForEachBatch(batch =>
        {
            var gradient = InputGradient.Of(_classifier, batch, batch.Images, batch.Goal.CrossEntropy).Gradient;
            zero += gradient.flatten(1).ne(Held(0)).any(1).logical_not().sum().item<long>();
        });
        return new GradientMaskingCheck(
            nameof(GradientsAreNotZero), zero <= MostZeroGradients * _images.Count,
            $"{zero} of {_images.Count} images have a gradient of the cross entropy that is zero everywhere.");
    }

    private GradientMaskingCheck SoftmaxIsNotSaturated()
    {
        var saturated = 0L;
        ForEachBatch(batch =>
        {
            var largest = _classifier.Logits(batch.Images).softmax(1).amax([1L]);
            saturated += largest.eq(Held(1)).sum().item<long>();
        });
        var crossEntropy = _options.Epsilons.Select(epsilon => Correct(Apgd(AutoAttackLoss.CrossEntropy), epsilon)).ToArray();
        if (_classifier.ClassCount < 3)
        {
            return new GradientMaskingCheck(
                nameof(SoftmaxIsNotSaturated), saturated == 0, $"{saturated} of {_images.Count} images have a softmax of 1.");
        }

        // A flat softmax hides the cross entropy's gradient, and not that of a ratio of logits.
        var ratio = _options.Epsilons.Select(epsilon => Correct(Apgd(AutoAttackLoss.LogitsRatio), epsilon)).ToArray();
        return new GradientMaskingCheck(
            nameof(SoftmaxIsNotSaturated), saturated == 0 || crossEntropy.Zip(ratio).All(pair => pair.First <= pair.Second + Slack),
            $"{saturated} of {_images.Count} images have a softmax of 1; APGD-CE: {List(crossEntropy)}; APGD-DLR: {List(ratio)}.");
    }

    private int Correct(IAdversarialAttack attack, Epsilon epsilon)
    {
        if (_known.TryGetValue((attack.Name, epsilon), out var known)) return known;
        var tally = new ImageTally(attack, epsilon);
        AttackRunner.Run(
            _classifier, _images, attack, [epsilon], _options.Run, _context, batch => tally.Add(_classifier, batch));
        return _known[(attack.Name, epsilon)] = tally.ToEvaluation().Correct;
    }

    private void ForEachBatch(Action<AttackBatch> visit)
    {
        foreach (var indices in Enumerable.Range(0, _images.Count).Chunk(_options.Run.BatchSize))
        {
            _context.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            using var none = no_grad();
            visit(AttackRunner.Load(_classifier, _images, indices, _options.Run));
        }
    }

    private string List(int[] correct) =>
        string.Join(", ", _options.Epsilons.Zip(correct).Select(pair => $"{Share(pair.Second)} at {pair.First}"));

    private string Share(int correct) => FormattableString.Invariant($"{(double)correct / _images.Count:F3}");
}
