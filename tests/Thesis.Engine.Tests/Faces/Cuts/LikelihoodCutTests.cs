using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Cuts;

public sealed class LikelihoodCutTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    [Fact]
    public void The_odds_of_a_merge_of_two_are_those_of_the_formula()
    {
        // Two units at cosine c, beta and D: g of two, and Ewens's prior at its best alpha against that of two alone, 0.
        const double cosine = 0.6, beta = 0.55, dimension = 40;
        var unit = new FeatureMatrix([1, 0, 0.6f, 0.8f], 2, 2);
        var model = new PartitionModel(new MergedFaces(unit, Chain([0.4]), onCosines: false).After(0), common: 0);
        var square = 2 + (2 * cosine);
        var away = 1 + beta;
        var evidence = -dimension / 2 * (Math.Log(1 - beta) + Math.Log(away)
            - (beta * square / ((1 - beta) * away)) + (2 / (1 - beta)) - 2);
        // Together is alpha / (alpha (alpha + 1)), most for the smallest alpha of the grid, .05.
        var prior = -Math.Log(1.05);
        Assert.Equal(evidence + prior - 0.5, model.LogOdds(dimension, beta)[0], 1e-4);
    }

    // Four faces that are merged by twos, then to four, then with four more: up to six faces the known share is the least.
    [Fact]
    public void The_share_that_is_known_is_the_least_of_a_few_faces()
    {
        var unit = People(1, 8, 16, 0.2, seed: 12);
        int[] left = [0, 2, 4, 6, 8, 10, 12], right = [1, 3, 5, 7, 9, 11, 13];
        var tree = new Dendrogram(8, left, right, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], [2, 2, 2, 2, 4, 4, 8]);
        var units = new MergedFaces(unit, tree, onCosines: false).After(0);
        var free = new PartitionModel(units, common: 0);
        var known = new PartitionModel(units, common: 0, shareOfFew: 0.6).LogOdds(40, 0.3);
        var (low, high) = (free.LogOdds(40, 0.3), free.LogOdds(40, 0.6));
        Assert.Equal(high[..6], known[..6]);
        Assert.Equal(low[6], known[6]);
        Assert.NotEqual(high[6], low[6]);
        Assert.Equal(free.LogOdds(40, 0.7), new PartitionModel(units, common: 0, shareOfFew: 0.6).LogOdds(40, 0.7));
    }

    [Fact]
    public void The_heights_of_average_linkage_have_the_sums_of_its_faces()
    {
        var unit = People(30, 9, 24, 0.3, seed: 11);
        var tree = BilinearLinkage.Build(new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), Context);
        var (ofHeights, sizes) = new MergedFaces(unit, tree, onCosines: true).After(0).Sums();
        var (ofRows, same) = new MergedFaces(unit, tree, onCosines: false).After(0).Sums();
        Assert.Equal(same, sizes);
        for (var i = 0; i < ofRows.Length; i++) Assert.Equal(ofRows[i], ofHeights[i], 1e-4 * Math.Max(1, ofRows[i]));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(200)]
    public void One_person_is_one_cluster_and_a_warning_says_that_this_is_a_guess(int count)
    {
        var warnings = new List<string>();
        var result = Cluster(People(1, count, 64, 0.06, seed: 3), new CutRule.Likelihood(), warnings);
        Assert.Equal(1, result.ClusterCount);
        Assert.Contains("guess", Assert.Single(warnings), StringComparison.Ordinal);
    }

    // Two clusters of eleven faces of two people, as far apart as strangers sometimes are: one merge, worth eleven faces, of
    // which the clusters tell next to nothing.
    [Fact]
    public void Two_people_of_many_faces_who_are_alike_stay_two()
    {
        var random = new SeededRandom(12L);
        var (dimension, alike) = (64, 0.35);
        var values = new float[22 * dimension];
        for (var i = 0; i < 22; i++)
        {
            for (var k = 0; k < dimension; k++) values[(i * dimension) + k] = (float)(0.07 * random.NextGaussian());
            values[i * dimension] += 1;
            if (i >= 11)
            {
                values[i * dimension] += (float)(alike - 1);
                values[(i * dimension) + 1] += (float)Math.Sqrt(1 - (alike * alike));
            }
        }

        var labels = Cluster(new FeatureMatrix(values, 22, dimension).Normalize(), new CutRule.Likelihood(), []).Labels;
        Assert.Equal([.. Enumerable.Range(0, 22).Select(i => i / 11)], labels);
    }

    [Fact]
    public void Strangers_stay_alone_and_a_warning_names_what_would_help()
    {
        var warnings = new List<string>();
        var result = Cluster(People(600, 1, 64, 0.06, seed: 4), new CutRule.Likelihood(), warnings);
        Assert.InRange(result.ClusterCount, 590, 600);
        Assert.Contains("-CalibrationPath", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_twice_gives_the_same_people()
    {
        var once = People(40, 20, 16, 0.04, seed: 5);
        var twice = new FeatureMatrix([.. once.Values, .. once.Values], 1600, 16);
        var labels = Cluster(once, new CutRule.Likelihood(), []).Labels;
        Assert.Equal(40, labels.Max() + 1);
        Assert.Equal([.. labels, .. labels], Cluster(twice, new CutRule.Likelihood(), []).Labels);
    }

    [Fact]
    public void A_calibration_tells_one_person_from_many_strangers_without_a_warning()
    {
        var known = Calibration(People(60, 6, 64, 0.06, seed: 6), 60);
        var warnings = new List<string>();
        Assert.Equal(1, Cluster(People(1, 50, 64, 0.06, seed: 7), new CutRule.Likelihood(known), warnings).ClusterCount);
        Assert.Equal(30, Cluster(People(30, 1, 64, 0.06, seed: 8), new CutRule.Likelihood(known), warnings).ClusterCount);
        Assert.Empty(warnings);
        Assert.Equal(15, Cluster(People(15, 1, 64, 0.06, seed: 8), new CutRule.Likelihood(known), warnings).ClusterCount);
        Assert.Contains("15 different faces", Assert.Single(warnings), StringComparison.Ordinal);
    }

    // The same features with a part that all share, as light or crop gives it: strangers lie .8 apart and not 1.
    [Fact]
    public void Photographs_of_another_kind_are_told_with_a_calibration_and_without()
    {
        var known = Calibration(People(60, 6, 64, 0.06, seed: 6), 60);
        var faces = People(150, 4, 64, 0.06, seed: 13);
        var values = (float[])faces.Values.Clone();
        for (var i = 0; i < faces.Count; i++) values[i * 64] += 0.5f;
        var others = new FeatureMatrix(values, faces.Count, 64).Normalize();
        List<string> warnings = [], plain = [], alike = [];
        Cluster(others, new CutRule.Likelihood(known), warnings);
        Cluster(others, new CutRule.Likelihood(), plain);
        Cluster(faces, new CutRule.Likelihood(known), alike);
        Assert.Contains("of another kind", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("nearer than faces of many people", Assert.Single(plain), StringComparison.Ordinal);
        Assert.Empty(alike);
    }

    // A person's faces scatter as strangers do.
    [Fact]
    public void A_calibration_of_features_that_tell_nobody_apart_says_so()
    {
        var faces = People(60, 6, 64, 0.5, seed: 14);
        var warnings = new List<string>();
        Cluster(faces, new CutRule.Likelihood(Calibration(faces, 60)), warnings);
        Assert.Contains("badly", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibration_of_other_features_is_refused()
    {
        var known = Calibration(People(10, 4, 32, 0.05, seed: 9), 10);
        var fault = Assert.Throws<InputException>(
            () => Cluster(People(10, 4, 64, 0.05, seed: 9), new CutRule.Likelihood(known), []));
        Assert.Equal("CalibrationMismatch", fault.ErrorId);
    }

    // A cancelled context: whatever computes would say so first.
    [Fact]
    public void What_a_set_cannot_be_cut_by_is_refused_before_its_tree_is_built()
    {
        var features = People(10, 4, 64, 0.05, seed: 9);
        var known = Calibration(People(10, 4, 32, 0.05, seed: 9), 10) with { Feature = "a\u001b[31m" };
        var cancelled = Context with { Cancellation = new CancellationToken(canceled: true) };
        Assert.DoesNotContain('\u001b', Refused(new CutRule.Likelihood(known), "CalibrationMismatch").Message);
        Refused(new CutRule.Count(41), "ClusterCountInvalid");

        InputException Refused(CutRule rule, string id)
        {
            var fault = Assert.Throws<InputException>(
                () => FaceClusterer.Cluster(features, new FaceClusteringOptions { Cut = rule }, cancelled));
            Assert.Equal(id, fault.ErrorId);
            return fault;
        }
    }

    [Fact]
    public void The_seed_and_the_threads_move_no_cut()
    {
        var features = People(100, 5, 64, 0.1, seed: 10);
        var options = new FaceClusteringOptions { Seed = 1 };
        var first = FaceClusterer.Cluster(features, options, Context with { Threads = 1 });
        var second = FaceClusterer.Cluster(features, options with { Seed = 2 }, Context);
        Assert.Equal(first.Labels, second.Labels);
        Assert.Equal(first.Cut, second.Cut);
    }

    // Of strangers every merge is wrong.
    [Fact]
    public void The_expected_wrong_merges_follow_the_tail_of_the_clusters()
    {
        var strangers = People(2000, 1, 64, 0.06, seed: 11);
        var tree = BilinearLinkage.Build(
            new BilinearSimilarity(strangers, Paired: false), new BilinearLinkageOptions(), Context);
        var merges = 60;
        var rule = new CutRule.Threshold(tree.Height[merges - 1]);
        var expected = TreeCut.Of(strangers, tree, onCosines: true, rule, Context).Answer.WrongMerges;
        Assert.InRange(expected!.Value, merges / 3.0, merges);
    }

    // Stills in the shape of LFW, and tracks with junk faces that drift together; a seed that no figure of docs/faces.md
    // comes from.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_expected_wrong_merges_are_within_a_factor_of_three(bool video)
    {
        var protocol = video
            ? new SyntheticProtocol("video", 3000, 81) { SizeDeviation = 0.95, Spread = 1.15, TrackLength = 4, JunkShare = 0.08 }
            : new SyntheticProtocol("stills", 3000, 1303) { Singletons = 922, SizeDeviation = 1.3, Spread = 0.82, JunkShare = 0.01 };
        var faces = SyntheticFaces.Generate(protocol, 77, Context);
        var people = IdentityLabels.From(faces.Identities);
        var result = FaceClusterer.Cluster(faces.Features, new FaceClusteringOptions { Statistics = false }, Context);
        var wrong = result.Labels.Zip(people).Distinct().Count() - result.ClusterCount;
        Assert.InRange(result.Cut!.WrongMerges!.Value, wrong / 3.0, 3.0 * wrong);
    }

    [Fact]
    public void The_curve_says_what_each_threshold_gives()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("thesis-test-").FullName, "curve.csv");
        var tree = new Dendrogram(4, [0, 2, 4], [1, 3, 5], [0.25, 0.5, 0.75], [2, 2, 4]);
        KinkCurveFile.Write(tree, new ExpectedErrors([0, 0.5, 1.5], [3, 2.5, 1.5, 0]), path, overwrite: false);
        var lines = File.ReadAllLines(path);
        Assert.Equal("threshold,clusters,kink,singletons,expected_wrong_merges,expected_splits", lines[0]);
        Assert.StartsWith("0.25,3,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",2,0,2.5", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",0,0.5,1.5", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",0,1.5,0", lines[3], StringComparison.Ordinal);
    }

    private static FaceCalibration Calibration(FeatureMatrix features, int people)
    {
        int[] identities = [.. Enumerable.Range(0, features.Count).Select(i => i % people)];
        var pairs = PairDistribution.Measure(
            features, identities, new PairDistributionOptions { Subjects = null }, Context);
        return FaceCalibration.From(pairs, "made", features.Dimension);
    }

    private static FaceClusteringResult Cluster(FeatureMatrix features, CutRule rule, List<string> warnings) =>
        FaceClusterer.Cluster(
            features, new FaceClusteringOptions { Cut = rule, Statistics = false }, Context with { Warning = warnings.Add });

    /// <summary>Person i mod people in turn, each around a centre at random.</summary>
    private static FeatureMatrix People(int people, int faces, int dimension, double deviation, long seed)
    {
        var random = new SeededRandom(seed);
        var centres = new double[people * dimension];
        for (var i = 0; i < centres.Length; i++) centres[i] = random.NextGaussian() / Math.Sqrt(dimension);
        var values = new float[people * faces * dimension];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(centres[i % centres.Length] + (deviation * random.NextGaussian()));
        }

        return new FeatureMatrix(values, people * faces, dimension).Normalize();
    }

    private static Dendrogram Chain(double[] heights) => new(2, [0], [1], heights, [2]);
}
