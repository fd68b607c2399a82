using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Metrics;

public sealed class ClusteringScoreTests
{
    private const double Exact = 1e-12;

    public static TheoryData<string> References => new(ScoreReference.All.Select(reference => reference.Name));

    [Fact]
    public void Nine_points_worked_by_hand()
    {
        // Clusters of 4, 3 and 2; identities a of 4, b of 3, c and d of 1. In common: a 3 and 1, b 1 and 2, c 1, d 1.
        var score = Measure("aaab|abb|cd");
        Assert.Equal((9, 3, 4), (score.Count, score.Clusters, score.Identities));

        // 1/9 [(9 + 1)/4 + (1 + 4)/3 + (1 + 1)/2] and 1/9 [(9 + 1)/4 + (1 + 4)/3 + 1 + 1].
        Assert.Equal(31 / 54.0, score.BCubedPrecision, Exact);
        Assert.Equal(37 / 54.0, score.BCubedRecall, Exact);
        Assert.Equal(2 * 31 * 37 / (54.0 * (31 + 37)), score.BCubedF, Exact);

        // 6 + 3 + 1 pairs in one cluster, 6 + 3 of one identity, 3 + 1 both.
        Assert.Equal(4 / 10.0, score.PairwisePrecision, Exact);
        Assert.Equal(4 / 9.0, score.PairwiseRecall, Exact);
        Assert.Equal(8 / 19.0, score.PairwiseF, Exact);
    }

    [Fact]
    public void Mutual_information_is_divided_by_either_mean_of_the_entropies()
    {
        // H(clusters) = ln 2, H(identities) = 3/2 ln 2, and the clusters tell ln 2 about the identities.
        var score = Measure("aa|bc");
        Assert.Equal(4 / 5.0, score.Nmi, Exact);
        Assert.Equal(Math.Sqrt(2 / 3.0), score.NmiGeometric, Exact);
    }

    [Theory]
    // Amigó's four constraints: the second clustering is the better one. By hand, both F from P and R:
    // P 1/4 [(9 + 1)/4] = 5/8 against 1, R 1.
    [InlineData("homogeneity", "aaab", "aaa|b", 10 / 13.0, 1)]
    // R 1/4 [(4 + 4)/4] = 1/2 against 1, P 1.
    [InlineData("completeness", "aa|aa", "aaaa", 2 / 3.0, 1)]
    // P 1/9 [(16 + 1)/5 + 4/4] = 22/45 against 1/9 [16/4 + 5/5] = 5/9, R 1.
    [InlineData("rag bag", "aaaaf|bcde", "aaaa|bcdef", 44 / 67.0, 5 / 7.0)]
    // R 1/13 [5/5 x 5 + 4 x (1 + 1)/2] = 9/13 against 1/13 [(16 + 1)/5 + 4 x 2] = 57/65, P 1.
    [InlineData("size and quantity", "aaaaa|b|b|c|c|d|d|e|e", "aaaa|a|bb|cc|dd|ee", 9 / 11.0, 57 / 61.0)]
    public void BCubed_prefers_what_Amigo_asks_for(
        string constraint, string worse, string better, double worseF, double betterF)
    {
        Assert.NotEmpty(constraint);
        Assert.Equal(worseF, Measure(worse).BCubedF, Exact);
        Assert.Equal(betterF, Measure(better).BCubedF, Exact);
        Assert.True(worseF < betterF);
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Random_clusterings_score_as_counted_pair_by_pair_and_by_scikit_learn(string name)
    {
        var expected = ScoreReference.Of(name);
        var score = ClusteringScore.Measure(expected.Clusters, expected.Identities);
        Assert.Equal(expected.Identities.Count(identity => identity >= 0), score.Count);
        Assert.Equal(expected.BCubedPrecision, score.BCubedPrecision, Exact);
        Assert.Equal(expected.BCubedRecall, score.BCubedRecall, Exact);
        Assert.Equal(expected.PairwisePrecision, score.PairwisePrecision, Exact);
        Assert.Equal(expected.PairwiseRecall, score.PairwiseRecall, Exact);
        Assert.Equal(expected.Nmi, score.Nmi, Exact);
        Assert.Equal(expected.NmiGeometric, score.NmiGeometric, Exact);
    }

    [Fact]
    public void A_perfect_clustering_scores_1_throughout()
    {
        var score = Measure("aaa|bb|c|dddd");
        Assert.Equal(
            [1, 1, 1, 1, 1],
            new[] { score.BCubedPrecision, score.BCubedRecall, score.BCubedF, score.PairwiseF, score.Nmi });
        Assert.Equal(1, score.NmiGeometric, Exact);
    }

    [Fact]
    public void Rounding_takes_no_score_above_1()
    {
        // Perfect clusterings: their mutual information and their entropies are sums of the same terms in other words.
        for (var a = 1; a <= 12; a++)
        {
            for (var b = 1; b <= 12; b++)
            {
                var score = Measure(string.Join('|', new string('a', a), new string('b', b), new string('c', a), "d"));
                Assert.InRange(score.Nmi, 1 - Exact, 1);
                Assert.InRange(score.NmiGeometric, 1 - Exact, 1);
            }
        }
    }

    [Fact]
    public void One_cluster_has_recall_1_and_tells_nothing()
    {
        var score = Measure("aabb");
        Assert.Equal((0.5, 1.0), (score.BCubedPrecision, score.BCubedRecall));
        Assert.Equal((2 / 6.0, 1.0), (score.PairwisePrecision, score.PairwiseRecall));
        Assert.Equal((0.0, 0.0), (score.Nmi, score.NmiGeometric));
    }

    [Fact]
    public void Points_all_apart_have_precision_1_and_no_pair_found()
    {
        var score = Measure("a|a|b|b");
        Assert.Equal((1.0, 0.5), (score.BCubedPrecision, score.BCubedRecall));
        Assert.Equal((1.0, 0.0, 0.0), (score.PairwisePrecision, score.PairwiseRecall, score.PairwiseF));
    }

    [Fact]
    public void A_single_point_is_perfect()
    {
        var score = Measure("a");
        Assert.Equal((1.0, 1.0, 1.0, 1.0), (score.BCubedF, score.PairwiseF, score.Nmi, score.NmiGeometric));
    }

    [Theory]
    [InlineData("aaab|abb|cd", "a?aab|ab?b|cd|??")]
    [InlineData("aa|bc", "?aa|b?c|?")]
    public void Unknown_identities_change_nothing(string known, string mixed) =>
        Assert.Equal(Measure(known), Measure(mixed));

    [Fact]
    public void The_numbers_of_clusters_and_identities_do_not_matter()
    {
        var named = ClusteringScore.Measure([7, 7, -3, -3, int.MaxValue], [4, 4, 900, 4, 900]);
        var numbered = ClusteringScore.Measure([0, 0, 1, 1, 2], [0, 0, 1, 0, 1]);
        Assert.Equal(numbered, named);
    }

    [Fact]
    public void Identities_of_another_number_are_refused()
    {
        var fault = Assert.Throws<InputException>(() => ClusteringScore.Measure([0, 1, 2], [0, 1]));
        Assert.Equal("IdentityCountMismatch", fault.ErrorId);
        Assert.Contains("3", fault.Message, StringComparison.Ordinal);
        Assert.Contains("2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_known_identity_nothing_is_measured()
    {
        var fault = Assert.Throws<InputException>(() => ClusteringScore.Measure([0, 1], [-1, -1]));
        Assert.Equal("IdentityMissing", fault.ErrorId);
    }

    [Fact]
    public void Identities_are_numbered_as_they_appear_and_empty_ones_are_unknown() =>
        Assert.Equal([0, 1, -1, 0, -1, 2], IdentityLabels.From(["eve", "adam", null, "eve", "", "Eve"]));

    private static ClusteringScore Measure(string partition)
    {
        var (clusters, identities) = Partition.Parse(partition);
        return ClusteringScore.Measure(clusters, identities);
    }
}
