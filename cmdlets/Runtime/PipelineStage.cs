using System.Collections.Concurrent;
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
    private readonly Dictionary<string, int> _shown = [];

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
        foreach (var (activity, id) in _shown)
        {
            cmdlet.WriteProgress(new ProgressRecord(id, activity, "done") { RecordType = ProgressRecordType.Completed });
        }

        _shown.Clear();
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
        if (!_shown.TryGetValue(progress.Activity, out var id))
        {
            id = _shown.Count + 1;
            _shown.Add(progress.Activity, id);
        }

        var status = progress.Total > 0
            ? FormattableString.Invariant($"{progress.Done:N0} of {progress.Total:N0}")
            : FormattableString.Invariant($"{progress.Done:N0}");
        var percent = progress.Total > 0 ? (int)Math.Clamp(100 * progress.Done / progress.Total, 0, 100) : -1;
        cmdlet.WriteProgress(new ProgressRecord(id, progress.Activity, status) { PercentComplete = percent });
    }
}
