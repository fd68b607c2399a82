using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Thesis.Engine.Faces;

/// <summary>
/// Solves small symmetric positive definite systems A x = b by A = U' U, for the Newton steps: row after row is taken from those
/// below, by whole vectors, the right side as one more column. Calls on the few values of a row would take longer than the values.
/// </summary>
internal static unsafe class CholeskyFactor
{
    // A pivot that rounding made vanish (two points that are the same) is lifted to this and not divided by.
    private const double SmallestPivot = 1e-12;

    private static readonly int Lane = Vector512<double>.Count;

    /// <summary>Values from row to row: whole vectors that hold a row of A and its b.</summary>
    public static int Stride(int count) => (count + Lane) / Lane * Lane;

    /// <summary>Solves A x = b.</summary>
    /// <param name="system">n rows, <see cref="Stride"/> apart: A from the diagonal on, and b at n. What lies elsewhere is not looked at; all is overwritten.</param>
    /// <param name="solution">x, n values.</param>
    /// <param name="cancellation">Stops between two rows.</param>
    public static void Solve(Span<double> system, Span<double> solution, CancellationToken cancellation)
    {
        var (count, stride) = (solution.Length, Stride(solution.Length));
        ArgumentOutOfRangeException.ThrowIfLessThan(system.Length, count * stride);
        fixed (double* rows = system)
        {
            Clear(rows, count, stride);
            for (var pivot = 0; pivot < count; pivot++)
            {
                cancellation.ThrowIfCancellationRequested();
                Eliminate(rows, pivot, count, stride);
            }

            for (var i = count - 1; i >= 0; i--)
            {
                var row = rows + ((nint)i * stride);
                var sum = row[count];
                for (var k = i + 1; k < count; k++) sum -= row[k] * solution[k];
                solution[i] = sum * row[i];
            }
        }
    }

    // Vectors begin before the diagonal and end after b: what was there before could be no number.
    private static void Clear(double* rows, int count, int stride)
    {
        for (var i = 0; i < count; i++)
        {
            var row = rows + ((nint)i * stride);
            for (var k = i / Lane * Lane; k < i; k++) row[k] = 0;
            for (var k = count + 1; k < stride; k++) row[k] = 0;
        }
    }

    // The diagonal holds 1 / U_ii: a division a row and not one an element.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eliminate(double* rows, int pivot, int count, int stride)
    {
        var own = rows + ((nint)pivot * stride);
        var inverse = 1 / Math.Sqrt(Math.Max(own[pivot], SmallestPivot));
        for (var k = pivot / Lane * Lane; k < stride; k += Lane) (Vector512.Load(own + k) * inverse).Store(own + k);
        own[pivot] = inverse;
        for (var i = pivot + 1; i < count; i++)
        {
            var row = rows + ((nint)i * stride);
            var factor = Vector512.Create(-own[i]);
            for (var k = i / Lane * Lane; k < stride; k += Lane)
            {
                Vector512.FusedMultiplyAdd(factor, Vector512.Load(own + k), Vector512.Load(row + k)).Store(row + k);
            }
        }
    }
}
