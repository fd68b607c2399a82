using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class PairedTestTests
{
    private static readonly Pairs[] Known = TomographyData.Json<Pairs[]>("aapm", "pairs.json");

    // SciPy, exact and approximate, and by all choices of signs where differences are equal or 0.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Wilcoxon_is_that_of_SciPy_and_the_interval_that_of_NumPy(int index)
    {
        var pairs = Known[index];
        var test = PairedTest.Of(pairs.A, pairs.B, 1);
        Assert.Equal(pairs.A.Length, test.Count);
        Assert.Equal(pairs.Statistic, test.Statistic, 1e-9);
        Assert.Equal(1, test.Probability / pairs.P, 1e-9);
        Assert.Equal(pairs.A.Average() - pairs.B.Average(), test.MeanDifference, 1e-12);

        // Two draws of thousands of means.
        var width = pairs.High - pairs.Low;
        Assert.Equal(pairs.Low, test.Low, 0.05 * width);
        Assert.Equal(pairs.High, test.High, 0.05 * width);
        Assert.Equal(test, PairedTest.Of(pairs.A, pairs.B, 1));
    }

    [Fact]
    public void Equal_methods_have_a_probability_of_1()
    {
        var test = PairedTest.Of([3, 4, 5], [3, 4, 5], 1);
        Assert.Equal((3, 0.0, 0.0, 0.0, 1.0, 0, 0), (test.Count, test.MeanDifference, test.Low, test.High, test.Probability, test.Higher, test.Lower));
        Assert.Throws<ArgumentException>(() => PairedTest.Of([1], [], 1));
        Assert.Throws<ArgumentException>(() => PairedTest.Of([], [], 1));
    }

    private sealed record Pairs(double[] A, double[] B, double Statistic, double P, double Low, double High);
}
