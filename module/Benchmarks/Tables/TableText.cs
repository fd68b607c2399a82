using System.Globalization;
using System.Text;
using CsvHelper;

namespace Thesis.Engine.Benchmarks;

/// <summary>The ways in which a table is written.</summary>
public enum TableFormat
{
    /// <summary>GitHub's Markdown.</summary>
    Markdown,

    /// <summary>A line a cell, all numbers in full.</summary>
    Csv,

    /// <summary>LaTeX with booktabs.</summary>
    Latex,
}

/// <summary>
/// A benchmark's table as lines of text: ours, plus or minus the standard deviation over the seeds, and in brackets the published
/// value; then the published orders that are reversed.
/// </summary>
public static class TableText
{
    private const string Missing = "";

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(BenchmarkTable table, TableFormat format)
    {
        ArgumentNullException.ThrowIfNull(table);
        return format switch
        {
            TableFormat.Csv => CsvLines(table),
            TableFormat.Latex => LatexLines(table),
            _ => MarkdownLines(table),
        };
    }

    /// <summary>A value as tables show it: four digits, two where it is above 1, none where it is a whole number above that.</summary>
    public static string Number(double value) => value.ToString(
        Math.Abs(value) <= 1 ? "0.0000" : value == Math.Floor(value) ? "0" : "0.00", CultureInfo.InvariantCulture);

    private static IEnumerable<string> MarkdownLines(BenchmarkTable table)
    {
        yield return $"### {table.Benchmark}";
        yield return "";
        foreach (var section in TableSection.Of(table))
        {
            yield return $"{section.Title}: {section.Provenance(table)}.";
            yield return "";
            yield return $"| | {string.Join(" | ", section.Columns)} |";
            yield return $"|---|{string.Concat(section.Columns.Select(_ => "---|"))}";
            foreach (var (name, cells) in section.Rows)
            {
                yield return $"| {Escaped(name)} | {string.Join(" | ", cells.Select(cell => Cell(cell, " ± ")))} |";
            }

            yield return "";
        }

        foreach (var line in Orders(table)) yield return line;
    }

    private static IEnumerable<string> LatexLines(BenchmarkTable table)
    {
        foreach (var section in TableSection.Of(table))
        {
            yield return $"% {table.Benchmark}, {section.Title}: {section.Provenance(table)}";
            yield return $"\\begin{{tabular}}{{l{new string('r', section.Columns.Count)}}}";
            yield return "\\toprule";
            yield return $" & {string.Join(" & ", section.Columns.Select(OfLatex))} \\\\";
            yield return "\\midrule";
            foreach (var (name, cells) in section.Rows)
            {
                yield return $"{OfLatex(name)} & {string.Join(" & ", cells.Select(cell => Cell(cell, " $\\pm$ ")))} \\\\";
            }

            yield return "\\bottomrule";
            yield return "\\end{tabular}";
            yield return "";
        }

        foreach (var line in Orders(table)) yield return line.Length == 0 ? "" : $"% {line}";
    }

    private static string[] CsvLines(BenchmarkTable table)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            csv.WriteHeader<TableLine>();
            foreach (var cell in table.Cells) csv.WriteRecord(TableLine.Of(table.Benchmark, cell));
        }

        return text.ToString().TrimEnd('\n').Split('\n');
    }

    private static string Cell(TableCell? cell, string plusMinus)
    {
        if (cell is null) return Missing;
        var text = new StringBuilder(Number(cell.Measured.Mean));
        if (cell.Measured.Deviation is { } deviation) text.Append(plusMinus).Append(Number(deviation));
        if (cell.Published is { } published) text.Append(CultureInfo.InvariantCulture, $" ({Number(published.Value)})");
        return text.ToString();
    }

    /// <summary>How many published orders hold, and a line for each that is reversed; nothing where none is published.</summary>
    internal static IEnumerable<string> Orders(BenchmarkTable table)
    {
        if (table.OrderCount == 0) yield break;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Of {table.OrderCount} published orders of two methods {table.OrderCount - table.BrokenOrders.Count} hold{(table.BrokenOrders.Count == 0 ? "." : "; reversed are:")}");
        yield return "";
        foreach (var order in table.BrokenOrders)
        {
            var place = string.Join(", ", ((string[])[order.Dataset, order.Group, order.Metric]).Where(part => part.Length > 0));
            yield return $"- {place}: {order.Above.Measured.Method} {Pair(order.Above)} below {order.Below.Measured.Method} {Pair(order.Below)}"
                + (order.IsWithinInterval == true ? ", within the intervals" : "");
        }

        if (table.BrokenOrders.Count > 0) yield return "";
    }

    private static string Pair(TableCell cell) => $"{Number(cell.Measured.Mean)} ({Number(cell.Published!.Value)})";

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string OfLatex(string text)
    {
        var escaped = new StringBuilder();
        foreach (var letter in text)
        {
            if ("_&%#{}$".Contains(letter, StringComparison.Ordinal)) escaped.Append('\\');
            escaped.Append(letter);
        }

        return escaped.ToString();
    }
}
