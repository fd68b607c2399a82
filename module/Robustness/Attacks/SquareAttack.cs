using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="SquareAttack"/>; the defaults are AutoAttack's.</summary>
public sealed record SquareOptions
{
    /// <summary>AutoAttack's number of queries.</summary>
    public const int DefaultQueries = 5000;

    /// <summary>The most queries for an image, 1 or more.</summary>
    public int Queries
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = DefaultQueries;

    /// <summary>The share of the pixels that the first square covers.</summary>
    public double InitialShare
    {
        get;
        init => field = OptionRange.Above(value, 0, 1);
    } = 0.8;
}

/// <summary>
/// Square in the maximum norm (Andriushchenko et al. 2020), a black-box random search: from stripes of +-epsilon it sets
/// squares to +-epsilon, smaller and smaller, and keeps what lowers the margin. It sees logits only, so a model whose
/// gradients mislead is no safer from it. An image that reaches the goal is left alone.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class SquareAttack(SquareOptions options) : IAdversarialAttack
{
    // The share of a square halves after these of 10,000 queries, in the paper's schedule.
    private static readonly int[] Halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

    /// <inheritdoc/>
    public string Name => "Square";

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.BlackBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.Linf;

    /// <inheritdoc/>
    public bool TakesEpsilon => true;

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(epsilons);
        return [.. epsilons.Select(epsilon => Search(classifier, batch, epsilon, context))];
    }

    /// <summary>The side of the squares of a query, in pixels.</summary>
    internal int Side(int query, int height, int width)
    {
        var place = (int)((double)query / options.Queries * 10_000);
        var share = options.InitialShare / (1 << Halvings.Count(halving => place > halving));
        return Math.Clamp((int)Math.Round(Math.Sqrt(share * height * width)), 1, Math.Min(height, width));
    }

    private AttackOutcome Search(ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0);
        var state = new SquareState(batch, epsilon.Value);
        for (var query = 0; query < options.Queries && state.Count > 0; query++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            var candidates = query == 0
                ? state.Stripes()
                : state.Squares(Side(query, (int)batch.Images.shape[2], (int)batch.Images.shape[3]));
            state.Take(candidates, InputGradient.Logits(classifier, candidates), outcome);
        }

        state.Finish(outcome);
        outcome.Images.MoveToOuterDisposeScope();
        return outcome;
    }
}
