using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class LocalMeanTests
{
    // sigma is 6 / 512 of the size, and three boxes of width 2 r + 1 have the variance ((2 r + 1)^2 - 1) / 4.
    [Theory]
    [InlineData(61, 1)]
    [InlineData(160, 1)]
    [InlineData(250, 2)]
    public void It_is_three_boxes_of_what_counts(int size, int radius)
    {
        var random = new SeededRandom(3L);
        var values = Enumerable.Range(0, size * size).Select(_ => (float)random.NextDouble()).ToArray();
        var counts = values.Select((_, i) => random.NextDouble() < 0.8 && i % size > size / 5).ToArray();
        var sums = Boxes(values.Select((value, i) => counts[i] ? value : 0.0).ToArray(), size, radius);
        var shares = Boxes(counts.Select(count => count ? 1.0 : 0).ToArray(), size, radius);
        var means = LocalMean.Of(values, counts, size);
        for (var i = 0; i < means.Length; i++)
        {
            if (shares[i] < 0.01) Assert.True(float.IsPositiveInfinity(means[i]));
            else if (shares[i] > 0.03) Assert.Equal(sums[i] / shares[i], means[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void A_transpose_has_rows_for_columns(int size)
    {
        var values = Enumerable.Range(0, size * size).Select(i => (float)i).ToArray();
        var transposed = new float[values.Length];
        PixelTransposition.Of(values, transposed, size);
        for (var i = 0; i < values.Length; i++) Assert.Equal(values[(i % size * size) + (i / size)], transposed[i]);
    }

    private static double[] Boxes(double[] values, int size, int radius)
    {
        for (var pass = 0; pass < 3; pass++)
        {
            var next = new double[values.Length];
            for (var i = 0; i < values.Length; i++)
            {
                for (var y = Math.Max(0, (i / size) - radius); y <= Math.Min(size - 1, (i / size) + radius); y++)
                {
                    for (var x = Math.Max(0, (i % size) - radius); x <= Math.Min(size - 1, (i % size) + radius); x++)
                    {
                        next[i] += values[(y * size) + x] / ((2 * radius) + 1) / ((2 * radius) + 1);
                    }
                }
            }

            values = next;
        }

        return values;
    }
}
