using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Reads whole runs one after the other from the bytes of a <c>results.csv</c>. What is left must be the tail of one
/// run's write that was cut off; everything else is a fault.
/// </summary>
internal sealed class RunScanner(byte[] bytes, int start, Func<int, string, InputException> fault)
{
    private readonly List<ResultRow> _rows = [];
    private readonly HashSet<string> _runs = new(StringComparer.Ordinal);
    private int _position = start;
    private int _line = 1;

    /// <summary>The rows of the whole runs, and where the last of them ends.</summary>
    public (IReadOnlyList<ResultRow> Rows, long Length) Scan()
    {
        while (_position < bytes.Length)
        {
            var end = _position;
            if (ReadRun() is not { } run) return (_rows, end);
            if (!_runs.Add(run[0].RunId)) throw fault(_line, $"run {run[0].RunId} stands here a second time");
            _rows.AddRange(run);
        }

        return (_rows, _position);
    }

    // The next run, or null when the file ends within it.
    private List<ResultRow>? ReadRun()
    {
        var run = new List<ResultRow>();
        do
        {
            if (NextLine() is not { } line) return null;
            var row = ResultCsv.Parse(line, reason => fault(_line, reason));
            if (row.Status is not (ResultRow.Succeeded or ResultRow.Failed))
            {
                throw fault(_line, $"the status is neither {ResultRow.Succeeded} nor {ResultRow.Failed}");
            }

            if (run.Count > 0 && (row.RunId != run[0].RunId || row.RunRows != run[0].RunRows))
            {
                throw fault(_line, $"run {run[0].RunId} has fewer rows than its {run[0].RunRows}");
            }

            run.Add(row);
        }
        while (run.Count < run[0].RunRows);

        return run;
    }

    // The next line without its LF or CRLF, or null when the file ends before an LF. No value ends in CR: values are on one
    // line.
    private string? NextLine()
    {
        var length = bytes.AsSpan(_position).IndexOf((byte)'\n');
        if (length < 0) return null;
        var line = Encoding.UTF8.GetString(bytes, _position, length);
        _position += length + 1;
        _line++;
        return line.EndsWith('\r') ? line[..^1] : line;
    }
}
