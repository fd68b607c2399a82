using MathNet.Numerics.Distributions;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Cuts;

public sealed class ExpectedSplitsTests
{
    private const double Mode = 0.3;
    private const double Scale = 0.15;

    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    // 2,000 merges of one person to both sides of the mode, at the quantiles of the density that the formula has; what lies
    // above the cut is not done, and strangers follow at once.
    [Theory]
    [InlineData(0.42)]
    [InlineData(0.5)]
    [InlineData(0.6)]
    public void What_thins_out_as_the_formula_says_is_counted_beyond_the_cut(double threshold)
    {
        double[] beyond = [.. Quantiles(1000).Select(z => Mode + (Scale * Math.Pow(z, 2.0 / 3)))];
        double[] within = [.. beyond.Select(height => (2 * Mode) - height).Where(height => height > 0)];
        double[] done = [.. within.Concat(beyond.Where(height => height <= threshold)).Order()];
        var missing = beyond.Count(height => height > threshold);
        var after = Of(done, strangersFrom: threshold)!.AfterEach();
        Assert.InRange(after[done.Length], missing / 1.25, 1.25 * missing);
        Assert.Equal(after[done.Length] + done.Length, after[0], 1e-6);
        Assert.Equal(0, after[^1]);
    }

    // Twice as many merges of tracks, at low heights, hide no mode.
    [Fact]
    public void The_outermost_mode_is_taken()
    {
        double[] people = [.. Quantiles(600).SelectMany(z => Both(0.6, 0.08 * Math.Pow(z, 2.0 / 3)))];
        double[] tracks = [.. Quantiles(1200).SelectMany(z => Both(0.1, 0.03 * Math.Pow(z, 2.0 / 3)))];
        double[] heights = [.. people.Concat(tracks).Where(height => height > 0).Order()];
        Assert.InRange(MergeMode.Outermost(heights, [.. heights.Select(_ => 1.0)]), 0.57, 0.63);

        static double[] Both(double mode, double from) => [mode - from, mode + from];
    }

    [Fact]
    public void Merges_that_do_not_thin_out_tell_nothing()
    {
        Assert.Null(Of([.. Enumerable.Range(1, 500).Select(i => 0.4 * Math.Sqrt(i / 500.0))], strangersFrom: 0.4));
        Assert.Null(Of([0.1, 0.2], strangersFrom: 0.3));
        Assert.Null(Of([], strangersFrom: 0.3));
    }

    [Fact]
    public void A_gap_before_the_next_merge_holds_no_splits()
    {
        double[] heights = [.. Quantiles(400).SelectMany(z => new[] { Mode - (0.05 * z), Mode + (0.05 * z) }).Order()];
        Assert.InRange(Of(heights, strangersFrom: 1.2)!.AfterEach()[heights.Length], 0, 0.01);
    }

    // Stills in the shape of LFW and tracks with junk faces, at the default cut and at looser and tighter thresholds.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Splits_are_within_a_factor_of_three_of_the_true_ones(bool video)
    {
        var protocol = video
            ? new SyntheticProtocol("video", 3000, 81) { SizeDeviation = 0.95, Spread = 1.15, TrackLength = 4, JunkShare = 0.08 }
            : new SyntheticProtocol("stills", 3000, 1303) { Singletons = 922, SizeDeviation = 1.3, Spread = 0.82, JunkShare = 0.01 };
        var faces = SyntheticFaces.Generate(protocol, 78, Context);
        var people = IdentityLabels.From(faces.Identities);
        var result = FaceClusterer.Cluster(faces.Features, new FaceClusteringOptions { Statistics = false }, Context);
        AssertNear(result.Labels, result.Cut!.Splits);
        foreach (var clusters in new[] { (int)(0.8 * result.ClusterCount), (int)(1.25 * result.ClusterCount) })
        {
            var tree = result.Tree!;
            AssertNear(tree.CutAfter(tree.Count - clusters), result.Expected.Splits(tree.Count - clusters));
        }

        void AssertNear(int[] labels, double? expected)
        {
            var splits = labels.Zip(people).Distinct().Count() - people.Distinct().Count();
            Assert.InRange(expected!.Value, splits / 3.0, 3.0 * splits);
        }
    }

    [Fact]
    public void One_cluster_has_no_splits_and_other_trees_tell_none()
    {
        var faces = SyntheticFaces.Generate(new SyntheticProtocol("one", 300, 1) { Spread = 0.4 }, 5, Context);
        var options = new FaceClusteringOptions { Statistics = false };
        var one = FaceClusterer.Cluster(faces.Features, options with { Cut = new CutRule.Count(1) }, Context);
        Assert.Equal(0, one.Cut!.Splits);
        Assert.Null(FaceClusterer.Cluster(faces.Features, options with { Method = ClusteringMethod.Ddc }, Context).Cut!.Splits);
    }

    private static IEnumerable<double> Quantiles(int count) =>
        Enumerable.Range(0, count).Select(i => Gamma.InvCDF(2.0 / 3, 1, (i + 0.5) / count));

    // Merges that are right, and 500 of strangers at once after them.
    private static ExpectedSplits? Of(double[] right, double strangersFrom)
    {
        double[] heights = [.. right, .. Enumerable.Range(1, 500).Select(i => strangersFrom + (0.0004 * i))];
        double[] wrong = [.. heights.Select((_, t) => Math.Max(0.0, t + 1 - right.Length))];
        var tree = new Dendrogram(
            heights.Length + 1, new int[heights.Length], new int[heights.Length], heights, new int[heights.Length]);
        return ExpectedSplits.Of(tree, new LikelihoodCut(right.Length, strangersFrom, 0, right.Length, 0, 0, Mode: 1, false, []), wrong);
    }
}
