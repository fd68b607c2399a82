using System.Diagnostics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What is evaluated.</summary>
public sealed record RobustnessEvaluationOptions
{
    /// <summary>The attacks, one or more.</summary>
    public required IReadOnlyList<IAdversarialAttack> Attacks { get; init; }

    /// <summary>The budgets, one or more where an attack takes one.</summary>
    public required IReadOnlyList<Epsilon> Epsilons { get; init; }

    /// <summary>Seed, batches, target.</summary>
    public AttackRunOptions Run { get; init; } = new();
}

/// <summary>Measures a model's accuracy on clean images, under attacks, and under the worst of them.</summary>
public static class RobustnessEvaluator
{
    /// <summary>Evaluates; each row goes to <see cref="WorkContext.Verbose"/> as soon as it is known.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="images">The images, one or more.</param>
    /// <param name="options">Attacks and budgets.</param>
    /// <param name="context">Cancellation and progress.</param>
    /// <exception cref="InputException">
    /// <c>AttackMissing</c>, <c>EpsilonMissing</c>, <c>LogitsNotFinite</c>, and the faults of <see cref="AttackRunner"/>.
    /// </exception>
    public static RobustnessReport Evaluate(
        ImageClassifier classifier, LabelledImages images, RobustnessEvaluationOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        Check(classifier, images, options);
        var clean = Clean(classifier, images, options.Run, context);
        var tallies = new List<ImageTally>();
        foreach (var (attack, epsilon) in Plan(options))
        {
            var tally = new ImageTally(attack, epsilon);
            AttackRunner.Run(
                classifier, images, attack, epsilon is { } one ? [one] : [], options.Run, context,
                batch => tally.Add(classifier, batch));
            tallies.Add(tally);
            context.Verbose?.Invoke(Sentence(tally.ToEvaluation()));
        }

        return new RobustnessReport(
            clean, [.. tallies.Select(tally => tally.ToEvaluation())], [.. WorstCases(tallies)]);
    }

    /// <summary>The accuracy on the images as they are.</summary>
    public static AttackEvaluation Clean(
        ImageClassifier classifier, LabelledImages images, AttackRunOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var chosen = ClassifierFit.Attacked(classifier, images, options.Target);
        var watch = Stopwatch.StartNew();
        var correct = 0;
        foreach (var indices in chosen.Chunk(options.BatchSize))
        {
            context.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var batch = AttackRunner.Load(classifier, images, indices, options with { Target = null });
            var logits = InputGradient.Logits(classifier, batch.Images);
            ClassifierFit.RequireFinite(classifier, logits, indices);
            correct += indices.Length - (int)batch.Goal.Reached(logits).sum().item<long>();
        }

        return new AttackEvaluation
        {
            Attack = AttackEvaluation.CleanName,
            Count = chosen.Length,
            Correct = correct,
            Seconds = watch.Elapsed.TotalSeconds,
        };
    }

    private static IEnumerable<(IAdversarialAttack Attack, Epsilon? Epsilon)> Plan(RobustnessEvaluationOptions options) =>
        options.Attacks.SelectMany(attack => attack.TakesEpsilon
            ? options.Epsilons.Select(epsilon => (attack, (Epsilon?)epsilon))
            : [(attack, null)]);

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

    private static void Check(ImageClassifier classifier, LabelledImages images, RobustnessEvaluationOptions options)
    {
        ClassifierFit.Check(classifier, images);
        if (options.Attacks.Count == 0) throw Missing("AttackMissing", "No attack was given.");
        if (options.Epsilons.Count == 0 && options.Attacks.Any(attack => attack.TakesEpsilon))
        {
            throw Missing("EpsilonMissing", "The attacks need an epsilon, such as 8.");
        }

        foreach (var attack in options.Attacks) ClassifierFit.Check(classifier, attack);
    }

    private static InputException Missing(string id, string message) => new(id, FaultKind.InvalidArgument, message);

    private static string Sentence(AttackEvaluation row) => FormattableString.Invariant(
        $"{row.Attack} {row.Epsilon}: accuracy {row.Accuracy:F4} of {row.Count} images, {row.Seconds:F1} s.");
}
