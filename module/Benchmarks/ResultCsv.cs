using System.Globalization;
using System.Text;
using CsvHelper;

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

    /// <summary>The row of a line without its LF, or null when the line is none.</summary>
    public static ResultRow? Parse(string line)
    {
        using var csv = CsvReader.FromText(Header + line, Reading);
        try
        {
            return csv.Read() ? csv.GetRecord<ResultRow>() : null;
        }
        catch (FormatException)
        {
            return null;
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
