using System.Globalization;
using System.Text;

namespace Thesis.Engine.Benchmarks;

/// <summary>A benchmark's summary as lines of text: methods down, metrics across, one block a dataset.</summary>
public static class ResultTable
{
    private const string Missing = "-";

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<SummaryLine> summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        foreach (var dataset in summary.GroupBy(line => line.Dataset))
        {
            yield return dataset.Key;
            foreach (var text in Block([.. dataset])) yield return text;
            yield return "";
        }
    }

    private static IEnumerable<string> Block(SummaryLine[] lines)
    {
        var metrics = lines.SelectMany(line => line.Metrics).Select(metric => metric.Key).Distinct().ToArray();
        List<string[]> cells = [["method", .. metrics.Select(Short), "seconds", "MB", "status"]];
        cells.AddRange(lines.Select(
            line => Cells(line, metrics, lines.Count(other => other.Method == line.Method) > 1)));
        var widths = Enumerable.Range(0, cells[0].Length).Select(i => cells.Max(row => row[i].Length)).ToArray();
        return cells.Select(row => Align(row, widths));
    }

    private static string[] Cells(SummaryLine line, string[] metrics, bool distinguish)
    {
        var values = line.Metrics.ToDictionary();
        var name = new StringBuilder(line.Method);
        if (distinguish) name.Append(' ').Append(line.Parameters.Replace("\"", "", StringComparison.Ordinal));
        if (line.Group.Length > 0) name.Append(' ').Append(line.Group);
        return
        [
            name.ToString(),
            .. metrics.Select(metric => values.TryGetValue(metric, out var value) ? Number(value) : Missing),
            double.IsNaN(line.Seconds) ? Missing : line.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
            line.PeakMemoryMegabytes.ToString("0", CultureInfo.InvariantCulture),
            line.Failures == 0 ? ResultRow.Succeeded : $"{line.Failures} of {line.Runs} failed",
        ];
    }

    private static string Short(string metric) =>
        metric.Replace(BenchmarkTask.PrecisionAtRecallPrefix, "p@r", StringComparison.Ordinal);

    // Shares with four digits; what is larger is a count or a distance.
    private static string Number(double value) => value.ToString(
        Math.Abs(value) > 1 ? "0.##" : "0.0000", CultureInfo.InvariantCulture);

    // The first column is text and the rest are numbers.
    private static string Align(string[] row, int[] widths) => "  " + string.Join(
        "  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])));
}
