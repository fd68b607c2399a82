using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Clustering;

/// <summary>One face, two faces, faces that are all alike: every method gives what there is to give.</summary>
public sealed class DegenerateFacesTests
{
    public static TheoryData<string> Methods => new(MethodCase.Names);

    public static TheoryData<string> LinkageMethods => new(MethodCase.LinkageNames);

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_face_is_one_cluster(string method)
    {
        var result = Cluster(TestFeatures.Plane(30), method, new CutRule.Count(1));
        Assert.Equal([0], result.Labels);
        Assert.True(double.IsNaN(result.Statistics!.Faces[0].Cohesion));
        Assert.Equal(-1, result.Statistics.Clusters[0].NearestCluster);
        Assert.True(result.IsOutlier(0));
    }

    [Theory]
    [MemberData(nameof(LinkageMethods))]
    public void One_face_needs_no_operating_point(string method)
    {
        Assert.Equal([0], Cluster(TestFeatures.Plane(30), method, new CutRule.Kink()).Labels);
        Assert.Equal([0], Cluster(TestFeatures.Plane(30), method, new CutRule.Likelihood()).Labels);
    }

    [Theory]
    [MemberData(nameof(LinkageMethods))]
    public void Two_faces_make_one_merge(string method)
    {
        var result = Cluster(TestFeatures.Plane(0, 180), method, new CutRule.Count(2));
        Assert.Equal([0, 1], result.Labels);
        Assert.Equal(1, result.Tree!.Merges);
        Assert.True(double.IsFinite(result.Tree.Height[0]));
        Assert.Equal([0, 0], Cluster(TestFeatures.Plane(0, 180), method, new CutRule.Count(1)).Labels);
    }

    [Theory]
    [InlineData("dbscan")]
    [InlineData("hdbscan")]
    [InlineData("chinese whispers")]
    [InlineData("conpac")]
    [InlineData("k-means")]
    public void Two_opposite_faces_are_two_people(string method) =>
        Assert.Equal([0, 1], Cluster(TestFeatures.Plane(0, 180), method, new CutRule.Count(2)).Labels);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Faces_that_are_all_alike_are_one_person(string method)
    {
        var counted = method is "k-means" or "ssc-omp";
        CutRule cut = counted ? new CutRule.Count(1) : new CutRule.Kink();
        var faces = TestFeatures.Random(1, 8, seed: 31).Values;
        var alike = new FeatureMatrix([.. Enumerable.Repeat(faces, 13).SelectMany(row => row)], 13, 8);
        var result = Cluster(alike, method, cut);
        Assert.Equal(new int[13], result.Labels);
        Assert.All(result.Statistics!.Faces, face => Assert.Equal(1, face.Cohesion, 1e-5));
        if (result.Tree is { } tree) Assert.All(tree.Height, height => Assert.True(double.IsFinite(height)));
        if (!counted) Assert.Equal(new int[13], Cluster(alike, method, new CutRule.Likelihood()).Labels);
    }

    // Four copies of two faces are fewer than what a cluster needs.
    [Theory]
    [InlineData(ClusteringMethod.Hdbscan, "8 faces are noise though they are exact copies of one another (2 different faces): "
        + "a cluster needs -MinimumClusterSize 5 faces.")]
    [InlineData(ClusteringMethod.Dbscan, "8 faces are noise though they are exact copies of one another (2 different faces): "
        + "a cluster needs -MinimumPoints 5 faces within -Epsilon 0.23.")]
    public void Copies_that_are_left_alone_are_warned_of(ClusteringMethod method, string warning) =>
        Assert.Equal([warning], Warnings(TestFeatures.Plane(0, 90, 0, 90, 0, 90, 0, 90), method));

    [Theory]
    [InlineData(ClusteringMethod.Hdbscan)]
    [InlineData(ClusteringMethod.Dbscan)]
    public void A_set_of_which_all_is_noise_is_warned_of(ClusteringMethod method)
    {
        Assert.StartsWith(
            "No cluster was found: all 4 faces are noise.", Assert.Single(Warnings(TestFeatures.Plane(0, 90, 180, 270), method)),
            StringComparison.Ordinal);
        Assert.Empty(Warnings(TestFeatures.Plane(30), method));
        // Five faces of one person and one of another: noise as it should be.
        Assert.Empty(Warnings(TestFeatures.Plane(0, 1, 2, 3, 4, 90, 91, 92, 93, 94, 200), method));
    }

    private static List<string> Warnings(FeatureMatrix features, ClusteringMethod method)
    {
        var warnings = new List<string>();
        FaceClusterer.Cluster(
            features, new FaceClusteringOptions { Method = method, Dbscan = new DbscanOptions { MinimumPoints = 5 } },
            WorkContext.Default with { Threads = 2, Warning = warnings.Add });
        return warnings;
    }

    // K and K' as the number of faces allows.
    private static FaceClusteringResult Cluster(FeatureMatrix features, string method, CutRule cut)
    {
        var options = MethodCase.Of(method, cut);
        var places = options.ProximityAware with { Neighbours = null, NegativesFrom = null };
        return FaceClusterer.Cluster(
            features, options with { ProximityAware = places }, WorkContext.Default with { Threads = 2 });
    }
}
