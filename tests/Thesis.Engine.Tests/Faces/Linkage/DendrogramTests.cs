using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Linkage;

public class DendrogramTests
{
    // Points 3 and 4 at .1, 0 and 2 at .2, {3, 4} and 1 at .2, all at .7.
    private static readonly double[] Z = [3, 4, .1, 2, 0, 2, .2, 2, 1, 5, .2, 3, 6, 7, .7, 5];

    private static Dendrogram Tree => LinkageMatrix.ToTree(Z, 5, "the test");

    [Theory]
    [InlineData(0.05, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(0.1, new[] { 1, 2, 3, 0, 0 })]
    [InlineData(0.2, new[] { 1, 0, 1, 0, 0 })]
    [InlineData(0.69, new[] { 1, 0, 1, 0, 0 })]
    [InlineData(0.7, new[] { 0, 0, 0, 0, 0 })]
    [InlineData(double.NegativeInfinity, new[] { 0, 1, 2, 3, 4 })]
    public void A_cut_does_all_merges_up_to_its_threshold(double threshold, int[] labels) =>
        Assert.Equal(labels, Tree.CutByThreshold(threshold));

    [Theory]
    [InlineData(5, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(3, new[] { 0, 2, 0, 1, 1 })]
    [InlineData(1, new[] { 0, 0, 0, 0, 0 })]
    public void A_cut_by_count_gives_that_many_clusters(int clusters, int[] labels) =>
        Assert.Equal(labels, Tree.CutByCount(clusters));

    [Theory]
    [InlineData(5, double.NegativeInfinity)]
    [InlineData(2, 0.2)]
    [InlineData(1, 0.7)]
    public void The_height_of_a_count_is_that_of_its_last_merge(int clusters, double height) =>
        Assert.Equal(height, Tree.HeightOfCount(clusters));

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(int.MinValue)]
    public void A_count_that_the_tree_does_not_hold_is_refused(int clusters)
    {
        var fault = Assert.Throws<InputException>(() => Tree.CutByCount(clusters));
        Assert.Equal("ClusterCountInvalid", fault.ErrorId);
    }

    [Fact]
    public void A_tree_that_ended_early_cannot_be_cut_to_fewer_clusters()
    {
        var part = LinkageMatrix.ToTree(Z.AsSpan(0, 8), 5, "the test");
        Assert.Equal(3, part.CutByThreshold(9).Max() + 1);
        Assert.Throws<InputException>(() => part.CutByCount(2));
    }

    [Fact]
    public void A_linkage_matrix_survives_the_way_there_and_back() => Assert.Equal(Z, LinkageMatrix.From(Tree));

    [Fact]
    public void Heights_below_0_are_raised_in_a_linkage_matrix_all_by_as_much()
    {
        var tree = Tree with { Height = [-0.5, -0.25, 0.1, 0.7] };
        Assert.Equal(0.5, LinkageMatrix.Raise(tree));
        Assert.Equal([0, 0.25, 0.6, 1.2], LinkageMatrix.From(tree).Where((_, i) => i % 4 == 2));
        Assert.Equal(0, LinkageMatrix.Raise(Tree));
    }

    [Theory]
    [InlineData("a point that does not exist", 1, -1)]
    [InlineData("a cluster of the future", 4, 6)]
    [InlineData("itself", 8, 7)]
    [InlineData("half a cluster", 0, 2.5)]
    [InlineData("no number", 0, double.NaN)]
    [InlineData("a huge number", 0, 1e300)]
    [InlineData("a cluster that was used", 4, 3)]
    [InlineData("a wrong size", 3, 3)]
    [InlineData("a size that is no number", 3, double.NaN)]
    [InlineData("a falling height", 6, 0.05)]
    [InlineData("a height that is no number", 2, double.NaN)]
    [InlineData("an infinite height", 14, double.PositiveInfinity)]
    public void A_linkage_matrix_from_anywhere_is_checked(string fault, int at, double value)
    {
        Assert.NotEmpty(fault);
        var z = Z.ToArray();
        z[at] = value;
        Assert.Equal("DendrogramInvalid", Assert.Throws<InputException>(() => LinkageMatrix.ToTree(z, 5, "a file")).ErrorId);
    }

    [Theory]
    [InlineData(15, 5)]
    [InlineData(16, 4)]
    [InlineData(16, 0)]
    public void A_linkage_matrix_of_another_shape_is_refused(int length, int count)
    {
        var fault = Assert.Throws<InputException>(() => LinkageMatrix.ToTree(Z.AsSpan(0, length), count, "a file"));
        Assert.Equal("DendrogramInvalid", fault.ErrorId);
    }
}
