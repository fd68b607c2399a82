namespace Thesis.Engine.Runtime;

/// <summary>A step of long work, for a progress bar.</summary>
/// <param name="Activity">What is done, such as "Average linkage".</param>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
public readonly record struct WorkProgress(string Activity, long Done, long Total);

/// <summary>
/// What every long kernel takes: how it is stopped, whom it tells, how many threads it may use and where it computes.
/// </summary>
public sealed record WorkContext
{
    /// <summary>No progress, no cancellation, all cores, CPU.</summary>
    public static WorkContext Default { get; } = new();

    /// <summary>Cancels the work; kernels look at it at least every 100 ms.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Receives progress, from any thread.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>Receives sentences for <c>-Verbose</c>: what was chosen, and why.</summary>
    public Action<string>? Verbose { get; init; }

    /// <summary>Receives sentences that the user should read: the result stands, and may not be what was meant.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>Threads for managed kernels, 1 or more.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The device of the tensor operations.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Where the threads of managed kernels are taken from; several works that share one share its threads.</summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;

    /// <summary>Options for <see cref="Parallel"/> with this context's threads and cancellation.</summary>
    public ParallelOptions Parallel => new()
    {
        MaxDegreeOfParallelism = Threads, CancellationToken = Cancellation, TaskScheduler = Scheduler,
    };

    /// <summary>Throws when the work was cancelled.</summary>
    public void ThrowIfCancelled() => Cancellation.ThrowIfCancellationRequested();

    /// <summary>Reports progress.</summary>
    public void Report(string activity, long done, long total) =>
        Progress?.Report(new WorkProgress(activity, done, total));
}
