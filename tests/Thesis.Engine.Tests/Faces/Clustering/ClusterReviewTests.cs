using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Clustering;

public sealed class ClusterReviewTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    // Two people of thirty faces each, whose faces all are as near to the mean of both: no tenth of them lies farther.
    [Fact]
    public void A_cluster_of_two_people_is_mixed_and_each_of_them_is_not()
    {
        var faces = TestFeatures.Clustered(60, 64, 2, 0.05, seed: 90);
        var people = Enumerable.Range(0, 60).Select(i => i % 2).ToArray();
        Assert.Equal(["mixed cohesion"], Reasons(faces, new int[60]));
        Assert.Equal([null, null], Reasons(faces, people));
    }

    [Fact]
    public void The_parts_of_two_people_are_the_people()
    {
        var faces = TestFeatures.Clustered(60, 64, 2, 0.05, seed: 91);
        int[][] members = [[.. Enumerable.Range(0, 30).Select(i => 2 * i)], [.. Enumerable.Range(0, 30).Select(i => (2 * i) + 1)]];
        var between = members[0].SelectMany(i => members[1].Select(j => Similarity(faces, i, j))).Average();
        var within = members.Min(own => own.SelectMany(i => own.Where(j => j != i).Select(j => Similarity(faces, i, j))).Average());
        Assert.Equal(between / within, ClusterParts.Likeness(faces, [.. Enumerable.Range(0, 60)]), 1e-6);
    }

    [Fact]
    public void Few_faces_and_copies_have_no_parts()
    {
        var faces = TestFeatures.Clustered(8, 16, 2, 0.05, seed: 92);
        Assert.True(double.IsNaN(ClusterParts.Likeness(faces, [0, 2, 4, 6, 1])));
        Assert.True(double.IsNaN(ClusterParts.Likeness(faces, [.. Enumerable.Repeat(3, 9)])));
    }

    // Of many faces some are looked at.
    [Fact]
    public void Large_clusters_have_the_parts_of_their_faces()
    {
        var faces = TestFeatures.Clustered(6000, 32, 2, 0.05, seed: 93);
        var all = Enumerable.Range(0, 6000).OrderBy(i => i % 2).ToArray();
        Assert.Equal(
            ClusterParts.Likeness(faces, [.. all.Where((_, place) => place % 3 == 0)]), ClusterParts.Likeness(faces, all), 1e-12);
    }

    [Fact]
    public void On_LFW_a_pair_of_people_is_mixed_and_no_person_is()
    {
        var (faces, people) = (LfwFaces.Features(), LfwFaces.Identities());
        var members = Enumerable.Range(0, people.Length).GroupBy(i => people[i]).Where(own => own.Count() >= 20)
            .Select(own => own.ToArray()).ToArray();
        Assert.All(members, own => Assert.False(ClusterParts.Likeness(faces, own) < 0.6));
        var pairs = members.Zip(members.Skip(1), (a, b) => ClusterParts.Likeness(faces, [.. a, .. b])).ToArray();
        Assert.InRange(pairs.Count(likeness => likeness < 0.5) / (double)pairs.Length, 0.9, 1);
    }

    private static double Similarity(FeatureMatrix faces, int i, int j) =>
        System.Numerics.Tensors.TensorPrimitives.Dot(faces.Row(i), faces.Row(j));

    private static string?[] Reasons(FeatureMatrix faces, int[] labels) => ClusterReview.Reasons(
        new FaceClusteringResult(labels, null, null, null, ClusterStatistics.Measure(faces, labels, Context)), faces, Context);
}
