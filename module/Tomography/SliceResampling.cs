using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Brings square images to another size over the same field of view: each new pixel is the weighted mean of the old ones under a
/// triangle of the width of one old or one new pixel, whichever is larger. To a smaller size no pixel is passed over; to a larger
/// one it is bilinear; the same size gives the same values.
/// </summary>
public static class SliceResampling
{
    /// <summary>The image with so many rows and columns.</summary>
    public static SliceImage To(SliceImage image, int size, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(work);
        if (image.Rows == size && image.Columns == size) return image;
        var (down, across) = (new ResamplingTaps(image.Rows, size), new ResamplingTaps(image.Columns, size));
        var narrow = new float[image.Rows * size];
        Parallel.For(0, image.Rows, work.Parallel, row =>
        {
            for (var column = 0; column < size; column++)
            {
                narrow[(row * size) + column] = across.Apply(column, image.Values, row * image.Columns, stride: 1);
            }
        });
        var result = new SliceImage(size, size);
        Parallel.For(0, size, work.Parallel, row =>
        {
            for (var column = 0; column < size; column++)
            {
                result.Values[(row * size) + column] = down.Apply(row, narrow, column, stride: size);
            }
        });
        return result;
    }

    /// <summary>
    /// The metal at a smaller size: pixels of which it covers a share, so that its trace is seen by the rays that the metal shades;
    /// each mask of metal leaves a pixel at least.
    /// </summary>
    /// <param name="metal">The metal.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="leastShare">The share of a pixel, above 0.</param>
    /// <param name="work">Cancellation, threads.</param>
    public static MetalMask To(MetalMask metal, int size, double leastShare, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(metal);
        if (metal.Rows == size && metal.Columns == size) return metal;
        var shares = To(metal.ToImage(), size, work).Values;
        var least = Math.Min(leastShare, shares.Max());
        return new MetalMask(Array.ConvertAll(shares, share => share > 0 && share >= least), size, size);
    }

    /// <summary>The weights of the old samples for each new one.</summary>
    private sealed class ResamplingTaps
    {
        private readonly int[] _first;
        private readonly double[][] _weights;

        public ResamplingTaps(int from, int to)
        {
            (_first, _weights) = (new int[to], new double[to][]);
            var step = (double)from / to;
            var radius = Math.Max(step, 1);
            for (var place = 0; place < to; place++)
            {
                var centre = ((place + 0.5) * step) - 0.5;
                var first = Math.Max(0, (int)Math.Floor(centre - radius) + 1);
                var last = Math.Min(from - 1, (int)Math.Ceiling(centre + radius) - 1);
                var weights = Enumerable.Range(first, last - first + 1)
                    .Select(sample => 1 - (Math.Abs(sample - centre) / radius)).ToArray();
                var sum = weights.Sum();
                (_first[place], _weights[place]) = (first, Array.ConvertAll(weights, weight => weight / sum));
            }
        }

        public float Apply(int place, float[] values, int start, int stride)
        {
            var (first, weights, sum) = (_first[place], _weights[place], 0.0);
            for (var k = 0; k < weights.Length; k++) sum += weights[k] * values[start + ((first + k) * stride)];
            return (float)sum;
        }
    }
}
