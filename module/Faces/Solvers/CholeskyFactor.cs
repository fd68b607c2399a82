using System.Numerics.Tensors;

namespace Thesis.Engine.Faces;

/// <summary>Solves a symmetric positive definite system in place, for the small systems of the Newton steps.</summary>
internal static class CholeskyFactor
{
    // A pivot that rounding made vanish (two points that are the same) is lifted to this and not divided by.
    private const double SmallestPivot = 1e-12;

    /// <summary>Solves A x = b by A = L L'.</summary>
    /// <param name="matrix">A, n x n row-major, its lower half; L on return.</param>
    /// <param name="values">b; x on return.</param>
    /// <param name="cancellation">Stops between two rows.</param>
    public static void Solve(Span<double> matrix, Span<double> values, CancellationToken cancellation)
    {
        var n = values.Length;
        for (var i = 0; i < n; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = matrix.Slice(i * n, i + 1);
            for (var j = 0; j < i; j++)
            {
                var other = matrix.Slice(j * n, j + 1);
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], other[..j])) * other[j];
            }

            // The diagonal holds 1 / L_ii: a division a row and not one an element.
            var pivot = row[i] - TensorPrimitives.SumOfSquares<double>(row[..i]);
            row[i] = 1 / Math.Sqrt(Math.Max(pivot, SmallestPivot));
            values[i] = (values[i] - TensorPrimitives.Dot<double>(row[..i], values[..i])) * row[i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            var row = matrix.Slice(i * n, i + 1);
            values[i] *= row[i];
            TensorPrimitives.MultiplyAdd(row[..i], -values[i], values[..i], values[..i]);
        }
    }
}
