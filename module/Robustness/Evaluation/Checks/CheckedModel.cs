using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A model under check, its images, and what the attacks that were run so far turned.</summary>
internal sealed class CheckedModel(
    ImageClassifier classifier, LabelledImages images, GradientMaskingOptions options, WorkContext context)
{
    // Two attacks differ only when more than this share of the images do, and more than one image.
    private const double SlackShare = 0.02;

    private readonly Dictionary<(string Attack, Epsilon Epsilon), bool[]> _known = [];

    public ImageClassifier Classifier => classifier;

    public GradientMaskingOptions Options => options;

    /// <summary>The budgets, in rising order.</summary>
    public Epsilon[] Epsilons { get; } = [.. options.Epsilons.OrderBy(epsilon => epsilon.Pixels)];

    /// <summary>The number of images.</summary>
    public int Count => images.Count;

    /// <summary>The images by which two attacks may differ by chance.</summary>
    public int Slack => Math.Max(1, (int)(SlackShare * images.Count));

    /// <summary>Which images the model gets right as they are.</summary>
    public bool[] Clean => _clean ??= [.. EachBatch(batch =>
        batch.Goal.Reached(InputGradient.Judged(classifier, batch, batch.Images)).logical_not().cpu().data<bool>().ToArray())];

    private bool[]? _clean;

    /// <summary>Which images the model gets right after an attack; each attack and budget is run once.</summary>
    /// <param name="attack">The attack and the name that tells it from the others.</param>
    /// <param name="epsilon">The budget.</param>
    public bool[] Right(CheckAttack attack, Epsilon epsilon)
    {
        if (_known.TryGetValue((attack.Label, epsilon), out var known)) return known;
        var right = new List<bool>();
        AttackRunner.Run(
            classifier, images, attack.Attack, [epsilon], options.Run, context with { Warning = null }, attacked =>
            {
                using var scope = NewDisposeScope();
                var logits = InputGradient.Judged(classifier, attacked.Batch, attacked.Outcomes[0].Images);
                right.AddRange(attacked.Batch.Goal.Reached(logits).logical_not().cpu().data<bool>().ToArray());
            });
        return _known[(attack.Label, epsilon)] = [.. right];
    }

    /// <summary>How many images are right at each budget under the worst of some attacks.</summary>
    public int[] Left(IReadOnlyList<CheckAttack> attacks) => Array.ConvertAll(Epsilons, epsilon =>
    {
        var found = attacks.Select(attack => Right(attack, epsilon)).ToArray();
        return Enumerable.Range(0, Count).Count(i => Array.TrueForAll(found, right => right[i]));
    });

    /// <summary>What <paramref name="visit"/> gives for each batch, in order.</summary>
    public List<T> EachBatch<T>(Func<AttackBatch, T[]> visit)
    {
        var found = new List<T>();
        foreach (var indices in Enumerable.Range(0, images.Count).Chunk(options.Run.BatchSize))
        {
            context.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            using var none = no_grad();
            found.AddRange(visit(AttackRunner.Load(classifier, images, indices, options.Run with { Target = null })));
        }

        return found;
    }

    /// <summary>A share of the images, as evidence has it.</summary>
    public string Share(int count) => FormattableString.Invariant($"{(double)count / Count:F3}");

    /// <summary>Shares at the budgets.</summary>
    public string List(int[] counts) =>
        string.Join(", ", Epsilons.Zip(counts).Select(pair => $"{Share(pair.Second)} at {pair.First}"));
}

/// <summary>An attack of the checks.</summary>
/// <param name="Label">Its name in evidence, which tells it from every other.</param>
/// <param name="Attack">The attack.</param>
internal sealed record CheckAttack(string Label, IAdversarialAttack Attack);
