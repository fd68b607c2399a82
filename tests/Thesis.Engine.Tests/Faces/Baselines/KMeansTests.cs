using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class KMeansTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    // One start finds the best clustering only sometimes, as scikit-learn's does; the best of these must.
    private static readonly long[] Seeds = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData("separated", 1.0001)]
    [InlineData("loose", 1.02)]
    public void The_best_of_a_few_starts_is_near_the_best_of_scikit_learn(string name, double factor)
    {
        var reference = KMeansReference.Of(name);
        var results = Seeds.Select(seed => Run(reference.Features, reference.Clusters, seed)).ToArray();
        Assert.All(results, result => Assert.True(result.Inertia >= reference.Inertia * 0.9999));
        Assert.True(results.Min(result => result.Inertia) <= reference.Inertia * factor);
    }

    [Fact]
    public void Separated_groups_are_found_as_they_are()
    {
        var reference = KMeansReference.Of("separated");
        var best = Seeds.Select(seed => Run(reference.Features, reference.Clusters, seed)).MinBy(one => one.Inertia)!;
        Assert.Equal(ClusterLabels.BySize(reference.Labels), best.Labels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Inertia_never_rises_from_one_iteration_to_the_next(long seed)
    {
        var features = TestFeatures.Clustered(400, 6, 15, 0.7, seed: 9);
        var inertia = Enumerable.Range(1, 25).Select(most => Run(features, 15, seed, most).Inertia).ToArray();
        for (var i = 1; i < inertia.Length; i++) Assert.True(inertia[i] <= inertia[i - 1] + 1e-4);
        Assert.True(inertia[^1] < inertia[0]);
    }

    [Fact]
    public void A_converged_clustering_has_the_inertia_of_its_own_means_and_no_point_nearer_to_another()
    {
        var features = TestFeatures.Clustered(300, 5, 12, 0.6, seed: 10);
        var result = Run(features, 12, seed: 4);
        Assert.True(result.Converged);
        Assert.Equal(11, result.Labels.Max());
        var means = Means(features, result.Labels);
        var own = Enumerable.Range(0, 300).Select(i => Square(features, i, means[result.Labels[i]])).ToArray();
        Assert.Equal(own.Sum(), result.Inertia, 1e-3);
        for (var i = 0; i < own.Length; i++)
        {
            Assert.True(own[i] <= means.Min(mean => Square(features, i, mean)) + 1e-5);
        }
    }

    [Fact]
    public void A_seed_repeats_with_any_number_of_threads_and_another_seed_starts_elsewhere()
    {
        var features = TestFeatures.Clustered(3000, 8, 60, 0.8, seed: 11);
        var one = KMeans.Cluster(
            features, 60, new KMeansOptions(), new SeededRandom(5L), Context with { Threads = 1 });
        var two = Run(features, 60, seed: 5);
        Assert.Equal(one.Labels, two.Labels);
        Assert.Equal(one.Inertia, two.Inertia);
        Assert.Equal(one.Iterations, two.Iterations);
        Assert.NotEqual(two.Labels, Run(features, 60, seed: 6).Labels);
    }

    [Fact]
    public void The_limit_of_iterations_stops_it_and_is_told()
    {
        var features = TestFeatures.Clustered(400, 6, 15, 0.7, seed: 9);
        var result = Run(features, 15, seed: 1, most: 1);
        Assert.False(result.Converged);
        Assert.Equal(1, result.Iterations);
    }

    [Fact]
    public void As_many_clusters_as_points_leave_each_alone()
    {
        var features = TestFeatures.Random(12, 4, seed: 12);
        var result = Run(features, 12, seed: 1);
        Assert.Equal(Enumerable.Range(0, 12), result.Labels);
        Assert.Equal(0, result.Inertia, 1e-5);
    }

    [Fact]
    public void Equal_points_still_make_k_clusters()
    {
        var features = new FeatureMatrix([.. Enumerable.Repeat<float[]>([0.6f, 0.8f], 7).SelectMany(row => row)], 7, 2);
        var result = Run(features, 3, seed: 1);
        Assert.Equal(3, result.Labels.Distinct().Count());
        Assert.Equal(0, result.Inertia, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(-1)]
    public void A_number_of_clusters_beyond_the_points_is_refused(int clusters)
    {
        var features = TestFeatures.Random(12, 4, seed: 12);
        var fault = Assert.Throws<InputException>(() => Run(features, clusters, seed: 1));
        Assert.Equal("ClusterCountInvalid", fault.ErrorId);
        Assert.Equal(clusters, fault.Target);
    }

    [Fact]
    public void No_iteration_at_all_is_refused() => Assert.Equal(
        "IterationCountInvalid",
        Assert.Throws<InputException>(() => new KMeansOptions { MaximumIterations = 0 }).ErrorId);

    private static KMeansResult Run(FeatureMatrix features, int clusters, long seed, int most = 300) => KMeans.Cluster(
        features, clusters, new KMeansOptions { MaximumIterations = most }, new SeededRandom(seed), Context);

    private static double[][] Means(FeatureMatrix features, int[] labels) =>
        [.. Enumerable.Range(0, labels.Max() + 1).Select(label =>
        {
            var members = Enumerable.Range(0, labels.Length).Where(i => labels[i] == label).ToArray();
            return Enumerable.Range(0, features.Dimension)
                .Select(d => members.Average(i => (double)features.Row(i)[d])).ToArray();
        })];

    private static double Square(FeatureMatrix features, int point, double[] centre)
    {
        var sum = 0.0;
        for (var d = 0; d < centre.Length; d++) sum += Math.Pow(features.Row(point)[d] - centre[d], 2);
        return sum;
    }
}
