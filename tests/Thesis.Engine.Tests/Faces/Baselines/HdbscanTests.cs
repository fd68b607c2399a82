using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class HdbscanTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string> References => new(HdbscanReference.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(References))]
    public void Clusters_and_noise_are_those_of_the_paper(string name)
    {
        var expected = HdbscanReference.Of(name);
        var (labels, noise) = Hdbscan.Cluster(expected.Features, expected.Options, Context);
        Assert.Equal(expected.Labels.Select(label => label < 0), noise);
        Assert.Equal(ClusterLabels.WithNoise(expected.Labels).Labels, labels);
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Clusters_are_those_of_the_package_but_for_points_among_equal_edges(string name)
    {
        // Where edges are equally long the package's order decides whether a point falls out as noise or stays.
        var expected = HdbscanReference.Of(name);
        var (labels, noise) = Hdbscan.Cluster(expected.Features, expected.Options, Context);
        var both = Enumerable.Range(0, expected.Count).Where(i => !noise[i] && expected.PackageLabels[i] >= 0).ToArray();
        Assert.Equal(
            ClusterLabels.BySize([.. both.Select(i => expected.PackageLabels[i])]),
            ClusterLabels.BySize([.. both.Select(i => labels[i])]));
        Assert.InRange(
            Enumerable.Range(0, expected.Count).Count(i => noise[i] != (expected.PackageLabels[i] < 0)), 0, expected.Count / 50);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(40, 5)]
    [InlineData(300, 3)]
    [InlineData(300, 40)]
    [InlineData(900, 8)]
    public void The_spanning_tree_is_as_short_as_Prims(int count, int minimumPoints)
    {
        var features = TestFeatures.Clustered(count, 16, Math.Max(2, count / 12), 0.4, seed: 81);
        var edges = MutualReachabilityTree.Of(features, minimumPoints, Context);
        Assert.Equal(count - 1, edges.Count);
        var sets = new DisjointSets(count);
        foreach (var edge in edges)
        {
            Assert.NotEqual(sets.Find(edge.A), sets.Find(edge.B));
            sets.Union(edge.A, edge.B);
        }

        // All minimum spanning trees have the same lengths.
        Assert.Equal(
            Prim(features, minimumPoints).Order(), edges.Select(edge => (double)edge.Similarity).Order(),
            (x, y) => Math.Abs(x - y) < 1e-5 || (x > 2 && y > 2));
    }

    [Fact]
    public void Faces_that_are_far_apart_are_noise_and_a_cluster_of_its_own_is_none()
    {
        var (labels, noise) = Hdbscan.Cluster(TestFeatures.Plane(0, 90, 180), new HdbscanOptions(), Context);
        Assert.Equal([0, 1, 2], labels);
        Assert.DoesNotContain(false, noise);
    }

    [Fact]
    public void Copies_have_a_density_too()
    {
        // Two people of ten copies each, and one of five near ones.
        double[] angles = [.. Enumerable.Repeat(0.0, 10), .. Enumerable.Repeat(90.0, 10), 180, 181, 182, 183, 184];
        var (labels, noise) = Hdbscan.Cluster(TestFeatures.Plane(angles), new HdbscanOptions(), Context);
        Assert.Equal([.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(2, 5)], labels);
        Assert.DoesNotContain(true, noise);
    }

    [Theory]
    [InlineData(1, 2, "MinimumClusterSizeInvalid")]
    [InlineData(2, 0, "MinimumPointsInvalid")]
    public void Counts_out_of_their_range_are_refused(int size, int points, string errorId) => Assert.Equal(
        errorId,
        Assert.Throws<InputException>(() => new HdbscanOptions { MinimumClusterSize = size, MinimumPoints = points }).ErrorId);

    // The mutual similarities of a maximum spanning tree, by the definition.
    private static List<double> Prim(FeatureMatrix features, int minimumPoints)
    {
        var n = features.Count;
        var cosine = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var k = 0; k < features.Dimension; k++) cosine[i, j] += (double)features.Row(i)[k] * features.Row(j)[k];
            }
        }

        var core = Enumerable.Range(0, n)
            .Select(i => minimumPoints == 1
                ? double.PositiveInfinity
                : Enumerable.Range(0, n).Where(j => j != i).Select(j => cosine[i, j]).OrderDescending().ElementAt(minimumPoints - 2))
            .ToArray();
        var best = Enumerable.Repeat(double.NegativeInfinity, n).ToArray();
        var open = Enumerable.Range(1, n - 1).ToHashSet();
        var tree = new List<double>();
        for (var last = 0; open.Count > 0; open.Remove(last))
        {
            foreach (var j in open) best[j] = Math.Max(best[j], Math.Min(cosine[last, j], Math.Min(core[last], core[j])));
            last = open.MaxBy(j => best[j]);
            tree.Add(best[last]);
        }

        return tree;
    }
}
