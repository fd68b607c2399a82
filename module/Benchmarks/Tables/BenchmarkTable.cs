namespace Thesis.Engine.Benchmarks;

/// <summary>A cell of a table: what was measured, and what is published.</summary>
/// <param name="Measured">Ours.</param>
/// <param name="Published">Theirs; null where nothing is printed.</param>
public sealed record TableCell(MeasuredValue Measured, PublishedValue? Published);

/// <summary>Two methods whose published order is reversed here.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Group">The part of the data; empty for all.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Above">Of the published values the larger one's cell.</param>
/// <param name="Below">The smaller one's.</param>
public sealed record BrokenOrder(string Dataset, string Group, string Metric, TableCell Above, TableCell Below)
{
    /// <summary>
    /// Whether the difference of ours may be chance: the 95 % intervals of both meet. Null where one has no interval.
    /// </summary>
    public bool? IsWithinInterval => Above.Measured is { Low: not null, High: { } high } && Below.Measured is { Low: { } low, High: not null }
        ? high >= low
        : null;
}

/// <summary>The results of a benchmark beside published values.</summary>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Reference">The published table; null for none.</param>
/// <param name="Cells">All cells, in the order of the results.</param>
public sealed record BenchmarkTable(string Benchmark, PublishedTable? Reference, IReadOnlyList<TableCell> Cells)
{
    // Of these a smaller value is the better one.
    private static readonly string[] SmallerIsBetter = ["seconds", "rmse", "mse", "frechet", "aapm", "mean_l", "residual"];

    /// <summary>The published pairs that were measured here, too.</summary>
    public int OrderCount { get; private init; }

    /// <summary>Those of them whose order is reversed here; equal values are not.</summary>
    public IReadOnlyList<BrokenOrder> BrokenOrders { get; private init; } = [];

    /// <summary>Puts results and published values together.</summary>
    /// <param name="rows">The rows of a results.csv.</param>
    /// <param name="reference">The published table.</param>
    /// <param name="metrics">
    /// The metrics to show, with wildcards; none for those that are published, or, where none is, for all but the seconds.
    /// </param>
    public static BenchmarkTable Of(IReadOnlyList<ResultRow> rows, PublishedTable? reference, IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(metrics);
        var all = MeasuredValue.Of(rows);
        var published = reference?.Values.Select(value => value.Metric).ToHashSet(StringComparer.Ordinal) ?? [];
        if (!all.Any(value => published.Contains(value.Metric))) published.Clear();
        var shown = all.Where(value => metrics.Count > 0
            ? metrics.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, value.Metric))
            : published.Count > 0 ? published.Contains(value.Metric) : value.Metric != MeasuredValue.Seconds).ToArray();

        // Of a grid the published value is the best point's: its thresholds are an oracle's, too.
        var best = shown.Where(value => double.IsFinite(value.Mean)).GroupBy(value => (value.Dataset, value.Method, value.Group, value.Metric))
            .ToDictionary(grid => grid.Key, grid => IsSmallerBetter(grid.Key.Metric) ? grid.MinBy(v => v.Mean)! : grid.MaxBy(v => v.Mean)!);
        TableCell[] cells =
        [
            .. shown.Select(value => new TableCell(
                value,
                ReferenceEquals(best.GetValueOrDefault((value.Dataset, value.Method, value.Group, value.Metric)), value)
                    ? reference?.Find(value.Dataset, value.Method, value.Group, value.Metric)
                    : null)),
        ];
        var (count, broken) = Orders(cells);
        return new BenchmarkTable(rows.Count > 0 ? rows[0].Benchmark : "", reference, cells) { OrderCount = count, BrokenOrders = broken };
    }

    /// <summary>Whether of a metric's values the smaller is the better.</summary>
    public static bool IsSmallerBetter(string metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return Array.Exists(SmallerIsBetter, prefix => metric.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static (int Count, List<BrokenOrder> Broken) Orders(TableCell[] cells)
    {
        var (count, broken) = (0, new List<BrokenOrder>());
        foreach (var column in cells.Where(cell => cell.Published is not null)
            .GroupBy(cell => (cell.Measured.Dataset, cell.Measured.Group, cell.Measured.Metric)))
        {
            var methods = column.ToArray();
            for (var i = 0; i < methods.Length; i++)
            {
                for (var j = i + 1; j < methods.Length; j++)
                {
                    var order = methods[i].Published!.Value.CompareTo(methods[j].Published!.Value);
                    if (order == 0) continue;
                    count++;
                    var (above, below) = order > 0 ? (methods[i], methods[j]) : (methods[j], methods[i]);
                    if (above.Measured.Mean >= below.Measured.Mean) continue;
                    broken.Add(new BrokenOrder(column.Key.Dataset, column.Key.Group, column.Key.Metric, above, below));
                }
            }
        }

        return (count, broken);
    }
}
