using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Each point as a combination of few others: row i has the coefficients <c>Values[i * Length ..]</c>.</summary>
/// <param name="Count">N.</param>
/// <param name="Length">The most points of a combination.</param>
/// <param name="Indices">The points, N * Length; -1 where a combination has fewer.</param>
/// <param name="Values">Their coefficients.</param>
internal sealed record SparseCombinations(int Count, int Length, int[] Indices, double[] Values);

/// <summary>
/// Self-expression by orthogonal matching pursuit (You, Robinson and Vidal 2016, algorithm 1): from the residual r = x_j,
/// the point i of largest |x_i . r| joins the support, never j itself, and r = x_j - X_T c with c the least-squares
/// coefficients on the support T; until T has its most points or |r|^2 falls to the tolerance. All N residuals take a step
/// together, in one blocked product of N x N.
/// </summary>
internal static class SelfExpression
{
    /// <summary>|r|^2 at which a point is expressed: the authors'.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>The combinations of all points.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="most">The most points of a combination.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    public static SparseCombinations Pursue(FeatureMatrix unit, int most, WorkContext context)
    {
        most = Math.Min(most, Math.Max(0, unit.Count - 1));
        var found = new SparseCombinations(unit.Count, most, new int[unit.Count * most], new double[unit.Count * most]);
        Array.Fill(found.Indices, -1);
        var residuals = unit.Gather([.. Enumerable.Range(0, unit.Count)]);
        int[] open = [.. Enumerable.Range(0, unit.Count)];
        for (var step = 0; step < most && open.Length > 0; step++)
        {
            context.Report("Orthogonal matching pursuit", step, most);
            var left = open.Length == unit.Count ? residuals : residuals.Gather(open);
            var (points, at) = (open, step);
            BlockProduct.ForEachRow(left, unit, "Orthogonal matching pursuit", context, (row, products) =>
            {
                var point = points[row];
                products[point] = 0;
                for (var s = 0; s < at; s++) products[found.Indices[(point * most) + s]] = 0;
                found.Indices[(point * most) + at] = TensorPrimitives.IndexOfMaxMagnitude<float>(products);
            });
            var ended = new bool[open.Length];
            RowParallel.For(open.Length, context, row => ended[row] = Express(unit, points[row], at + 1, found, residuals));
            open = [.. open.Where((_, row) => !ended[row])];
        }

        return found;
    }

    // The coefficients of a point on its support, and the residual; whether it is small enough.
    private static bool Express(FeatureMatrix unit, int point, int size, SparseCombinations found, FeatureMatrix residuals)
    {
        var support = found.Indices.AsSpan(point * found.Length, size);
        var stride = CholeskyFactor.Stride(size);
        var system = new double[size * stride];
        var values = found.Values.AsSpan(point * found.Length, size);
        for (var a = 0; a < size; a++)
        {
            for (var b = a; b < size; b++) system[(a * stride) + b] = Dot(unit.Row(support[a]), unit.Row(support[b]));
            system[(a * stride) + size] = Dot(unit.Row(support[a]), unit.Row(point));
        }

        CholeskyFactor.Solve(system, values, CancellationToken.None);
        var residual = residuals.Values.AsSpan(point * unit.Dimension, unit.Dimension);
        var sum = 0.0;
        for (var k = 0; k < residual.Length; k++)
        {
            double value = unit.Row(point)[k];
            for (var a = 0; a < size; a++) value -= values[a] * unit.Row(support[a])[k];
            residual[k] = (float)value;
            sum += value * value;
        }

        return sum <= Tolerance;
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = 0.0;
        for (var k = 0; k < x.Length; k++) sum += (double)x[k] * y[k];
        return sum;
    }
}
