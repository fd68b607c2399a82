using System.Runtime.ExceptionServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>A parallel loop whose threads each own a worker, and whose faults come out as they were thrown.</summary>
internal static class RowParallel
{
    /// <summary>Runs <paramref name="body"/> for 0 .. <paramref name="count"/> - 1.</summary>
    public static void For<T>(int count, WorkContext context, Func<T> worker, Action<int, T> body)
        where T : IDisposable
    {
        try
        {
            Parallel.For(
                0, count, context.Parallel, worker,
                (i, _, local) =>
                {
                    body(i, local);
                    return local;
                },
                local => local.Dispose());
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(
                faults.InnerExceptions.FirstOrDefault(fault => fault is InputException) ?? faults.InnerExceptions[0]);
        }
    }
}
