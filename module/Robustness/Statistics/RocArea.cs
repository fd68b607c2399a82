using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The area under the ROC curve of a score that shall be larger for positives: the share of pairs of a positive and a
/// negative in the right order, ties one half. The variance is DeLong's (1988).
/// </summary>
/// <param name="Area">0 .. 1; one half is chance.</param>
/// <param name="Variance">DeLong's variance; none with fewer than two positives or two negatives.</param>
public readonly record struct RocArea(double Area, double? Variance)
{
    /// <summary>Measures scores. N log N in the number of scores.</summary>
    /// <param name="positives">The scores of what shall be found, one or more.</param>
    /// <param name="negatives">The scores of the rest, one or more.</param>
    /// <exception cref="InputException"><c>ScoreMissing</c>, <c>ScoreNotFinite</c>.</exception>
    public static RocArea Measure(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        var upper = Sorted(positives, "positive");
        var lower = Sorted(negatives, "negative");
        var belowPositives = PlacementsIn(lower, upper);
        var belowNegatives = PlacementsIn(upper, lower);
        var area = belowPositives.Average();
        double? variance = upper.Length > 1 && lower.Length > 1
            ? (SampleVariance(belowPositives) / upper.Length) + (SampleVariance(belowNegatives) / lower.Length)
            : null;
        return new RocArea(area, variance);
    }

    private static double[] Sorted(ReadOnlySpan<double> scores, string kind)
    {
        if (scores.IsEmpty)
        {
            throw new InputException("ScoreMissing", FaultKind.InvalidData, $"There is no score of a {kind}.");
        }

        for (var i = 0; i < scores.Length; i++)
        {
            if (double.IsFinite(scores[i])) continue;
            throw new InputException(
                "ScoreNotFinite", FaultKind.InvalidData, $"The score of {kind} {i} is {scores[i]}.", i);
        }

        var sorted = scores.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    // For each value, the share of the others below it, those equal to it one half. Both are sorted upwards.
    private static double[] PlacementsIn(double[] others, double[] values)
    {
        var placements = new double[values.Length];
        var (below, through) = (0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            while (below < others.Length && others[below] < values[i]) below++;
            while (through < others.Length && others[through] <= values[i]) through++;
            placements[i] = (below + through) / (2.0 * others.Length);
        }

        return placements;
    }

    private static double SampleVariance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }
}
