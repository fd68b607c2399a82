using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Clustering;

public sealed class FaceClustererTests
{
    private const int Groups = 12;

    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string> Methods => new(MethodCase.Names);

    public static TheoryData<string> LinkageMethods => new(MethodCase.LinkageNames);

    /// <summary>
    /// Not k-means, SSC-OMP, FC-ES and Chinese whispers, which draw by index, nor ARO's average linkage, whose rank distances tie often.
    /// </summary>
    public static TheoryData<string> OrderlessMethods => new(MethodCase.Names.Except(["k-means", "ssc-omp", "fc-es", "chinese whispers", "aro"]));

    /// <summary>Not SSC-OMP, which looks for subspaces and not for faces around a mean.</summary>
    public static TheoryData<string> CentredMethods => new(MethodCase.Names.Except(["ssc-omp"]));

    [Theory]
    [MemberData(nameof(CentredMethods))]
    public void Separated_people_are_found_whatever_the_order_of_their_faces(string method)
    {
        var features = TestFeatures.Clustered(144, 8, Groups, 0.08, seed: 21);
        var people = Enumerable.Range(0, features.Count).Select(i => i % Groups).ToArray();
        Assert.Equal(people, Cluster(features, method, new CutRule.Count(Groups)).Labels);

        var order = Shuffled(features.Count, seed: 22);
        var permuted = Cluster(Permute(features, order), method, new CutRule.Count(Groups));
        Assert.Equal(ClusterLabels.BySize([.. order.Select(i => people[i])]), permuted.Labels);
    }

    [Theory]
    [MemberData(nameof(OrderlessMethods))]
    public void Permuting_overlapping_faces_permutes_their_clusters(string method)
    {
        var features = TestFeatures.Clustered(150, 8, 15, 0.45, seed: 23);
        var order = Shuffled(features.Count, seed: 24);
        var plain = Cluster(features, method, new CutRule.Kink());
        var permuted = Cluster(Permute(features, order), method, new CutRule.Kink());
        Assert.Equal(ClusterLabels.BySize([.. order.Select(i => plain.Labels[i])]), permuted.Labels);
        Assert.InRange(plain.ClusterCount, 2, features.Count - 1);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_thread_and_two_give_the_same_clustering(string method)
    {
        var features = TestFeatures.Clustered(220, 8, 40, 0.45, seed: 25);
        var options = MethodCase.Of(method, new CutRule.Count(40));
        var one = FaceClusterer.Cluster(features, options, Context with { Threads = 1 });
        var two = FaceClusterer.Cluster(features, options, Context);
        Assert.Equal(one.Labels, two.Labels);
        Assert.Equal(one.Noise, two.Noise);
        Assert.Equal(one.Tree?.Height, two.Tree?.Height);
        Assert.Equal(one.Statistics!.Faces, two.Statistics!.Faces);
        Assert.Equal(one.Statistics.Clusters, two.Statistics.Clusters);
    }

    [Fact]
    public void The_seed_is_that_of_k_means()
    {
        var features = TestFeatures.Clustered(400, 8, 40, 0.8, seed: 26);
        var options = MethodCase.Of("k-means", new CutRule.Count(40)) with { Seed = 7 };
        var first = FaceClusterer.Cluster(features, options, Context).Labels;
        Assert.Equal(first, FaceClusterer.Cluster(features, options, Context).Labels);
        Assert.NotEqual(first, FaceClusterer.Cluster(features, options with { Seed = 8 }, Context).Labels);
    }

    [Theory]
    [MemberData(nameof(LinkageMethods))]
    public void A_tree_is_cut_where_the_rule_says(string method)
    {
        var features = TestFeatures.Clustered(120, 8, 10, 0.4, seed: 27);
        var people = Enumerable.Range(0, 120).Select(i => i % 10).ToArray();
        var byCount = Cluster(features, method, new CutRule.Count(25));
        var tree = byCount.Tree!;
        Assert.Equal(119, tree.Merges);
        Assert.Equal(25, byCount.ClusterCount);
        Assert.Equal(tree.CutByCount(25), byCount.Labels);

        var kink = OperatingPoint.FindKink(tree).Threshold;
        Assert.Equal(tree.CutByThreshold(kink), Cluster(features, method, new CutRule.Kink()).Labels);
        Assert.Equal(tree.CutByThreshold(0.3), Cluster(features, method, new CutRule.Threshold(0.3)).Labels);

        var oracle = Cluster(features, method, new CutRule.Oracle(people));
        var best = OracleSweep.Run(tree, people, Context).Best;
        Assert.Equal(best.Threshold, oracle.Threshold);
        Assert.Equal(best.F, ClusteringScore.Measure(oracle.Labels, people).BCubedF, 1e-12);
    }

    /// <summary>With enough faces that two people's distances can be read off them.</summary>
    [Theory]
    [InlineData("ahc")]
    [InlineData("pahc")]
    [InlineData("pahc, arctan")]
    [InlineData("ddc")]
    [InlineData("ddc-neg")]
    [InlineData("aro")]
    public void People_are_found_without_a_word_of_where_to_cut(string method)
    {
        var features = TestFeatures.Clustered(400, 64, 40, 0.05, seed: 29);
        var people = Enumerable.Range(0, features.Count).Select(i => i % 40).ToArray();
        var found = Cluster(features, method, new CutRule.Likelihood());
        Assert.InRange(ClusteringScore.Measure(found.Labels, people).BCubedF, 0.9, 1);

        var order = Shuffled(features.Count, seed: 30);
        var permuted = Cluster(Permute(features, order), method, new CutRule.Likelihood());
        Assert.Equal(ClusterLabels.BySize([.. order.Select(i => found.Labels[i])]), permuted.Labels);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    public void Faces_that_are_all_equally_far_apart_are_not_one_person(int count)
    {
        var values = new float[count * count];
        for (var i = 0; i < count; i++) values[i * (count + 1)] = 1;
        Assert.Equal(count, Cluster(new FeatureMatrix(values, count, count), "ahc", new CutRule.Likelihood()).ClusterCount);
    }

    [Theory]
    [InlineData(23, true)]
    [InlineData(24, false)]
    public void A_cut_that_is_read_off_few_faces_is_called_a_guess(int count, bool guess)
    {
        var warnings = new List<string>();
        var features = TestFeatures.Clustered(count, 64, 6, 0.05, seed: 29);
        FaceClusterer.Cluster(features, new FaceClusteringOptions(), Context with { Warning = warnings.Add });
        Assert.Equal(guess, warnings.Exists(warning => warning.Contains("different faces are few", StringComparison.Ordinal)));
    }

    // The default cut may not be that of the oracle, which knows the people, but it must come near it: .944.
    [Fact]
    public void On_LFW_the_default_cut_is_near_the_best_one()
    {
        var features = LfwFaces.Features();
        var people = IdentityLabels.From(LfwFaces.Identities());
        var found = FaceClusterer.Cluster(features, new FaceClusteringOptions { Statistics = false }, Context);
        Assert.InRange(ClusteringScore.Measure(found.Labels, people).BCubedF, 0.935, 0.945);
    }

    [Fact]
    public void The_oracle_gives_k_means_the_number_of_known_identities()
    {
        var features = TestFeatures.Clustered(60, 8, 6, 0.1, seed: 28);
        int[] people = [.. Enumerable.Range(0, 60).Select(i => i % 6 == 5 ? -1 : i % 6)];
        Assert.Equal(5, Cluster(features, "k-means", new CutRule.Oracle(people)).ClusterCount);
    }

    [Theory]
    [InlineData("ahc")]
    [InlineData("k-means")]
    public void An_oracle_that_knows_no_identity_is_refused(string method)
    {
        var features = TestFeatures.Random(4, 3, seed: 1);
        var fault = Assert.Throws<InputException>(
            () => Cluster(features, method, new CutRule.Oracle([-1, -1, -1, -1])));
        Assert.Equal("IdentityMissing", fault.ErrorId);
    }

    [Theory]
    [InlineData("k-means", "kink", "ClusterCountMissing")]
    [InlineData("k-means", "likelihood", "ClusterCountMissing")]
    [InlineData("k-means", "threshold", "ClusterCountMissing")]
    [InlineData("k-means", "count", null)]
    [InlineData("k-means", "oracle", null)]
    [InlineData("dbscan", "kink", null)]
    [InlineData("dbscan", "likelihood", null)]
    [InlineData("dbscan", "threshold", "OperatingPointNotUsed")]
    [InlineData("dbscan", "count", "OperatingPointNotUsed")]
    [InlineData("dbscan", "oracle", null)]
    [InlineData("hdbscan", "kink", null)]
    [InlineData("hdbscan", "likelihood", null)]
    [InlineData("hdbscan", "threshold", "OperatingPointNotUsed")]
    [InlineData("hdbscan", "count", "OperatingPointNotUsed")]
    [InlineData("hdbscan", "oracle", null)]
    [InlineData("chinese whispers", "threshold", "OperatingPointNotUsed")]
    [InlineData("conpac", "threshold", "OperatingPointNotUsed")]
    [InlineData("fc-es", "count", "OperatingPointNotUsed")]
    [InlineData("ssc-omp", "likelihood", "ClusterCountMissing")]
    [InlineData("ssc-omp", "count", null)]
    [InlineData("affinity propagation", "likelihood", null)]
    [InlineData("affinity propagation", "count", "OperatingPointNotUsed")]
    [InlineData("ahc", "kink", null)]
    [InlineData("ddc-neg", "threshold", null)]
    [InlineData("aro", "count", null)]
    [InlineData("pahc", "oracle", null)]
    public void A_method_takes_only_the_operating_points_that_it_has(string method, string rule, string? errorId)
    {
        CutRule cut = rule switch
        {
            "kink" => new CutRule.Kink(),
            "likelihood" => new CutRule.Likelihood(),
            "threshold" => new CutRule.Threshold(0.5),
            "count" => new CutRule.Count(3),
            _ => new CutRule.Oracle([0, 1]),
        };
        var options = MethodCase.Of(method, cut) with { Cut = cut };
        var fault = Record.Exception(() => FaceClusterer.CheckCut(options));
        Assert.Equal(errorId, (fault as InputException)?.ErrorId);
        if (errorId is null) return;
        var features = TestFeatures.Random(4, 3, seed: 1);
        Assert.Equal(
            errorId,
            Assert.Throws<InputException>(() => FaceClusterer.Cluster(features, options, Context)).ErrorId);
    }

    [Fact]
    public void A_threshold_that_is_no_number_and_a_count_below_one_are_refused()
    {
        Assert.Equal(
            "ThresholdInvalid",
            Assert.Throws<InputException>(() => new CutRule.Threshold(double.NaN)).ErrorId);
        Assert.Equal("ClusterCountInvalid", Assert.Throws<InputException>(() => new CutRule.Count(0)).ErrorId);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_clustering_that_was_cancelled_ends(string method)
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var features = TestFeatures.Clustered(100, 8, 10, 0.4, seed: 29);
        Assert.ThrowsAny<OperationCanceledException>(() => FaceClusterer.Cluster(
            features, MethodCase.Of(method, new CutRule.Count(10)), Context with { Cancellation = stop.Token }));
    }

    private static FaceClusteringResult Cluster(FeatureMatrix features, string method, CutRule cut) =>
        FaceClusterer.Cluster(features, MethodCase.Of(method, cut), Context);

    private static int[] Shuffled(int count, long seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new SeededRandom(seed).Shuffle<int>(order);
        return order;
    }

    private static FeatureMatrix Permute(FeatureMatrix features, int[] order) =>
        new([.. order.SelectMany(i => features.Row(i).ToArray())], features.Count, features.Dimension);
}
