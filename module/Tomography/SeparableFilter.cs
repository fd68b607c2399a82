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
        var padded = new double[(rows + (2 * radius)) * (columns + (2 * radius))];
        var width = columns + (2 * radius);
        for (var i = 0; i < rows + (2 * radius); i++)
        {
            var from = image.Values.AsSpan(Math.Clamp(i - radius, 0, rows - 1) * columns, columns);
            var to = padded.AsSpan(i * width, width);
            TensorPrimitives.ConvertTruncating<float, double>(from, to.Slice(radius, columns));
            to[..radius].Fill(from[0]);
            to[^radius..].Fill(from[^1]);
        }

        return new SliceImage(
            Array.ConvertAll(Valid(padded, rows + (2 * radius), width, kernel), value => (float)value), rows, columns);
    }

    /// <summary>The filtered values where the kernel lies within: rows - taps + 1 by columns - taps + 1.</summary>
    public static double[] Valid(double[] values, int rows, int columns, double[] kernel)
    {
        var (shortRows, shortColumns) = (rows - kernel.Length + 1, columns - kernel.Length + 1);
        var tall = new double[rows * shortColumns];
        for (var i = 0; i < rows; i++)
        {
            var sums = tall.AsSpan(i * shortColumns, shortColumns);
            for (var k = 0; k < kernel.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(values.AsSpan((i * columns) + k, shortColumns), kernel[k], sums, sums);
            }
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
}
