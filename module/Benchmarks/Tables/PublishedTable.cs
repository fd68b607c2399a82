using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>A value that the dissertation, or another source, prints.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Method">The method, by the name that configs give it.</param>
/// <param name="Group">The part of the data; empty for all.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Value">The value.</param>
/// <param name="Spread">What is printed after the plus-minus sign; null without.</param>
public sealed record PublishedValue(string Dataset, string Method, string Group, string Metric, double Value, double? Spread);

/// <summary>
/// A published table: a CSV file of the columns table, page, dataset, method, group, metric, value, spread
/// (<c>configs/published</c>).
/// </summary>
public sealed class PublishedTable
{
    private const string Generated = "-synthetic";

    private static readonly string[] Columns = ["table", "page", "dataset", "method", "group", "metric", "value", "spread"];
    private static readonly CsvNumber Number = new("value", double.MinValue, double.MaxValue);
    private static readonly CsvNumber Spread = new("spread", 0, double.MaxValue) { Optional = true };

    private readonly Dictionary<(string Dataset, string Method, string Group, string Metric), PublishedValue> _values = [];

    private PublishedTable()
    {
    }

    /// <summary>The table's number, such as 3.2.</summary>
    public string Table { get; private set; } = "";

    /// <summary>The page; empty where the source's list of tables cannot be read.</summary>
    public string Page { get; private set; } = "";

    /// <summary>All values, in the order of the file.</summary>
    public IReadOnlyList<PublishedValue> Values { get; private set; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">
    /// <c>CsvInvalid</c>; <c>PublishedTableInvalid</c>: other columns, a value that is no number, the same cell twice, with the line.
    /// </exception>
    public static PublishedTable Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = InputFile.Guard(path, () => File.OpenRead(path));
        return CsvTable.Read(stream, path, ',', table => Read(table, path));
    }

    /// <summary>
    /// The value of a cell; null where none is printed. A dataset that stands in for another, NAME-synthetic, has that one's, and a table
    /// of one dataset is every dataset's.
    /// </summary>
    public PublishedValue? Find(string dataset, string method, string group, string metric)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return _values.GetValueOrDefault((DatasetOf(dataset), method, group, metric));
    }

    private string DatasetOf(string dataset)
    {
        var name = dataset.EndsWith(Generated, StringComparison.Ordinal) ? dataset[..^Generated.Length] : dataset;
        var known = Values.Select(value => value.Dataset).Distinct().ToArray();
        return known.Length == 1 ? known[0] : name;
    }

    private static PublishedTable Read(CsvTable table, string path)
    {
        if (!table.Next() || !table.Texts().SequenceEqual(Columns)) throw Fault($"the columns are not {string.Join(", ", Columns)}");
        var result = new PublishedTable();
        var values = new List<PublishedValue>();
        while (table.Next())
        {
            var cells = table.Texts();
            if ((Number.Fault(cells[6]) ?? Spread.Fault(cells[7])) is { } reason) throw Fault(reason);
            var value = new PublishedValue(
                cells[2], cells[3], cells[4], cells[5], double.Parse(cells[6], CultureInfo.InvariantCulture),
                cells[7].Length == 0 ? null : double.Parse(cells[7], CultureInfo.InvariantCulture));
            if (!result._values.TryAdd((value.Dataset, value.Method, value.Group, value.Metric), value)) throw Fault("the same cell stands twice");
            (result.Table, result.Page) = (cells[0], cells[1]);
            values.Add(value);
        }

        result.Values = values;
        return result;

        InputException Fault(string reason) => new(
            "PublishedTableInvalid", FaultKind.InvalidData, $"Line {table.Line} of '{path}': {reason}.", path);
    }
}
