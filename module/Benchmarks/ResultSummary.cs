namespace Thesis.Engine.Benchmarks;

/// <summary>One line of a benchmark's table: a method on a dataset, its seeds averaged.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Method">The method.</param>
/// <param name="Parameters">The parameters, as canonical JSON.</param>
/// <param name="Group">The part of the data; empty for all.</param>
/// <param name="Runs">The runs, one a seed.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="Seconds">Mean elapsed seconds of those that did not.</param>
/// <param name="PeakMemoryMegabytes">The largest peak.</param>
/// <param name="Metrics">The mean of each metric, in the order of the file.</param>
public sealed record SummaryLine(
    string Dataset, string Method, string Parameters, string Group, int Runs, int Failures, double Seconds,
    double PeakMemoryMegabytes, IReadOnlyList<KeyValuePair<string, double>> Metrics);

/// <summary>Makes the table of methods x metrics from rows.</summary>
public static class ResultSummary
{
    /// <summary>The lines, in the order in which dataset, method and parameters first appear.</summary>
    public static IReadOnlyList<SummaryLine> Create(IEnumerable<ResultRow> rows) =>
    [
        .. rows.GroupBy(row => (row.Dataset, row.Method, row.Parameters, row.Group))
            .Select(group => Line(group.Key.Group, [.. group])),
    ];

    private static SummaryLine Line(string group, ResultRow[] rows)
    {
        var runs = rows.DistinctBy(row => row.RunId).ToArray();
        var succeeded = runs.Where(run => run.Status == ResultRow.Succeeded).ToArray();
        return new SummaryLine(
            rows[0].Dataset, rows[0].Method, rows[0].Parameters, group, runs.Length, runs.Length - succeeded.Length,
            succeeded.Select(run => run.ElapsedSeconds).DefaultIfEmpty(double.NaN).Average(),
            runs.Max(run => run.PeakMemoryMegabytes),
            [
                .. rows.Where(row => row.Value is not null).GroupBy(row => row.Metric)
                    .Select(metric => KeyValuePair.Create(metric.Key, metric.Average(row => row.Value!.Value))),
            ]);
    }
}
