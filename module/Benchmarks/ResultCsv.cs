using System.Globalization;
using System.Text;
using CsvHelper;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Rows as CSV text: UTF-8, commas, LF, one physical line a row (line breaks within a value become spaces), numbers in
/// the invariant culture.
/// </summary>
internal static class ResultCsv
{
    private static readonly CsvWriterOptions Writing = new() { NewLine = "\n" };

    private static readonly CsvReaderOptions Reading = new()
    {
        Separator = ',',
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
    };

    /// <summary>The header's line, with its LF.</summary>
    public static string Header { get; } = Text(csv => csv.WriteHeader<ResultRow>());

    /// <summary>The lines of rows, each with its LF.</summary>
    public static string Lines(IEnumerable<ResultRow> rows) => Text(csv =>
    {
        foreach (var row in rows) csv.WriteRecord(OnOneLine(row));
    });

    private static readonly string[] Columns = Header.TrimEnd().Split(',');

    private static readonly CsvNumber[] Numbers =
    [
        new("seed", long.MinValue, long.MaxValue) { Whole = true },
        new("value", double.MinValue, double.MaxValue) { Optional = true },
        new("n", 0, long.MaxValue) { Whole = true },
        new("elapsed_s", 0, double.MaxValue),
        new("peak_memory_mb", 0, double.MaxValue),
        new("run_rows", 1, int.MaxValue) { Whole = true },
    ];

    /// <summary>The row of a line without its LF.</summary>
    /// <param name="line">The line.</param>
    /// <param name="fault">The fault of a line that is no row, by its reason.</param>
    public static ResultRow Parse(string line, Func<string, InputException> fault)
    {
        using var csv = CsvReader.FromText(Header + line, Reading);
        try
        {
            if (!csv.Read()) throw fault("this line is no row of results");
            foreach (var number in Numbers)
            {
                if (number.Fault(csv.GetString(Array.IndexOf(Columns, number.Column))) is { } reason) throw fault(reason);
            }

            return csv.GetRecord<ResultRow>();
        }
        catch (FormatException)
        {
            throw fault("this line is no row of results");
        }
    }

    private static string Text(Action<CsvWriter> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, Writing, leaveOpen: true))
        {
            write(csv);
        }

        return text.ToString();
    }

    private static ResultRow OnOneLine(ResultRow row) => row with
    {
        Error = Flat(row.Error),
        ErrorId = Flat(row.ErrorId),
        Group = Flat(row.Group),
        Device = Flat(row.Device),
    };

    private static string Flat(string value)
    {
        if (!value.AsSpan().ContainsAny('\r', '\n', '\0')) return value;
        var flat = new StringBuilder(value.Length);
        foreach (var part in value.Split(['\r', '\n', '\0'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (flat.Length > 0) flat.Append(' ');
            flat.Append(part.Trim());
        }

        return flat.ToString();
    }
}
