using System.Management.Automation;
using Spectre.Console;

namespace Thesis.Shell;

/// <summary>
/// The progress of the running activities below the output, a line each, children indented; drawn on a terminal only
/// and taken away before anything else is written.
/// </summary>
internal sealed class ProgressView
{
    private const int BarWidth = 30;

    private readonly SortedDictionary<(long Source, int Id), ProgressRecord> _records = [];
    private int _drawn;

    public void Show(long source, ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed) _records.Remove((source, record.ActivityId));
        else _records[(source, record.ActivityId)] = record;
        Hide();
        Draw();
    }

    /// <summary>Takes the lines off the screen; the next record draws them again.</summary>
    public void Hide()
    {
        if (_drawn == 0) return;
        Console.Out.Write($"\u001b[{_drawn}A\r\u001b[J");
        _drawn = 0;
    }

    public void Clear()
    {
        Hide();
        _records.Clear();
    }

    private void Draw()
    {
        var width = Math.Max(20, AnsiConsole.Profile.Width - 1);
        foreach (var record in _records.Values)
        {
            AnsiConsole.Write(new Text(Line(record, width), new Style(Color.Grey)));
            AnsiConsole.WriteLine();
            _drawn++;
        }
    }

    private static string Line(ProgressRecord record, int width)
    {
        var indent = record.ParentActivityId >= 0 ? "  " : "";
        var bar = "";
        if (record.PercentComplete >= 0)
        {
            var done = BarWidth * Math.Min(100, record.PercentComplete) / 100;
            bar = $" [{new string('=', done)}{new string(' ', BarWidth - done)}] {record.PercentComplete,3} %";
        }

        var rest = record.SecondsRemaining > 0 ? $", {TimeSpan.FromSeconds(record.SecondsRemaining):c} left" : "";
        var text = $"{indent}{record.Activity}{bar} {record.StatusDescription}{rest}";
        return text.Length <= width ? text : text[..width];
    }
}
