using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Whether one method differs from another on the same images: Wilcoxon's signed rank test (1945), two-sided, and an interval
/// of the mean difference by the bootstrap.
/// <code>
/// d_i = a_i - b_i, those of 0 left out;   W = the smaller of the sums of the ranks of |d_i| of both signs
/// p   = the share of all 2^n choices of signs whose W is not larger (n at most 50; ranks of equal |d| are their mean)
///     = by the normal distribution for larger n: mean n (n + 1) / 4, variance n (n + 1)(2 n + 1) / 24 - sum (t^3 - t) / 48
/// </code>
/// with t the sizes of the groups of equal |d|, and no correction for continuity. The interval holds the middle 95 % of the
/// means of n differences, 0 among them, drawn with replacement.
/// </summary>
/// <param name="Count">Pairs.</param>
/// <param name="MeanDifference">The mean of a - b.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="Statistic">W.</param>
/// <param name="Probability">p; 1 where all pairs are equal.</param>
/// <param name="Higher">Pairs with a above b.</param>
/// <param name="Lower">Pairs with a below b.</param>
public sealed record PairedTest(
    int Count, double MeanDifference, double Low, double High, double Statistic, double Probability, int Higher, int Lower)
{
    /// <summary>Means that the bootstrap draws.</summary>
    public const int Draws = 9999;

    // Beyond it the counts of choices are no longer exact in double, and the normal distribution is good.
    private const int MostExact = 50;

    /// <summary>Tests pairs.</summary>
    /// <param name="first">a.</param>
    /// <param name="second">b, pair by pair.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <exception cref="ArgumentException">No pairs, or not as many of one as of the other.</exception>
    public static PairedTest Of(IReadOnlyList<double> first, IReadOnlyList<double> second, long seed)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Count == 0) throw new ArgumentException("The values are no pairs.");
        double[] differences = [.. first.Zip(second, (a, b) => a - b)];
        var (statistic, probability) = Wilcoxon([.. differences.Where(difference => difference != 0)]);
        var (low, high) = Interval(differences, seed);
        return new PairedTest(
            differences.Length, differences.Average(), low, high, statistic, probability,
            differences.Count(difference => difference > 0), differences.Count(difference => difference < 0));
    }

    private static (double Statistic, double Probability) Wilcoxon(double[] differences)
    {
        if (differences.Length == 0) return (0, 1);
        var (ranks, ties) = Ranks(Array.ConvertAll(differences, Math.Abs));
        var positive = ranks.Where((_, i) => differences[i] > 0).Sum();
        var n = (double)differences.Length;
        var statistic = Math.Min(positive, (n * (n + 1) / 2) - positive);
        if (differences.Length <= MostExact) return (statistic, Exact(ranks, statistic));
        var variance = (n * (n + 1) * ((2 * n) + 1) / 24) - (ties / 48);
        var z = (statistic - (n * (n + 1) / 4)) / Math.Sqrt(variance);
        return (statistic, Math.Min(1, 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, z)));
    }

    // Ranks from 1, and the sum of t^3 - t.
    private static (double[] Ranks, double Ties) Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var (ranks, ties) = (new double[values.Length], 0.0);
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && values[order[end]] == values[order[first]]) end++;
            for (var k = first; k < end; k++) ranks[order[k]] = 0.5 * (first + 1 + end);
            var size = (double)(end - first);
            ties += (size * size * size) - size;
            first = end;
        }

        return (ranks, ties);
    }

    // Choices of signs by the sum of the positive ranks, doubled so that it is whole.
    private static double Exact(double[] ranks, double statistic)
    {
        var total = (int)Math.Round(2 * ranks.Sum());
        var choices = new double[total + 1];
        choices[0] = 1;
        var reached = 0;
        foreach (var rank in ranks)
        {
            var step = (int)Math.Round(2 * rank);
            reached += step;
            for (var sum = reached; sum >= step; sum--) choices[sum] += choices[sum - step];
        }

        var least = (int)Math.Round(2 * statistic);
        var extreme = choices.Take(least + 1).Sum() * 2;
        return Math.Min(1, extreme / Math.Pow(2, ranks.Length));
    }

    private static (double Low, double High) Interval(double[] differences, long seed)
    {
        var random = new SeededRandom(seed);
        var means = new double[Draws];
        for (var draw = 0; draw < means.Length; draw++)
        {
            var sum = 0.0;
            for (var i = 0; i < differences.Length; i++) sum += differences[(int)(random.NextDouble() * differences.Length)];
            means[draw] = sum / differences.Length;
        }

        return (Percentile.Of(means, 2.5), Percentile.Of(means, 97.5));
    }
}
