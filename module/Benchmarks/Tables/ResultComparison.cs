namespace Thesis.Engine.Benchmarks;

/// <summary>What became of a value between two results.</summary>
public enum ChangeKind
{
    /// <summary>The difference is within the intervals, or within the tolerance where there are none.</summary>
    Same,

    /// <summary>It is beyond them.</summary>
    Moved,

    /// <summary>Only the second has it.</summary>
    Added,

    /// <summary>Only the first has it.</summary>
    Removed,
}

/// <summary>A value of two results.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Before">The first; null where it is not there.</param>
/// <param name="After">The second; null where it is not there.</param>
public sealed record ValueChange(ChangeKind Kind, MeasuredValue? Before, MeasuredValue? After)
{
    /// <summary>The value, from either.</summary>
    public MeasuredValue Either => After ?? Before!;
}

/// <summary>Compares two results of a benchmark.</summary>
public static class ResultComparison
{
    /// <summary>
    /// The values of both. A value moved where the means differ by more than sqrt(h1^2 + h2^2) with the halves h of both 95 %
    /// intervals; without intervals, by more than the tolerance times the larger magnitude.
    /// </summary>
    /// <param name="before">The rows of the first results.csv.</param>
    /// <param name="after">Those of the second.</param>
    /// <param name="tolerance">The relative tolerance, 0 or more.</param>
    public static IReadOnlyList<ValueChange> Of(IReadOnlyList<ResultRow> before, IReadOnlyList<ResultRow> after, double tolerance)
    {
        var old = MeasuredValue.Of(before).Where(IsResult).ToDictionary(Key);
        var current = MeasuredValue.Of(after).Where(IsResult).ToArray();
        var seen = current.Select(Key).ToHashSet();
        return
        [
            .. current.Select(value => old.TryGetValue(Key(value), out var was)
                ? new ValueChange(Moved(was, value, tolerance) ? ChangeKind.Moved : ChangeKind.Same, was, value)
                : new ValueChange(ChangeKind.Added, null, value)),
            .. old.Where(pair => !seen.Contains(pair.Key)).Select(pair => new ValueChange(ChangeKind.Removed, pair.Value, null)),
        ];
    }

    // Seconds are the machine's.
    private static bool IsResult(MeasuredValue value) => !value.Metric.StartsWith(MeasuredValue.Seconds, StringComparison.Ordinal);

    private static (string Dataset, string Method, string Parameters, string Group, string Metric) Key(MeasuredValue value) =>
        (value.Dataset, value.Method, value.Parameters, value.Group, value.Metric);

    private static bool Moved(MeasuredValue was, MeasuredValue now, double tolerance)
    {
        // No difference of a value that is no number is above any bound.
        if (!double.IsFinite(was.Mean) || !double.IsFinite(now.Mean)) return !was.Mean.Equals(now.Mean);
        var difference = Math.Abs(now.Mean - was.Mean);
        var bound = Half(was) is { } first && Half(now) is { } second
            ? Math.Sqrt((first * first) + (second * second))
            : tolerance * Math.Max(Math.Abs(was.Mean), Math.Abs(now.Mean));
        return difference > bound;
    }

    private static double? Half(MeasuredValue value) => value is { Low: { } low, High: { } high } ? (high - low) / 2 : null;
}
