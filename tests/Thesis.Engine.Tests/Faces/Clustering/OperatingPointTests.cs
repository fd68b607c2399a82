using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Clustering;

public sealed class OperatingPointTests
{
    [Theory]
    // Counts 4, 3, 2, 1, whose logarithms scaled are 1, .792, .5, 0; each lasts until the next merge.
    // Above the line by 1 - .75, .792 - .5, .5 - 0, 0.
    [InlineData(new[] { 0, 0.25, 0.5, 1 }, 2, 2)]
    // 1 - .9, .792 - .2, .5 - 0, 0.
    [InlineData(new[] { 0, 0.1, 0.8, 1 }, 1, 3)]
    // 1 - .2, .792 - .15, .5 - 0, 0.
    [InlineData(new[] { 0, 0.8, 0.85, 1 }, 0, 4)]
    // The first two merges are one cut, and so are the last two: .792 - .1, 0.
    [InlineData(new[] { 0, 0, 0.9, 0.9 }, 1, 3)]
    // Scaling and shifting the heights changes nothing.
    [InlineData(new[] { 7, 9.5, 12, 17.0 }, 2, 2)]
    [InlineData(new[] { -1, -0.9, -0.2, 0 }, 1, 3)]
    public void The_kink_of_five_points_worked_by_hand(double[] heights, int kink, int clusters)
    {
        var curve = OperatingPoint.FindKink(Chain(heights));
        Assert.Equal(kink, curve.Kink);
        Assert.Equal(clusters, curve.Clusters);
        Assert.Equal(heights[kink], curve.Threshold);
        Assert.Equal([4, 3, 2, 1], curve.Counts);
        Assert.Equal(heights, curve.Thresholds);
    }

    [Theory]
    [InlineData(100, 20)]
    [InlineData(60, 5)]
    [InlineData(300, 3)]
    public void A_tree_of_two_levels_is_cut_between_them(int count, int clusters)
    {
        // Merges within people from .1 to .3, then those of people from .9 to .95.
        var within = count - clusters;
        var heights = Enumerable.Range(0, count - 1).Select(
            t => t < within ? 0.1 + (0.2 * t / within) : 0.9 + (0.05 * (t - within) / clusters)).ToArray();
        var curve = OperatingPoint.FindKink(Chain(heights));
        Assert.Equal(clusters, curve.Clusters);
        Assert.Equal(heights[within - 1], curve.Threshold);
    }

    [Fact]
    public void People_at_right_angles_are_found_without_being_told_how_many()
    {
        var random = new SeededRandom(51L);
        var values = new float[200 * 20];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((0.05 * random.NextGaussian()) + (i / 20 % 20 == i % 20 ? 1 : 0));
        }

        var features = new FeatureMatrix(values, 200, 20).Normalize();
        var result = FaceClusterer.Cluster(features, new FaceClusteringOptions(), WorkContext.Default);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => i % 20), result.Labels);
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.5, 0.5, 0.5 })]
    [InlineData(new[] { 0, 1e-7, 1e-7, 3e-7 })]
    public void Merges_of_one_height_are_all_done(double[] heights)
    {
        var curve = OperatingPoint.FindKink(Chain(heights));
        Assert.Equal((3, 1), (curve.Kink, curve.Clusters));
    }

    [Fact]
    public void A_tree_without_merges_has_no_kink()
    {
        var fault = Assert.Throws<InputException>(() => OperatingPoint.FindKink(Chain([])));
        Assert.Equal("DendrogramEmpty", fault.ErrorId);
    }

    /// <summary>Point after point joins one cluster.</summary>
    private static Dendrogram Chain(double[] heights)
    {
        var count = heights.Length + 1;
        var merges = Enumerable.Range(0, heights.Length).ToArray();
        return new Dendrogram(
            count,
            [.. merges.Select(t => t == 0 ? 0 : t + 1)],
            [.. merges.Select(t => t == 0 ? 1 : count + t - 1)],
            heights,
            [.. merges.Select(t => t + 2)]);
    }
}
