using System.Numerics.Tensors;

namespace Thesis.Engine.Tomography;

/// <summary>Filters an image by the same symmetric kernel along rows and columns, in double.</summary>
internal static class SeparableFilter
{
    /// <summary>A Gaussian of 2 radius + 1 taps that sum to 1.</summary>
    public static double[] Gaussian(int radius, double sigma)
    {
        var taps = new double[(2 * radius) + 1];
        for (var k = 0; k < taps.Length; k++) taps[k] = Math.Exp(-0.5 * Math.Pow((k - radius) / sigma, 2));
        var sum = taps.Sum();
        return Array.ConvertAll(taps, tap => tap / sum);
    }

    /// <summary>The filtered image, of the same size; beyond the border the nearest pixel is taken.</summary>
    public static SliceImage ReplicatingEdges(SliceImage image, double[] kernel)
    {
        var radius = kernel.Length / 2;
        var (rows, columns) = (image.Rows, image.Columns);
        var result = new SliceImage(rows, columns);

        // As many rows as the kernel is long, filtered along themselves, each in the place of the one that is no longer needed.
        var ring = new double[kernel.Length * columns];
        var (line, sums) = (new double[columns + (2 * radius)], new double[columns]);
        for (var row = 0; row < rows + (2 * radius); row++)
        {
            var from = image.Values.AsSpan(Math.Clamp(row - radius, 0, rows - 1) * columns, columns);
            TensorPrimitives.ConvertTruncating<float, double>(from, line.AsSpan(radius, columns));
            line.AsSpan(0, radius).Fill(from[0]);
            line.AsSpan(radius + columns).Fill(from[^1]);
            Along(line, kernel, Place(row));
            if (row < 2 * radius) continue;
            Array.Clear(sums);
            for (var k = 0; k < kernel.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(Place(row - (2 * radius) + k), kernel[k], sums, sums);
            }

            TensorPrimitives.ConvertTruncating<double, float>(sums, result.Values.AsSpan((row - (2 * radius)) * columns, columns));
        }

        return result;

        Span<double> Place(int row) => ring.AsSpan(row % kernel.Length * columns, columns);
    }

    /// <summary>The filtered values where the kernel lies within: rows - taps + 1 by columns - taps + 1.</summary>
    public static double[] Valid(double[] values, int rows, int columns, double[] kernel)
    {
        var (shortRows, shortColumns) = (rows - kernel.Length + 1, columns - kernel.Length + 1);
        var tall = new double[rows * shortColumns];
        for (var i = 0; i < rows; i++)
        {
            Along(values.AsSpan(i * columns, columns), kernel, tall.AsSpan(i * shortColumns, shortColumns));
        }

        var result = new double[shortRows * shortColumns];
        for (var i = 0; i < shortRows; i++)
        {
            var sums = result.AsSpan(i * shortColumns, shortColumns);
            for (var k = 0; k < kernel.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(tall.AsSpan((i + k) * shortColumns, shortColumns), kernel[k], sums, sums);
            }
        }

        return result;
    }

    private static void Along(ReadOnlySpan<double> line, double[] kernel, Span<double> sums)
    {
        sums.Clear();
        for (var k = 0; k < kernel.Length; k++) TensorPrimitives.MultiplyAdd(line.Slice(k, sums.Length), kernel[k], sums, sums);
    }
}
