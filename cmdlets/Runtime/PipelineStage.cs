using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>
/// Carries what a worker says to the pipeline's thread: verbose sentences and warnings in order, and of each activity's
/// progress the latest, at most ten times a second.
/// </summary>
internal sealed class PipelineStage(Cmdlet cmdlet) : IProgress<WorkProgress>, IDisposable
{
    private const int PulseMilliseconds = 100;

    private readonly ConcurrentQueue<Action> _sentences = new();
    private readonly ConcurrentDictionary<string, WorkProgress> _latest = new();
    private readonly Dictionary<string, Bar> _shown = [];
    private int _bars;

    /// <summary>Takes a verbose sentence, from any thread.</summary>
    public void Verbose(string sentence) => _sentences.Enqueue(() => cmdlet.WriteVerbose(sentence));

    /// <summary>Takes a warning, from any thread.</summary>
    public void Warning(string sentence) => _sentences.Enqueue(() => cmdlet.WriteWarning(sentence));

    /// <inheritdoc/>
    public void Report(WorkProgress value) => _latest[value.Activity] = value;

    /// <summary>Writes what arrives until <paramref name="work"/> has ended.</summary>
    public void Pump(Task work)
    {
        var ended = ((IAsyncResult)work).AsyncWaitHandle;
        while (!ended.WaitOne(PulseMilliseconds)) Flush();
        Flush();
    }

    /// <summary>Takes the progress bars away.</summary>
    public void Dispose()
    {
        foreach (var activity in _shown.Keys.ToArray()) TakeAway(activity);
    }

    private void Flush()
    {
        while (_sentences.TryDequeue(out var write)) write();
        foreach (var activity in _latest.Keys)
        {
            if (_latest.TryRemove(activity, out var progress)) Show(progress);
        }
    }

    private void Show(WorkProgress progress)
    {
        if (progress.Total > 0 && progress.Done >= progress.Total)
        {
            TakeAway(progress.Activity);
            return;
        }

        if (!_shown.TryGetValue(progress.Activity, out var bar))
        {
            bar = new Bar(++_bars, progress.Done, Stopwatch.GetTimestamp());
            _shown.Add(progress.Activity, bar);
        }

        var status = progress.Total > 0
            ? FormattableString.Invariant($"{progress.Done:N0} of {progress.Total:N0}")
            : FormattableString.Invariant($"{progress.Done:N0}");
        var percent = progress.Total > 0 ? (int)Math.Clamp(100 * progress.Done / progress.Total, 0, 100) : -1;
        cmdlet.WriteProgress(new ProgressRecord(bar.Id, progress.Activity, status)
        {
            PercentComplete = percent,
            SecondsRemaining = bar.SecondsRemaining(progress),
        });
    }

    private void TakeAway(string activity)
    {
        if (!_shown.Remove(activity, out var bar)) return;
        cmdlet.WriteProgress(new ProgressRecord(bar.Id, activity, "done") { RecordType = ProgressRecordType.Completed });
    }

    /// <summary>An activity on the screen: what was done when it was first seen, since resumed work does not begin at 0.</summary>
    private sealed record Bar(int Id, long FirstDone, long FirstSeen)
    {
        /// <summary>By the speed so far; -1 while that is unknown.</summary>
        public int SecondsRemaining(WorkProgress progress)
        {
            var done = progress.Done - FirstDone;
            if (done <= 0 || progress.Total < progress.Done) return -1;
            var seconds = Stopwatch.GetElapsedTime(FirstSeen).TotalSeconds * (progress.Total - progress.Done) / done;
            return (int)Math.Min(seconds, int.MaxValue);
        }
    }
}
