using System.Text;
using CsvHelper;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A table of text (RFC 4180, UTF-8), forward only. Records are bounded, malformed quotes are faults, and a row with
/// another number of columns than the first is one too.
/// </summary>
internal sealed class CsvTable : IDisposable
{
    private const int LongestRecord = 1 << 24;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly CsvReader _reader;
    private readonly string _path;

    private CsvTable(Stream stream, string path, char separator)
    {
        _path = path;
        _reader = CsvReader.Create(
            stream,
            new CsvReaderOptions
            {
                Separator = separator,
                HasHeader = false,
                TrimWhitespace = true,
                TrackLineNumbers = true,
                MaxRecordSize = LongestRecord,
                MalformedData = CsvMalformedDataHandling.Throw,
            },
            leaveOpen: true);
    }

    /// <summary>The columns of the first row.</summary>
    public int Width { get; private set; }

    /// <summary>The line of the file on which the current row begins, from 1.</summary>
    public long Line => _reader.LineNumber;

    /// <summary>Reads a table by <paramref name="read"/>; what is wrong with the text is an <see cref="InputException"/>.</summary>
    /// <exception cref="InputException"><c>CsvInvalid</c>, and what <paramref name="read"/> throws.</exception>
    public static T Read<T>(Stream stream, string path, char separator, Func<CsvTable, T> read)
    {
        using var table = new CsvTable(stream, path, separator);
        try
        {
            return InputFile.Guard(path, () => read(table));
        }
        catch (Exception fault) when (fault is CsvFormatException or DecoderFallbackException)
        {
            var line = fault is CsvFormatException { LineNumber: > 0 } at ? at.LineNumber : table.Line;
            throw new InputException(
                DataErrorIds.CsvInvalid, FaultKind.InvalidData,
                $"'{path}' is no valid UTF-8 table at line {line}: {Printable.Text(fault.Message)}", path, fault);
        }
    }

    /// <summary>Moves to the next row that is not blank.</summary>
    /// <exception cref="InputException"><c>FeatureRowRagged</c>, with the line as target.</exception>
    public bool Next()
    {
        if (!_reader.Read()) return false;
        if (Width == 0) Width = _reader.FieldCount;
        if (_reader.FieldCount == Width) return true;
        throw new InputException(
            DataErrorIds.RowRagged, FaultKind.InvalidData,
            $"Line {Line} of '{_path}' has {_reader.FieldCount} columns and the first row has {Width}.", Line);
    }

    /// <summary>The bytes of a cell, valid until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => _reader.GetSpan(column);

    /// <summary>A cell as text.</summary>
    public string Text(int column) => Utf8.GetString(_reader.GetSpan(column));

    /// <summary>The cells of the current row as text.</summary>
    public string[] Texts() => [.. Enumerable.Range(0, _reader.FieldCount).Select(Text)];

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
