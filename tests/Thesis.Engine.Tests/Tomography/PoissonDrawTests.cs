using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class PoissonDrawTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(4)]
    [InlineData(9.99)]
    [InlineData(10)]
    [InlineData(37.5)]
    [InlineData(1000)]
    [InlineData(2e7)]
    public void Mean_variance_and_skewness_are_Poisson(double mean)
    {
        const int count = 200_000;
        var random = new SeededRandom(11L);
        var scaled = Enumerable.Range(0, count)
            .Select(_ => (PoissonDraw.Next(random, mean) - mean) / Math.Sqrt(mean)).ToArray();
        var first = scaled.Average();
        var second = scaled.Average(z => z * z);
        var third = scaled.Average(z => z * z * z);

        // Of the standardised count: moments 0, 1, 1/sqrt(mean); fourth 3 + 1/mean, sixth 15 + 25/mean + 10/mean^2 and more.
        Assert.InRange(first, -4 / Math.Sqrt(count), 4 / Math.Sqrt(count));
        Assert.InRange(second, 1 - (4 * Math.Sqrt((2 + (1 / mean)) / count)), 1 + (4 * Math.Sqrt((2 + (1 / mean)) / count)));
        var spread = 4 * Math.Sqrt((15 + (25 / mean) + (10 / (mean * mean)) + 1) / count);
        Assert.InRange(third, (1 / Math.Sqrt(mean)) - spread, (1 / Math.Sqrt(mean)) + spread);
    }

    [Theory]
    [InlineData(3.5)]
    [InlineData(12)]
    public void Frequencies_fit_the_probabilities(double mean)
    {
        const int count = 200_000;
        const int most = 40;
        var random = new SeededRandom(5L);
        var seen = new int[most];
        for (var i = 0; i < count; i++) seen[(int)Math.Min(most - 1, PoissonDraw.Next(random, mean))]++;
        var (chiSquare, cells, probability) = (0.0, 0, Math.Exp(-mean));
        for (var k = 0; k < most; k++, probability *= mean / k)
        {
            var expected = count * probability;
            if (expected < 20) continue;
            chiSquare += (seen[k] - expected) * (seen[k] - expected) / expected;
            cells++;
        }

        // Mean cells - 1, variance twice that.
        Assert.True(chiSquare < cells + (5 * Math.Sqrt(2 * cells)), $"{chiSquare} for {cells} cells");
    }

    [Fact]
    public void A_mean_of_0_gives_0_and_one_out_of_range_is_refused()
    {
        Assert.Equal(0, PoissonDraw.Next(new SeededRandom(1L), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PoissonDraw.Next(new SeededRandom(1L), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PoissonDraw.Next(new SeededRandom(1L), double.NaN));
    }
}
