using System.Runtime.CompilerServices;
using Thesis.Engine.Runtime;
using TorchSharp;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests;

public sealed class HeldScalarTests
{
    public HeldScalarTests() => TorchBackend.EnsureLoaded();

    [Fact]
    public void A_number_that_nothing_else_refers_to_outlives_collections()
    {
        var held = Unreferenced(() => Held(0.25));
        var unheld = Unreferenced(() => 0.25);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(held.TryGetTarget(out var scalar));
        Assert.Equal(0.25, scalar.ToDouble());
        Assert.False(unheld.TryGetTarget(out _));
    }

    [Fact]
    public void A_number_is_released_when_its_slot_is_taken()
    {
        var first = Held(7);
        for (var i = 1; i < Kept; i++) _ = Held(0.5);
        Assert.Equal(7, first.ToInt64());
        _ = Held(0.5);
        Assert.Throws<InvalidOperationException>(() => first.ToInt64());
    }

    [Fact]
    public void Another_thread_takes_no_slot_of_this_one()
    {
        var mine = Held(7);
        var other = new Thread(() =>
        {
            for (var i = 0; i < 2 * Kept; i++) _ = Held(0.5);
        });
        other.Start();
        other.Join();
        Assert.Equal(7, mine.ToInt64());
    }

    [Fact]
    public void Whole_numbers_keep_the_type_of_integers()
    {
        using var scope = NewDisposeScope();
        var whole = tensor([1L, 2, 3]);
        Assert.Equal(ScalarType.Int64, whole.Plus(Held(1)).dtype);
        Assert.Equal([2L, 3, 4], whole.Plus(Held(1)).data<long>().ToArray());
        Assert.Equal(ScalarType.Float32, whole.Plus(Held(1.0)).dtype);
        Assert.Equal([2L, 4, 6], whole.Plus(whole).data<long>().ToArray());
        Assert.Equal([3L, 5, 7], whole.Plus_(whole).Plus_(Held(1)).data<long>().ToArray());
    }

    [Fact]
    public void Native_calls_read_held_numbers_while_others_collect()
    {
        using var scope = NewDisposeScope();
        var (sum, one) = (zeros(1, ScalarType.Float64), ones(1, ScalarType.Float64));
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested) GC.Collect(0);
        });
        collector.Start();
        try
        {
            for (var i = 0; i < 50_000; i++) sum.add_(one, alpha: Held(0.25));
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }

        Assert.Equal(12_500, sum.item<double>());
    }

    // No local of the test refers to the Scalar.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<Scalar> Unreferenced(Func<Scalar> make) => new(make());
}
