using System.Diagnostics;
using System.Management.Automation;

namespace Thesis.Cmdlets.Tomography;

/// <summary>The progress bar of a series: which slice of how many, and the time that the others will take.</summary>
internal sealed class SeriesProgress(PSCmdlet cmdlet)
{
    private const int Activity = 1000;

    private readonly Stopwatch _clock = new();
    private int _total;

    /// <summary>Whether nobody knows how many will come.</summary>
    public bool HasNoTotal { get; set; }

    /// <summary>Slices that are done.</summary>
    public int Done { get; private set; }

    private string Name => cmdlet.MyInvocation.MyCommand.Name;

    /// <summary>Adds slices to those that will come.</summary>
    public void Expect(int slices) => _total += slices;

    /// <summary>Counts a slice.</summary>
    public void Count() => Done++;

    /// <summary>Counts up to a number of slices.</summary>
    public void CountTo(int slices) => Done = Math.Max(Done, slices);

    /// <summary>Shows the slice that is worked on.</summary>
    public void Show(string name)
    {
        _clock.Start();
        var place = FormattableString.Invariant($"slice {Done + 1:N0}");
        var isKnown = !HasNoTotal && _total > Done;
        var record = new ProgressRecord(
            Activity, Name, (isKnown ? FormattableString.Invariant($"{place} of {_total:N0}") : place) + $": {name}");
        if (isKnown)
        {
            record.PercentComplete = (int)(100L * Done / _total);
            record.SecondsRemaining = Done == 0
                ? -1
                : (int)Math.Min(int.MaxValue, _clock.Elapsed.TotalSeconds / Done * (_total - Done));
        }

        cmdlet.WriteProgress(record);
    }

    /// <summary>Takes the bar away.</summary>
    public void End()
    {
        if (!_clock.IsRunning) return;
        cmdlet.WriteProgress(new ProgressRecord(Activity, Name, "done") { RecordType = ProgressRecordType.Completed });
    }
}
