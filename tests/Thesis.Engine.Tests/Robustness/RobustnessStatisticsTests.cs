using System.Globalization;
using System.Text.Json;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Robustness;

public sealed class RobustnessStatisticsTests
{
    private const double Tolerance = 1e-10;

    [Theory]
    [InlineData("wilson95")]
    [InlineData("clopper_pearson95")]
    public void Intervals_are_the_reference(string name)
    {
        foreach (var entry in ReferenceVectors.Statistics.GetProperty(name).EnumerateObject())
        {
            var share = Array.ConvertAll(entry.Name.Split('/'), text => long.Parse(text, CultureInfo.InvariantCulture));
            var interval = name == "wilson95"
                ? ProportionInterval.Wilson(share[0], share[1])
                : ProportionInterval.ClopperPearson(share[0], share[1]);
            Assert.Equal(entry.Value[0].GetDouble(), interval.Lower, Tolerance);
            Assert.Equal(entry.Value[1].GetDouble(), interval.Upper, Tolerance);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(7, 10)]
    [InlineData(9990, 10000)]
    public void Wilsons_bounds_solve_its_equation(long successes, long count)
    {
        const double Quantile = 1.6448536269514722; // of .95, for a level of .90
        var interval = ProportionInterval.Wilson(successes, count, 0.90);
        foreach (var p in new[] { interval.Lower, interval.Upper })
        {
            if (p is 0 or 1) continue;
            var distance = Math.Abs(p - ((double)successes / count));
            Assert.Equal(Quantile * Math.Sqrt(p * (1 - p) / count), distance, 1e-12);
        }

        Assert.InRange((double)successes / count, interval.Lower, interval.Upper);
    }

    [Fact]
    public void The_exact_interval_covers_its_tails()
    {
        // P(X >= 3) = .025 at the lower bound and P(X <= 3) = .025 at the upper, for n = 10.
        var interval = ProportionInterval.ClopperPearson(3, 10);
        Assert.Equal(0.025, Tail(interval.Lower, 3, 10), 1e-10);
        Assert.Equal(0.025, 1 - Tail(interval.Upper, 4, 10), 1e-10);

        static double Tail(double p, int from, int n) => Enumerable.Range(from, n - from + 1)
            .Sum(k => Choose(n, k) * Math.Pow(p, k) * Math.Pow(1 - p, n - k));
        static double Choose(int n, int k) => Enumerable.Range(1, k).Aggregate(1.0, (c, i) => c * (n - k + i) / i);
    }

    [Fact]
    public void The_area_and_its_variance_are_the_reference()
    {
        var positives = ReferenceVectors.Of("auc_pos").data<double>().ToArray();
        var negatives = ReferenceVectors.Of("auc_neg").data<double>().ToArray();
        var area = RocArea.Measure(positives, negatives);
        Assert.Equal(ReferenceVectors.Statistics.GetProperty("auc").GetDouble(), area.Area, Tolerance);
        Assert.Equal(ReferenceVectors.Statistics.GetProperty("auc_delong_var").GetDouble(), area.Variance!.Value, Tolerance);
    }

    [Fact]
    public void The_area_is_the_share_of_pairs_in_order()
    {
        var random = new SeededRandom(5L);
        var positives = Enumerable.Range(0, 40).Select(_ => (double)random.NextInt32(9)).ToArray();
        var negatives = Enumerable.Range(0, 30).Select(_ => (double)random.NextInt32(7)).ToArray();
        var pairs = positives.SelectMany(p => negatives.Select(n => p > n ? 1 : p < n ? 0 : 0.5)).Average();
        Assert.Equal(pairs, RocArea.Measure(positives, negatives).Area, 1e-12);
        Assert.Equal(1 - pairs, RocArea.Measure(negatives, positives).Area, 1e-12);
    }

    [Fact]
    public void Certified_radii_are_the_reference()
    {
        var cases = ReferenceVectors.Statistics
            .GetProperty("cohen_smoothing nA,n,alpha,sigma->pA_lower,radius").EnumerateObject().ToArray();
        Assert.NotEmpty(cases);
        foreach (var entry in cases)
        {
            var given = Array.ConvertAll(
                entry.Name.Trim('(', ')').Split(','), text => double.Parse(text, CultureInfo.InvariantCulture));
            var certified = CertifiedRadius.Of((long)given[0], (long)given[1], given[2], given[3]);
            Assert.Equal(entry.Value[0].GetDouble(), certified.LowerBound, Tolerance);
            if (entry.Value[1].ValueKind == JsonValueKind.Null) Assert.Null(certified.Radius);
            else Assert.Equal(entry.Value[1].GetDouble(), certified.Radius!.Value, Tolerance);
        }
    }

    [Theory]
    [InlineData(5, 4, 0.95, "ProportionInvalid")]
    [InlineData(-1, 4, 0.95, "ProportionInvalid")]
    [InlineData(0, 0, 0.95, "ProportionInvalid")]
    [InlineData(1, 4, 1, "ConfidenceLevelInvalid")]
    [InlineData(1, 4, double.NaN, "ConfidenceLevelInvalid")]
    public void Bad_shares_are_refused(long successes, long count, double level, string id)
    {
        Assert.Equal(id, Assert.Throws<InputException>(() => ProportionInterval.Wilson(successes, count, level)).ErrorId);
        Assert.Equal(
            id, Assert.Throws<InputException>(() => ProportionInterval.ClopperPearson(successes, count, level)).ErrorId);
    }

    [Fact]
    public void Bad_scores_are_refused()
    {
        Assert.Equal("ScoreMissing", Assert.Throws<InputException>(() => RocArea.Measure([], [1])).ErrorId);
        Assert.Equal("ScoreNotFinite", Assert.Throws<InputException>(() => RocArea.Measure([1], [double.NaN])).ErrorId);
        Assert.Equal("NoiseInvalid", Assert.Throws<InputException>(() => CertifiedRadius.Of(1, 2, 0.1, 0)).ErrorId);
    }
}
