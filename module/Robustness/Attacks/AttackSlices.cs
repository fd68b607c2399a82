using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A batch in slices of rows that are attacked at once, each by a thread of its own within which the library computes alone. The calls
/// of a small network are too short to be divided: threads that wait for each other at each call's end get little done, threads that
/// have images of their own need not wait. A slice is a batch like others, so no draw changes; and all slices together need the memory of
/// one batch. What the slices hold lives until they are disposed.
/// </summary>
internal sealed class AttackSlices : IDisposable
{
    // Rows of a slice, below which a call's own cost counts for more than its images.
    private const int LeastRows = 4;

    private readonly DisposeScope[] _scopes;

    private AttackSlices(DisposeScope[] scopes, AttackedBatch[] attacked) => (_scopes, Attacked) = (scopes, attacked);

    /// <summary>The slices in order, each with its share of the time.</summary>
    public IReadOnlyList<AttackedBatch> Attacked { get; }

    /// <summary>How many slices a batch of so many rows is attacked in: 1 where the model is for one thread at a time.</summary>
    public static int CountOf(ImageClassifier classifier, int rows, WorkContext context) =>
        classifier.IsReentrant && classifier.Device.type == DeviceType.CPU ? Math.Clamp(rows / LeastRows, 1, context.Threads) : 1;

    /// <summary>Attacks the images of these indices.</summary>
    /// <param name="indices">The images.</param>
    /// <param name="count">How many slices.</param>
    /// <param name="attack">Loads and attacks the images of some indices, within the scope that it is called in.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static AttackSlices Run(
        int[] indices, int count, Func<int[], WorkContext, AttackedBatch> attack, WorkContext context)
    {
        var scopes = new DisposeScope[count];
        var attacked = new AttackedBatch[count];
        var watch = Stopwatch.StartNew();
        try
        {
            if (count == 1)
            {
                scopes[0] = NewDisposeScope();
                attacked[0] = attack(indices, context);
            }
            else
            {
                Abreast(count, context, (slice, own) =>
                {
                    scopes[slice] = NewDisposeScope();
                    attacked[slice] = attack(
                        indices[(slice * indices.Length / count)..((slice + 1) * indices.Length / count)], own);
                });
            }
        }
        catch
        {
            Release(scopes);
            throw;
        }

        var elapsed = watch.Elapsed / indices.Length;
        return new AttackSlices(scopes, Array.ConvertAll(attacked, part => part with { Elapsed = elapsed * part.Batch.Count }));
    }

    /// <inheritdoc/>
    public void Dispose() => Release(_scopes);

    // Threads that end with the slice: one of a pool would keep the slice's scope, and its one thread of the library, for other work.
    private static void Abreast(int count, WorkContext context, Action<int, WorkContext> work)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        var own = context with { Threads = 1, Cancellation = stop.Token };
        var faults = new ExceptionDispatchInfo?[count];
        var before = get_num_threads();
        var threads = Enumerable.Range(0, count).Select(slice => new Thread(() =>
        {
            try
            {
                set_num_threads(1);
                work(slice, own);
            }
            catch (Exception fault)
            {
                faults[slice] = ExceptionDispatchInfo.Capture(fault);
                stop.Cancel();
            }
        })).ToArray();
        var started = 0;
        try
        {
            for (; started < count; started++) threads[started].Start();
        }
        catch
        {
            stop.Cancel();
            throw;
        }
        finally
        {
            foreach (var thread in threads.AsSpan(0, started)) thread.Join();
            set_num_threads(before);
        }

        // The first fault that is one of its own; the others' were stopped for it.
        context.ThrowIfCancelled();
        var first = faults.FirstOrDefault(fault => fault is { SourceException: not OperationCanceledException })
            ?? faults.FirstOrDefault(fault => fault is not null);
        first?.Throw();
    }

    private static void Release(DisposeScope?[] scopes)
    {
        foreach (var scope in scopes) scope?.Dispose();
    }
}
