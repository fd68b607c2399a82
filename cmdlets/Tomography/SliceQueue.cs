namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Slices on their way, in the order in which they came: a few are computed at a time, on threads that they share, while
/// the next one is read and the one before is written. Each takes a thread of its own as long as there are slices, which
/// leaves none idle; what is over helps within a slice, and so all threads work on the only slice or on the last one.
/// </summary>
/// <param name="threads">The threads, 1 or more.</param>
internal sealed class SliceQueue(int threads)
{
    // A slice of 512 x 512 takes some 40 MB while it is computed.
    private const int MostAtATime = 4;

    // What a finished slice leaves are large arrays, which .NET lets pile up; a series would take twice the memory.
    private const long MostGarbage = 64L << 20;

    private readonly Queue<(Task Work, Action Finish)> _slices = new();
    private long _collectedAt = GC.GetTotalAllocatedBytes();
    private bool _isFinishing;

    /// <summary>The threads.</summary>
    public TaskScheduler Scheduler { get; } =
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;

    /// <summary>Takes a slice that has been started; the oldest ones are finished when there are enough.</summary>
    /// <param name="work">What runs.</param>
    /// <param name="finish">Waits for it and emits its results, on the pipeline's thread.</param>
    public void Add(Task work, Action finish)
    {
        _slices.Enqueue((work, finish));

        // One more than are computed, so that none waits for the next to be read.
        Finish(Math.Min(threads, MostAtATime));
    }

    /// <summary>Finishes all, unless it is asked while a slice is being finished.</summary>
    public void Finish() => Finish(0);

    private void Finish(int left)
    {
        if (_isFinishing) return;
        _isFinishing = true;
        try
        {
            while (_slices.Count > left)
            {
                // It stays in the queue until it has ended, or the pipeline would leave it running.
                _slices.Peek().Finish();
                _slices.Dequeue();
                Collect();
            }
        }
        finally
        {
            _isFinishing = false;
        }
    }

    private void Collect()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _collectedAt < MostGarbage) return;
        _collectedAt = allocated;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    /// <summary>Waits until nothing runs, when all has been cancelled.</summary>
    public void Abandon()
    {
        foreach (var (work, _) in _slices) ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
        _slices.Clear();
    }
}
