using System.Text;
using CsvHelper;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Writes tables as CSV files, each whole or not at all: UTF-8 without a mark, commas, LF, a line of column names, numbers in
/// the invariant culture and in full.
/// </summary>
internal static class CsvTableFile
{
    /// <summary>Writes records, a line each; the columns are those of their <see cref="CsvRecordAttribute"/> type.</summary>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    public static void Write<T>(string path, IEnumerable<T> rows, bool overwrite) =>
        AtomicFile.Write(path, stream => Write(stream, rows), overwrite);

    /// <summary>Writes lines of as many cells as there are columns.</summary>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    public static void Write(string path, string[] columns, IEnumerable<string[]> rows, bool overwrite) =>
        AtomicFile.Write(path, stream => Write(stream, columns, rows), overwrite);

    /// <summary>Writes records into a stream, which stays open.</summary>
    public static void Write<T>(Stream stream, IEnumerable<T> rows) => Write(stream, csv =>
    {
        csv.WriteHeader<T>();
        foreach (var row in rows) csv.WriteRecord(row);
    });

    /// <summary>Writes lines of cells into a stream, which stays open.</summary>
    public static void Write(Stream stream, string[] columns, IEnumerable<string[]> rows) => Write(stream, csv =>
    {
        csv.WriteHeader(columns);
        foreach (var row in rows) csv.WriteRecord(row);
    });

    private static void Write(Stream stream, Action<CsvWriter> write)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        using var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        write(csv);
    }
}
