using System.Runtime.ExceptionServices;

namespace Thesis.Engine.Runtime;

/// <summary>Parallel loops whose faults come out as they were thrown.</summary>
internal static class RowParallel
{
    /// <summary>Runs <paramref name="body"/> for 0 .. <paramref name="count"/> - 1.</summary>
    public static void For(int count, WorkContext context, Action<int> body) =>
        Unwrapped(() => Parallel.For(0, count, context.Parallel, body));

    /// <summary>The same with a worker for each thread, disposed at the end where it can be.</summary>
    public static void For<T>(int count, WorkContext context, Func<T> worker, Action<int, T> body)
        where T : class =>
        Unwrapped(() => Parallel.For(
            0, count, context.Parallel, worker,
            (i, _, local) =>
            {
                body(i, local);
                return local;
            },
            static local => (local as IDisposable)?.Dispose()));

    private static void Unwrapped(Action loop)
    {
        try
        {
            loop();
        }
        catch (AggregateException faults)
        {
            var thrown = faults.Flatten().InnerExceptions;
            ExceptionDispatchInfo.Throw(thrown.FirstOrDefault(fault => fault is InputException) ?? thrown[0]);
        }
    }
}
