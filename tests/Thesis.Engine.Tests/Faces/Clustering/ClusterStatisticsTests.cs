using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Clustering;

public sealed class ClusterStatisticsTests
{
    private const double Tolerance = 2e-6;

    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };
    private static readonly FeatureMatrix Features = TestFeatures.Clustered(90, 6, 9, 0.7, seed: 41);

    // Uneven sizes, two clusters of one face; no person, so that margins of both signs occur.
    private static readonly int[] Labels =
        ClusterLabels.BySize([.. Enumerable.Range(0, 90).Select(i => i < 2 ? 50 + i : i % 9 % 5)]);

    [Fact]
    public void Faces_have_the_mean_similarities_of_brute_force()
    {
        var found = Measure().Faces;
        for (var i = 0; i < Labels.Length; i++)
        {
            var others = Members(Labels[i]).Where(j => j != i).ToArray();
            if (others.Length == 0) Assert.True(double.IsNaN(found[i].Cohesion));
            else Assert.Equal(others.Average(j => Similarity(i, j)), found[i].Cohesion, Tolerance);

            var nearest = Others(Labels[i]).MaxBy(cluster => Members(cluster).Average(j => Similarity(i, j)));
            Assert.Equal(nearest, found[i].NearestCluster);
            Assert.Equal(Members(nearest).Average(j => Similarity(i, j)), found[i].NearestSimilarity, Tolerance);
            Assert.Equal(found[i].Cohesion - found[i].NearestSimilarity, found[i].Margin);
        }
    }

    [Fact]
    public void Clusters_have_the_sizes_cohesions_and_neighbours_of_brute_force()
    {
        var found = Measure().Clusters;
        Assert.Equal(Labels.Max() + 1, found.Count);
        for (var cluster = 0; cluster < found.Count; cluster++)
        {
            var own = Members(cluster);
            Assert.Equal(own.Length, found[cluster].Size);
            var pairs = own.SelectMany(i => own.Where(j => j > i), Similarity).ToArray();
            if (pairs.Length == 0) Assert.True(double.IsNaN(found[cluster].Cohesion));
            else Assert.Equal(pairs.Average(), found[cluster].Cohesion, Tolerance);

            var nearest = Others(cluster).MaxBy(other => Between(cluster, other));
            Assert.Equal(nearest, found[cluster].NearestCluster);
            Assert.Equal(Between(cluster, nearest), found[cluster].NearestSimilarity, Tolerance);
        }
    }

    [Fact]
    public void The_medoid_is_the_face_most_similar_to_its_cluster()
    {
        var found = Measure().Clusters;
        for (var cluster = 0; cluster < found.Count; cluster++)
        {
            var own = Members(cluster);
            Assert.Equal(own.MaxBy(i => own.Average(j => Similarity(i, j))), found[cluster].Medoid);
        }
    }

    [Fact]
    public void A_face_is_an_outlier_alone_as_noise_or_nearer_to_others()
    {
        // Two faces at 0, three at 90, one of which lies at 20, nearer to the two; and one alone at 180.
        var features = TestFeatures.Plane(0, 0, 90, 90, 20, 180);
        int[] labels = [1, 1, 0, 0, 0, 2];
        var statistics = ClusterStatistics.Measure(features, labels, Context);
        var result = new FaceClusteringResult(labels, null, null, null, statistics);
        Assert.Equal([false, false, false, false, true, true], Enumerable.Range(0, 6).Select(result.IsOutlier));

        var noisy = result with { Noise = [true, false, false, false, false, false], Statistics = null };
        Assert.Equal([true, false, false, false, false, false], Enumerable.Range(0, 6).Select(noisy.IsOutlier));
    }

    [Fact]
    public void One_cluster_has_no_nearest_one()
    {
        var statistics = ClusterStatistics.Measure(TestFeatures.Plane(0, 10), [0, 0], Context);
        Assert.Equal(-1, statistics.Faces[0].NearestCluster);
        Assert.True(double.IsNaN(statistics.Faces[0].Margin));
        Assert.Equal(-1, statistics.Clusters[0].NearestCluster);
        Assert.True(double.IsNaN(statistics.Clusters[0].NearestSimilarity));
    }

    [Fact]
    public void A_label_a_face_is_needed() =>
        Assert.Throws<ArgumentException>(() => ClusterStatistics.Measure(TestFeatures.Plane(0, 10), [0], Context));

    private static ClusterStatistics Measure() => ClusterStatistics.Measure(Features, Labels, Context);

    private static int[] Members(int cluster) =>
        [.. Enumerable.Range(0, Labels.Length).Where(i => Labels[i] == cluster)];

    private static IEnumerable<int> Others(int cluster) =>
        Enumerable.Range(0, Labels.Max() + 1).Where(other => other != cluster);

    private static double Between(int one, int other) =>
        Members(one).SelectMany(_ => Members(other), Similarity).Average();

    private static double Similarity(int i, int j)
    {
        var sum = 0.0;
        for (var d = 0; d < Features.Dimension; d++) sum += (double)Features.Row(i)[d] * Features.Row(j)[d];
        return sum;
    }
}
