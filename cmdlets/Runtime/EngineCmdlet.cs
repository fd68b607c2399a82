using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>
/// The base of every cmdlet. The engine computes on a worker thread; only the pipeline's thread writes. Ctrl+C cancels
/// the worker's token. Faults of the input become error records with a stable id, a category and a target.
/// </summary>
public abstract class EngineCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the pipeline stops.</summary>
    protected CancellationToken Cancellation => _stop.Token;

    /// <summary>Cancels what runs on the worker.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>
    /// Runs <paramref name="compute"/> on a worker thread and, meanwhile, shows its progress and its verbose sentences
    /// from the pipeline's thread.
    /// </summary>
    protected T Compute<T>(Func<WorkContext, T> compute, WorkContext? settings = null) => Finish(Start(compute, settings));

    /// <summary>
    /// Starts <paramref name="compute"/> on a worker thread; what it says is kept until <see cref="Finish"/>. With a
    /// scheduler in the settings it takes one of that scheduler's threads.
    /// </summary>
    private protected StartedWork<T> Start<T>(Func<WorkContext, T> compute, WorkContext? settings = null)
    {
        var stage = new PipelineStage(this);
        var context = (settings ?? WorkContext.Default) with
        {
            Cancellation = Cancellation,
            Progress = stage,
            Verbose = stage.Verbose,
            Warning = stage.Warning,
        };
        var options = context.Scheduler == TaskScheduler.Default ? TaskCreationOptions.LongRunning : TaskCreationOptions.None;
        return new StartedWork<T>(
            stage, Task.Factory.StartNew(() => compute(context), Cancellation, options, context.Scheduler));
    }

    /// <summary>Shows what work says, from the pipeline's thread, until it has ended.</summary>
    private protected T Finish<T>(StartedWork<T> work)
    {
        using var stage = work.Stage;
        stage.Pump(work.Task);
        try
        {
            return work.Task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Work on its way, and what it has said so far.</summary>
    private protected sealed record StartedWork<T>(PipelineStage Stage, Task<T> Task);

    /// <summary>
    /// Runs one item of the pipeline: a fault of the input is written as an error record, and the pipeline goes on.
    /// </summary>
    protected void Guard(Action item)
    {
        ArgumentNullException.ThrowIfNull(item);
        try
        {
            item();
        }
        catch (InputException fault)
        {
            BeforeError();
            WriteError(Faults.ToErrorRecord(fault));
        }
    }

    /// <summary>Emits what came before an error.</summary>
    private protected virtual void BeforeError()
    {
    }

    /// <summary>Runs what must not fail: a fault ends the command, as a misuse of its parameters does.</summary>
    protected T Require<T>(Func<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        try
        {
            return value();
        }
        catch (InputException fault)
        {
            ThrowTerminatingError(Faults.ToErrorRecord(fault));
            throw;
        }
    }

    /// <summary>The file system path of a target that may not exist yet; relative to PowerShell's location.</summary>
    protected string ResolveTarget(string path) => GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>The file system path of a file to be written; one that exists is a fault unless it may be replaced.</summary>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    protected string CheckTarget(string path, bool overwrite)
    {
        var target = ResolveTarget(path);
        AtomicFile.RequireNoOther(target);
        return overwrite || !File.Exists(target) ? target : throw AtomicFile.Exists(target);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the token.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _stop.Dispose();
    }
}
