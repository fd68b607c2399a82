using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Runtime;

public sealed class WorkContextTests
{
    // One scheduler for several works, each of which asks for more threads than there are.
    [Fact]
    public async Task Works_that_share_a_scheduler_take_no_more_threads_than_it_has()
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, 2).ConcurrentScheduler;
        var (running, most) = (0, 0);
        var work = WorkContext.Default with { Threads = 8, Scheduler = scheduler };
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => Parallel.For(0, 40, work.Parallel, _ =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                Thread.SpinWait(20_000);
                Interlocked.Decrement(ref running);
            }),
            CancellationToken.None, TaskCreationOptions.None, scheduler)).ToArray();
        await Task.WhenAll(tasks).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.InRange(most, 1, 2);

        static void InterlockedMax(ref int target, int value)
        {
            for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            {
                Interlocked.CompareExchange(ref target, value, seen);
            }
        }
    }
}
