using System.Numerics.Tensors;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class DbscanTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string> References => new(BaselineReferences.All.Dbscan.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(References))]
    public void Cores_and_noise_are_those_of_scikit_learn(string name)
    {
        var expected = DbscanReference.Of(name);
        var (labels, noise) = Run(expected);
        Assert.Equal(expected.Labels.Select(label => label < 0), noise);
        Assert.Equal(
            ClusterLabels.BySize([.. expected.Cores.Select(core => expected.Labels[core])]),
            ClusterLabels.BySize([.. expected.Cores.Select(core => labels[core])]));
    }

    [Theory]
    [MemberData(nameof(References))]
    public void A_border_point_is_with_its_nearest_core(string name)
    {
        var expected = DbscanReference.Of(name);
        var (labels, _) = Run(expected);
        var features = expected.Features;
        var borders = Enumerable.Range(0, expected.Count).Where(i => expected.Labels[i] >= 0).Except(expected.Cores);
        foreach (var border in borders)
        {
            var nearest = expected.Cores.MaxBy(
                core => TensorPrimitives.Dot(features.Row(border), features.Row(core)));
            Assert.Equal(labels[nearest], labels[border]);
        }
    }

    [Fact]
    public void Every_noise_point_is_a_cluster_of_one()
    {
        var expected = DbscanReference.Of("groups, five");
        var (labels, noise) = Run(expected);
        var sizes = labels.CountBy(label => label).ToDictionary();
        Assert.Contains(true, noise);
        Assert.All(Enumerable.Range(0, labels.Length).Where(i => noise[i]), i => Assert.Equal(1, sizes[labels[i]]));
        Assert.Equal(ClusterLabels.BySize(labels), labels);
    }

    [Fact]
    public void A_border_point_of_two_clusters_joins_the_nearer_and_does_not_join_them()
    {
        // Within 10.5 degrees the point at 11 reaches the cores at 1 and, nearer, at 20; with three points it is no core.
        double[] angles = [.. Enumerable.Repeat(0.0, 9), 1, 11, 20, .. Enumerable.Repeat(22.0, 9)];
        var (labels, noise) = Dbscan.Cluster(TestFeatures.Plane(angles), Reach(10.5, 10), Context);
        Assert.DoesNotContain(true, noise);
        Assert.Equal([.. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(0, 11)], labels);
    }

    [Theory]
    // All but 0 and 1 are cores at four points, one chain; at five only 14 is, and 0 and 1 are out of its reach.
    [InlineData(4, new[] { 0, 0, 0, 0, 0, 0, 0 }, new[] { false, false, false, false, false, false, false })]
    [InlineData(5, new[] { 1, 2, 0, 0, 0, 0, 0 }, new[] { true, true, false, false, false, false, false })]
    [InlineData(6, new[] { 0, 1, 2, 3, 4, 5, 6 }, new[] { true, true, true, true, true, true, true })]
    public void Seven_points_on_a_circle_worked_by_hand(int minimum, int[] labels, bool[] noise)
    {
        var found = Dbscan.Cluster(TestFeatures.Plane(0, 1, 2, 14, 22, 23, 24), Reach(12.5, minimum), Context);
        Assert.Equal(labels, found.Labels);
        Assert.Equal(noise, found.Noise);
    }

    [Fact]
    public void One_thread_and_two_give_the_same_labels()
    {
        var expected = DbscanReference.Of("loose, four");
        var one = Dbscan.Cluster(expected.Features, Options(expected), Context with { Threads = 1 });
        var two = Run(expected);
        Assert.Equal(one.Labels, two.Labels);
        Assert.Equal(one.Noise, two.Noise);
    }

    [Theory]
    [InlineData(0.0, 2, "RadiusInvalid")]
    [InlineData(-0.1, 2, "RadiusInvalid")]
    [InlineData(2.1, 2, "RadiusInvalid")]
    [InlineData(double.NaN, 2, "RadiusInvalid")]
    [InlineData(0.2, 0, "MinimumPointsInvalid")]
    public void Options_out_of_range_are_refused(double radius, int minimum, string errorId)
    {
        var fault = Assert.Throws<InputException>(
            () => new DbscanOptions { Radius = radius, MinimumPoints = minimum });
        Assert.Equal(errorId, fault.ErrorId);
    }

    private static (int[] Labels, bool[] Noise) Run(DbscanReference reference) =>
        Dbscan.Cluster(reference.Features, Options(reference), Context);

    private static DbscanOptions Options(DbscanReference reference) =>
        new() { Radius = reference.Radius, MinimumPoints = reference.MinimumPoints };

    private static DbscanOptions Reach(double degrees, int minimum) =>
        new() { Radius = 1 - Math.Cos(degrees * Math.PI / 180), MinimumPoints = minimum };
}
