using System.Diagnostics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What is evaluated.</summary>
public sealed record RobustnessEvaluationOptions
{
    /// <summary>The attacks, one or more; null for those of <see cref="AttackCatalogue.DefaultsFor"/>.</summary>
    public IReadOnlyList<IAdversarialAttack>? Attacks { get; init; }

    /// <summary>The settings of default attacks.</summary>
    public AttackSettings Settings { get; init; } = AttackSettings.Default;

    /// <summary>The budgets, one or more of each norm of which an attack takes one.</summary>
    public required AttackBudgets Budgets { get; init; }

    /// <summary>
    /// Whether each attack goes on from its largest budget to twice that, and so on, until no image is right or the budget is
    /// all that images can differ: a security curve up to where the accuracy is 0.
    /// </summary>
    public bool UntilZero { get; init; }

    /// <summary>Seed, batches, target.</summary>
    public AttackRunOptions Run { get; init; } = new();

    /// <summary>The file of another model, on which the examples are made that the model is judged by; null for the model.</summary>
    public string? SurrogatePath { get; init; }

    /// <summary>The file of a second classifier that looks at what turned the model; null for none.</summary>
    public string? WitnessPath { get; init; }

    /// <summary>Files of saved examples that are judged beside the attacks.</summary>
    public IReadOnlyList<string> ExamplePaths { get; init; } = [];

    /// <summary>
    /// Which model is judged, which tells what the maker of saved examples knew of it; null where nobody looked.
    /// </summary>
    public ModelIdentity? Model { get; init; }

    /// <summary>
    /// What tells the model, as it was read, from others: the classes of clean images are kept under it for the session's next
    /// evaluation, and their row says the seconds of the first. Null keeps none.
    /// </summary>
    public string? KeptAs { get; init; }
}

/// <summary>Who makes the examples, where that is not the model that is judged.</summary>
/// <param name="Crafting">The model that they are made on.</param>
/// <param name="Knowledge">What that says of the judged one.</param>
public sealed record Surrogate(ImageClassifier Crafting, AttackerKnowledge Knowledge);

/// <summary>Measures a model's accuracy on clean images, under attacks, and under the worst of them.</summary>
public static class RobustnessEvaluator
{
    // The share of the most that images can differ at which a curve begins that was given 0 alone: 8 in the maximum norm.
    private const double FirstOfCurve = 32;

    /// <summary>Evaluates; each row goes to <see cref="WorkContext.Verbose"/> as soon as it is known.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="images">The images, one or more.</param>
    /// <param name="options">Attacks and budgets.</param>
    /// <param name="context">Cancellation and progress.</param>
    /// <param name="surrogate">Makes the examples in the model's place.</param>
    /// <param name="second">A second classifier that looks at what turned the model.</param>
    /// <exception cref="InputException">
    /// <c>AttackMissing</c>, <c>EpsilonMissing</c>, <c>EpsilonOutOfRange</c>, <c>LogitsNotFinite</c>, and the faults of <see cref="AttackRunner"/>.
    /// </exception>
    public static RobustnessReport Evaluate(
        ImageClassifier classifier, LabelledImages images, RobustnessEvaluationOptions options, WorkContext context,
        Surrogate? surrogate = null, ImageClassifier? second = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var crafting = surrogate?.Crafting ?? classifier;
        var attacks = AttacksOn(crafting, options);
        Check(classifier, crafting, images, attacks, options);
        if (second is not null) ClassifierFit.Check(second, images);
        var witness = second is null ? null : new Witness(second);
        var saved = options.ExamplePaths.Select(path => SavedExamples.Read(path, images, context)).ToArray();
        var (clean, seen) = options.KeptAs is not { } model
            ? SeenClean(classifier, images, options.Run, context)
            : CleanFindings<(AttackEvaluation Row, IReadOnlyDictionary<int, int> Classes)>.Of(
                CleanKey.Of(model, images, options.Run, context), () => SeenClean(classifier, images, options.Run, context));
        var tallies = new List<ImageTally>();
        foreach (var attack in attacks)
        {
            if (!attack.TakesEpsilon) Measure(attack, null);
            var (left, largest) = (clean.Correct, 0.0);
            foreach (var epsilon in options.Budgets.For(attack))
            {
                var row = Measure(attack, epsilon);
                if (epsilon.Pixels >= largest) (left, largest) = (row.Correct, epsilon.Pixels);
            }

            if (!options.UntilZero || !attack.TakesEpsilon) continue;
            var most = AttackBudgets.Most(attack.Norm, images.Shape);
            while (left > 0 && largest < most)
            {
                largest = largest > 0 ? Math.Min(2 * largest, most) : most / FirstOfCurve;
                left = Measure(attack, new Epsilon(largest)).Correct;
            }
        }

        // Worst cases are of the images that all attacks have; saved examples may be of some.
        AttackEvaluation[] worst = [.. WorstCases(tallies)];
        foreach (var examples in saved) tallies.Add(Judge(classifier, images, examples, options, witness, context));
        return new RobustnessReport(clean, [.. tallies.Select(tally => tally.ToEvaluation())], worst);

        AttackEvaluation Measure(IAdversarialAttack attack, Epsilon? epsilon)
        {
            var knowledge = surrogate?.Knowledge ?? KnowledgeOf(attack);
            var tally = new ImageTally(
                attack, epsilon, knowledge, options.SurrogatePath, ExpectationOf(attack, crafting, knowledge, options.Run),
                JudgingOf(classifier, options.Run), witness, seen);
            AttackRunner.Run(
                crafting, images, attack, epsilon is { } one ? [one] : [], options.Run, context,
                batch => tally.Add(classifier, batch));
            tallies.Add(tally);
            var row = tally.ToEvaluation();
            Say(classifier, row, context);
            return row;
        }
    }

    private static ImageTally Judge(
        ImageClassifier classifier, LabelledImages images, SavedExamples examples, RobustnessEvaluationOptions options,
        Witness? witness, WorkContext context)
    {
        var origin = options.Model is null ? null : examples.Origin;
        var isOwn = origin is not null && options.Model!.KnownBy(origin.Crafting) == AttackerKnowledge.White;
        var tally = new ImageTally(
            examples, null, origin?.KnowledgeOf(options.Model!) ?? AttackerKnowledge.Unknown, isOwn ? null : origin?.Crafting.File,
            judgingDraws: JudgingOf(classifier, options.Run), witness: witness);
        foreach (var indices in examples.Indices.Chunk(options.Run.BatchSize))
        {
            context.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            var batch = AttackRunner.Load(classifier, images, indices, options.Run with { Target = null });
            tally.Add(classifier, new AttackedBatch(batch, examples.Run(classifier, batch, [], context), watch.Elapsed));
        }

        Say(classifier, tally.ToEvaluation(), context);
        return tally;
    }

    private static AttackerKnowledge KnowledgeOf(IAdversarialAttack attack) =>
        attack.Knowledge ?? (attack.Access == AttackAccess.WhiteBox ? AttackerKnowledge.White : AttackerKnowledge.Black);

    private static int ExpectationOf(
        IAdversarialAttack attack, ImageClassifier crafting, AttackerKnowledge knowledge, AttackRunOptions options) =>
        attack.NoiseDraws ?? (crafting.IsRandom && knowledge != AttackerKnowledge.Grey ? options.ExpectationDraws : 1);

    private static int JudgingOf(ImageClassifier classifier, AttackRunOptions options) => classifier.IsRandom ? options.JudgingDraws : 1;

    private static void Say(ImageClassifier classifier, AttackEvaluation row, WorkContext context)
    {
        context.Verbose?.Invoke(Sentence(row));
        if (row.Unclassified > 0) context.Warning?.Invoke(Unclassified(classifier, row));
    }

    /// <summary>The accuracy on the images as they are.</summary>
    public static AttackEvaluation Clean(
        ImageClassifier classifier, LabelledImages images, AttackRunOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        return SeenClean(classifier, images, options, context).Row;
    }

    // The row, and the class of each image by its index.
    private static (AttackEvaluation Row, IReadOnlyDictionary<int, int> Classes) SeenClean(
        ImageClassifier classifier, LabelledImages images, AttackRunOptions options, WorkContext context)
    {
        var chosen = ClassifierFit.Attacked(classifier, images, options.Target);
        var watch = Stopwatch.StartNew();
        var classes = new Dictionary<int, int>(chosen.Length);
        foreach (var indices in chosen.Chunk(options.BatchSize))
        {
            context.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var batch = AttackRunner.Load(classifier, images, indices, options with { Target = null });
            var logits = InputGradient.Judged(classifier, batch, batch.Images);
            ClassifierFit.RequireFinite(classifier, logits, indices);
            var found = logits.argmax(1).cpu().data<long>().ToArray();
            for (var row = 0; row < indices.Length; row++) classes.Add(indices[row], (int)found[row]);
        }

        var evaluation = new AttackEvaluation
        {
            Attack = AttackEvaluation.CleanName,
            JudgingDraws = JudgingOf(classifier, options),
            Count = chosen.Length,
            Correct = chosen.Count(index => classes[index] == images.Label(index)),
            Seconds = watch.Elapsed.TotalSeconds,
        };
        return (evaluation, classes);
    }

    private static IReadOnlyList<IAdversarialAttack> AttacksOn(
        ImageClassifier classifier, RobustnessEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return options.Attacks
            ?? [.. AttackCatalogue.DefaultsFor(classifier).Select(name => AttackCatalogue.Create(name, options.Settings))];
    }

    private static IEnumerable<AttackEvaluation> WorstCases(List<ImageTally> tallies)
    {
        foreach (var norm in Enum.GetValues<PerturbationNorm>())
        {
            var bounded = tallies.FindAll(tally => tally.Attack.Norm == norm);
            if (bounded.Select(tally => tally.Attack.Name).Distinct().Count() < 2) continue;
            var budgets = bounded.Where(tally => tally.Epsilon is not null).Select(tally => tally.Epsilon!.Value).Distinct();
            foreach (var budget in budgets.OrderBy(budget => budget.Pixels))
            {
                var count = bounded[0].Count;
                var correct = Enumerable.Range(0, count).Count(i => !bounded.Exists(tally => tally.Breaks(i, budget)));
                yield return new AttackEvaluation
                {
                    Attack = AttackEvaluation.WorstCaseName,
                    Norm = norm,
                    Epsilon = budget,
                    Count = count,
                    Correct = correct,
                };
            }
        }
    }

    private static void Check(
        ImageClassifier classifier, ImageClassifier crafting, LabelledImages images,
        IReadOnlyList<IAdversarialAttack> attacks, RobustnessEvaluationOptions options)
    {
        ClassifierFit.Check(classifier, images);
        ClassifierFit.Check(crafting, images);
        if (attacks.Count == 0 && options.ExamplePaths.Count == 0)
        {
            throw new InputException("AttackMissing", FaultKind.InvalidArgument, "No attack was given.");
        }

        foreach (var attack in attacks)
        {
            ClassifierFit.Check(crafting, attack);
            options.Budgets.For(attack, images.Shape);
        }
    }

    private static string Unclassified(ImageClassifier classifier, AttackEvaluation row) =>
        $"{row.Attack} {row.Epsilon}: '{classifier.Name}' gives {row.Unclassified} of {row.Count} attacked images a logit that is NaN "
        + "or infinite. They count as not turned, so the accuracy says less than it seems.";

    private static string Sentence(AttackEvaluation row) => FormattableString.Invariant(
        $"{row.Attack} {row.Epsilon}: accuracy {row.Accuracy:F4} of {row.Count} images, {row.Seconds:F1} s.");
}
