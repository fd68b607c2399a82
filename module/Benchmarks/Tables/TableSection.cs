using System.Globalization;
using System.Text;

namespace Thesis.Engine.Benchmarks;

/// <summary>A part of a table that is drawn as one: methods down; across the metrics, or the parts of the data by one metric.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Metric">The metric; empty where the columns are metrics.</param>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">The method, with its parameters where a method has several, and its cells; null where there is none.</param>
internal sealed record TableSection(
    string Dataset, string Metric, IReadOnlyList<string> Columns, IReadOnlyList<(string Name, TableCell?[] Cells)> Rows)
{
    /// <summary>What all of the data is called among its parts.</summary>
    private const string Whole = "all";

    /// <summary>The sections of a table, in the order of its cells.</summary>
    public static IEnumerable<TableSection> Of(BenchmarkTable table)
    {
        foreach (var dataset in table.Cells.GroupBy(cell => cell.Measured.Dataset))
        {
            TableCell[] cells = [.. dataset];
            if (cells.All(cell => cell.Measured.Group.Length == 0))
            {
                yield return Of(dataset.Key, "", cells, cell => cell.Measured.Metric);
                continue;
            }

            foreach (var metric in cells.GroupBy(cell => cell.Measured.Metric))
            {
                yield return Of(dataset.Key, metric.Key, [.. metric], cell => cell.Measured.Group.Length == 0 ? Whole : cell.Measured.Group);
            }
        }
    }

    /// <summary>The dataset, and the metric where all columns are of one.</summary>
    public string Title => Metric.Length == 0 ? Dataset : $"{Dataset}, {Metric}";

    /// <summary>What the values are over, and what is to be known before they are compared.</summary>
    public string Provenance(BenchmarkTable table)
    {
        var measured = Rows.SelectMany(row => row.Cells).OfType<TableCell>().Select(cell => cell.Measured).ToArray();
        var said = new StringBuilder();
        said.Append(CultureInfo.InvariantCulture, $"n {Range(measured.Select(value => value.Count))}, seeds {Range(measured.Select(value => (long)value.Seeds))}");
        if (Dataset.EndsWith("-synthetic", StringComparison.Ordinal)) said.Append(", generated data in place of the real");
        if (table.Benchmark.Contains("-reduced", StringComparison.Ordinal)) said.Append(", reduced");
        if (table.Reference is { } reference && Rows.SelectMany(row => row.Cells).FirstOrDefault(cell => cell?.Published is not null)?.Published is { } published)
        {
            said.Append(CultureInfo.InvariantCulture, $"; in brackets Table {reference.Table}");
            if (reference.Page.Length > 0) said.Append(CultureInfo.InvariantCulture, $", page {reference.Page}");
            if (!Dataset.StartsWith(published.Dataset, StringComparison.Ordinal)) said.Append(CultureInfo.InvariantCulture, $", which is of {published.Dataset}");
        }

        return said.ToString();
    }

    private static string Range(IEnumerable<long> values)
    {
        var all = values.Distinct().Order().ToArray();
        return all.Length == 1
            ? all[0].ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{all[0]} to {all[^1]}");
    }

    private static TableSection Of(string dataset, string metric, TableCell[] cells, Func<TableCell, string> columnOf)
    {
        string[] columns = [.. cells.Select(columnOf).Distinct()];
        var rows = cells.GroupBy(cell => (cell.Measured.Method, cell.Measured.Parameters)).ToArray();
        return new TableSection(dataset, metric, columns, [.. rows.Select(row => (
            rows.Count(other => other.Key.Method == row.Key.Method) == 1
                ? row.Key.Method
                : $"{row.Key.Method} {row.Key.Parameters.Replace("\"", "", StringComparison.Ordinal)}",
            columns.Select(column => row.FirstOrDefault(cell => columnOf(cell) == column)).ToArray()))]);
    }
}
