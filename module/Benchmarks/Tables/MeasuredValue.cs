using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Thesis.Engine.Benchmarks;

/// <summary>A metric of a method on a dataset, over the seeds.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Method">The method.</param>
/// <param name="Parameters">The parameters, as canonical JSON.</param>
/// <param name="Group">The part of the data; empty for all.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Unit">Its unit.</param>
public sealed record MeasuredValue(string Dataset, string Method, string Parameters, string Group, string Metric, string Unit)
{
    /// <summary>The pseudo-metric of a run's elapsed seconds.</summary>
    public const string Seconds = "seconds";

    private const double Level = 0.95;
    private const string Lower = "_lower";
    private const string Upper = "_upper";

    /// <summary>The cmdlet's method.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The items that each value is over.</summary>
    public required long Count { get; init; }

    /// <summary>The seeds.</summary>
    public required int Seeds { get; init; }

    /// <summary>The mean over the seeds.</summary>
    public required double Mean { get; init; }

    /// <summary>The standard deviation over the seeds; null for one.</summary>
    public double? Deviation { get; init; }

    /// <summary>
    /// The lower end of the 95 % interval: of the mean over the seeds, by Student's t; for one seed that which the run gave itself
    /// (METRIC_lower, METRIC_upper); else null.
    /// </summary>
    public double? Low { get; init; }

    /// <summary>Its upper end.</summary>
    public double? High { get; init; }

    /// <summary>The values of runs that succeeded, in the order in which dataset, method, parameters, group and metric first appear.</summary>
    public static IReadOnlyList<MeasuredValue> Of(IReadOnlyList<ResultRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var whole = rows.Where(row => row is { Status: ResultRow.Succeeded, Value: not null }).ToArray();
        var bounds = whole.GroupBy(Key).ToDictionary(group => group.Key, group => group.ToArray());
        var times = whole.DistinctBy(row => row.RunId).Select(row => row with
        {
            Metric = Seconds, Unit = "s", Group = "", Value = row.ElapsedSeconds,
        });
        return
        [
            .. whole.Concat(times).Where(row => !IsBound(row, bounds)).GroupBy(Key).Select(group => Of([.. group], bounds)),
        ];
    }

    private static MeasuredValue Of(ResultRow[] seeds, Dictionary<object, ResultRow[]> all)
    {
        var (first, values) = (seeds[0], seeds.Select(row => row.Value!.Value).ToArray());
        var value = new MeasuredValue(first.Dataset, first.Method, first.Parameters, first.Group, first.Metric, first.Unit)
        {
            Algorithm = first.Algorithm, Count = first.Count, Seeds = values.Length, Mean = values.Mean(),
        };
        if (values.Length == 1)
        {
            return value with { Low = Bound(Lower), High = Bound(Upper) };
        }

        var deviation = values.StandardDeviation();
        var half = StudentT.InvCDF(0, 1, values.Length - 1, (1 + Level) / 2) * deviation / Math.Sqrt(values.Length);
        return value with { Deviation = deviation, Low = value.Mean - half, High = value.Mean + half };

        double? Bound(string suffix) =>
            all.TryGetValue(Key(first with { Metric = first.Metric + suffix }), out var found) ? found[0].Value : null;
    }

    private static bool IsBound(ResultRow row, Dictionary<object, ResultRow[]> all) =>
        ((string[])[Lower, Upper]).Any(suffix => row.Metric.EndsWith(suffix, StringComparison.Ordinal)
            && all.ContainsKey(Key(row with { Metric = row.Metric[..^suffix.Length] })));

    private static object Key(ResultRow row) => (row.Dataset, row.Method, row.Parameters, row.Group, row.Metric);
}
