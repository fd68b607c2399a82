using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// The <c>results.csv</c> of a folder: a plain CSV file to which whole runs are added, by any number of processes.
/// <para>
/// A run's rows are added in one write under the folder's lock and flushed to the disk. The last column,
/// <c>run_rows</c>, says how many rows the run has, and a row ends with LF (or, saved again by another program, CRLF). So after a kill or a power cut in the
/// middle of a write the file ends in fewer rows than it says, or in half a row; the next one that takes the lock cuts
/// this tail off, and the run is done again. Nothing but such a tail is ever cut: any other line that is no row is a
/// fault.
/// </para>
/// </summary>
/// <param name="folder">The folder; it is made with the first run.</param>
public sealed class ResultStore(string folder)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "results.csv";

    /// <summary>The error id of results that are there and cannot be opened.</summary>
    internal const string UnreadableId = "ResultsUnreadable";

    /// <summary>The file.</summary>
    public string FilePath { get; } = Path.Combine(Path.GetFullPath(folder), FileName);

    private string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The folder that a path means: itself, or that of the <c>results.csv</c> that it is.</summary>
    /// <exception cref="InputException"><c>ResultsNotFound</c>.</exception>
    public static string FolderOf(string path)
    {
        if (File.Exists(Path.Combine(path, FileName))) return Path.GetFullPath(path);
        if (File.Exists(path) && Path.GetFileName(path) == FileName) return Path.GetDirectoryName(Path.GetFullPath(path))!;
        throw new InputException("ResultsNotFound", FaultKind.NotFound, $"There is no {FileName} in '{path}'.", path);
    }

    /// <summary>The rows of all whole runs. Changes nothing: a tail that was cut off is passed over.</summary>
    /// <exception cref="InputException">
    /// <c>ResultsUnreadable</c>; <c>ResultsInvalid</c>: the file is no results.csv, with its line.
    /// </exception>
    public IReadOnlyList<ResultRow> Read()
    {
        if (!File.Exists(FilePath)) return [];
        using var held = FolderLock.TakeToRead(Folder);
        return ReadWhole().Rows;
    }

    /// <summary>The same, of which there must be some.</summary>
    /// <exception cref="InputException"><c>ResultsNotFound</c>, <c>ResultsInvalid</c>.</exception>
    public IReadOnlyList<ResultRow> ReadSome() => Read() is { Count: > 0 } rows
        ? rows
        : throw new InputException("ResultsNotFound", FaultKind.NotFound, $"There are no results in '{Folder}'.", Folder);

    /// <summary>
    /// Adds a run. A run that is there already stays as it is, unless it failed: then the new rows replace the old.
    /// </summary>
    /// <param name="rows">All rows of one run.</param>
    /// <returns>Whether the rows were written; false when the run was there already and had succeeded.</returns>
    /// <exception cref="InputException">
    /// <c>ResultsInvalid</c> or <c>ResultsLocked</c>; <c>FileNotWritable</c> or <c>DiskSpaceInsufficient</c>: the run is not
    /// there, and those before it are.
    /// </exception>
    public bool Add(IReadOnlyList<ResultRow> rows)
    {
        var run = Numbered(rows);
        using var held = FolderLock.Take(Folder);
        var (old, length) = ReadWhole();
        var earlier = old.FirstOrDefault(row => row.RunId == run[0].RunId);
        if (earlier is { Status: ResultRow.Succeeded }) return false;
        if (earlier is null) Append(run, length);
        else Replace([.. old.Where(row => row.RunId != run[0].RunId), .. run]);
        return true;
    }

    /// <summary>Writes the file anew with whole runs, all or nothing.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    internal void Create(IEnumerable<ResultRow> rows, bool overwrite)
    {
        using var held = FolderLock.Take(Folder);
        Replace(rows, overwrite);
    }

    private static List<ResultRow> Numbered(IReadOnlyList<ResultRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || rows.Any(row => row.RunId != rows[0].RunId))
        {
            throw new ArgumentException("The rows of exactly one run are needed.", nameof(rows));
        }

        return [.. rows.Select(row => row with { RunRows = rows.Count })];
    }

    private void Append(IEnumerable<ResultRow> run, long length)
    {
        var text = (length == 0 ? ResultCsv.Header : "") + ResultCsv.Lines(run);
        AtomicFile.Guard(FilePath, () =>
        {
            using var file = new FileStream(
                FilePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
            file.SetLength(length);
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        });
    }

    private void Replace(IEnumerable<ResultRow> rows, bool overwrite = true) => AtomicFile.Write(
        FilePath, stream => stream.Write(Encoding.UTF8.GetBytes(ResultCsv.Header + ResultCsv.Lines(rows))), overwrite);

    /// <summary>The rows of the whole runs, and the length of the file up to the end of the last.</summary>
    private (IReadOnlyList<ResultRow> Rows, long Length) ReadWhole()
    {
        if (!File.Exists(FilePath)) return ([], 0);
        var bytes = InputFile.Guard(FilePath, () => File.ReadAllBytes(FilePath), UnreadableId);
        foreach (var ending in (string[])["\n", "\r\n"])
        {
            var header = Encoding.UTF8.GetBytes(ResultCsv.Header.TrimEnd('\n') + ending);
            if (bytes.Length < header.Length && header.AsSpan().StartsWith(bytes)) return ([], 0);
            if (bytes.AsSpan().StartsWith(header)) return new RunScanner(bytes, header.Length, Invalid).Scan();
        }

        throw Invalid(1, "the columns are not those of a results.csv");
    }

    private InputException Invalid(int line, string reason) => new(
        "ResultsInvalid", FaultKind.InvalidData,
        FormattableString.Invariant($"{FilePath}({line}): {reason}. The file is left as it is."), FilePath);
}
