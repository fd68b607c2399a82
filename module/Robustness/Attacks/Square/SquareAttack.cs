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

    /// <summary>The norm of the budget.</summary>
    public PerturbationNorm Norm { get; init; } = PerturbationNorm.Linf;

    /// <summary>
    /// Whether the sizes shrink by the share of the queries that are spent, as in the paper for 10,000; else by their number,
    /// as in AutoAttack.
    /// </summary>
    public bool RescalesSchedule { get; init; } = true;

    /// <summary>The share of the pixels that the first square covers.</summary>
    public double InitialShare
    {
        get;
        init => field = OptionRange.Above(value, 0, 1);
    } = 0.8;
}

/// <summary>
/// Square (Andriushchenko et al. 2020), a black-box random search: it changes squares, smaller and smaller, and keeps what
/// lowers the margin (<see cref="StripeMoves"/> in the maximum norm, <see cref="PeakMoves"/> in the others). It sees
/// logits only, so a model whose gradients mislead is no safer from it. An image that reaches the goal is left alone.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class SquareAttack(SquareOptions options)
    : BudgetAttack(NormSuffix.Append("Square", options.Norm), AttackAccess.BlackBox, options.Norm)
{
    // The share of a square halves after these of 10,000 queries, in the paper's schedule.
    private static readonly int[] Halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

    /// <inheritdoc/>
    public override object? Settings => options;

    /// <summary>The side of the squares of a query, in pixels.</summary>
    internal int Side(int query, int height, int width)
    {
        var place = options.RescalesSchedule ? (int)((double)query / options.Queries * 10_000) : query;
        var share = options.InitialShare / (1 << Halvings.Count(halving => place > halving));
        return Math.Clamp((int)Math.Round(Math.Sqrt(share * height * width)), 1, Math.Min(height, width));
    }

    private protected override AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)batch.Images.shape[2], (int)batch.Images.shape[3]);
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0);
        var state = new SquareState(batch, outcome, epsilon.Value, options.Norm);
        for (var query = 0; query < options.Queries && state.Count > 0; query++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            // AutoAttack counts its first squares from 0, after the points that it starts from.
            var candidates = query == 0 ? state.First() : state.Next(Side(query - 1, height, width));
            state.Take(candidates, InputGradient.Logits(classifier, state.Batch, candidates));
        }

        state.Finish();
        outcome.Images.MoveToOuterDisposeScope();
        return outcome;
    }
}
