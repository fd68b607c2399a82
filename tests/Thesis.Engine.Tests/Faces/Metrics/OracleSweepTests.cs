using System.Globalization;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tests.Faces.Linkage;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Metrics;

public sealed class OracleSweepTests
{
    // 0 and 1 at .1; 2 and 3 at .2, {0, 1} and 4 at .2; all at .5. Identities a a b b b.
    private static readonly double[] Z = [0, 1, .1, 2, 2, 3, .2, 2, 4, 5, .2, 3, 6, 7, .5, 5];
    private static readonly int[] Identities = [0, 0, 1, 1, 1];

    private static OracleCurve Curve => Sweep(LinkageMatrix.ToTree(Z, 5, "the test"), Identities);

    [Theory]
    [InlineData(40, 1.0, 0.0, 1)]
    [InlineData(60, 0.3, 0.0, 2)]
    [InlineData(60, 0.3, 0.4, 3)]
    [InlineData(80, 0.0, 0.2, 4)]
    [InlineData(2, 1.0, 0.0, 5)]
    public void Every_cut_of_a_random_tree_has_the_score_of_its_clusters(
        int count, double step, double unknown, long seed)
    {
        var random = new SeededRandom(seed);
        var tree = RandomTree.Draw(count, count - 1, step, random);
        CheckEveryCut(tree, RandomIdentities(count, 6, unknown, random));
    }

    [Theory]
    [InlineData("clusters")]
    [InlineData("duplicates")]
    public void Every_cut_of_an_average_linkage_has_the_score_of_its_clusters(string name)
    {
        var tree = ReferenceTree.Of(name).Tree;
        CheckEveryCut(tree, [.. Enumerable.Range(0, tree.Count).Select(i => i % 13 == 0 ? -1 : i % 12)]);
    }

    [Fact]
    public void A_tree_that_ended_early_is_scored_up_to_its_end()
    {
        var random = new SeededRandom(6L);
        var tree = RandomTree.Draw(50, 30, 0.7, random);
        CheckEveryCut(tree, RandomIdentities(50, 6, 0.1, random));
    }

    [Fact]
    public void The_cuts_of_a_small_tree_worked_by_hand()
    {
        // Apart: R 1/5 [2/2 + 3/3]. After .1: R 1/5 [4/2 + 3/3]. After both at .2, {0, 1, 4} and {2, 3}: P 1/5 [5/3 + 2],
        // R 1/5 [4/2 + 5/3]. After .5: P 1/5 [13/5], R 1.
        Assert.Equal([0, 1, 3, 4], Curve.Cuts.Select(cut => cut.Merges));
        Assert.Equal([double.NegativeInfinity, .1, .2, .5], Curve.Cuts.Select(cut => cut.Threshold));
        Assert.Equal([5, 4, 2, 1], Curve.Cuts.Select(cut => cut.Clusters));
        AssertClose([1, 1, 11 / 15.0, 13 / 25.0], cut => cut.Precision);
        AssertClose([2 / 5.0, 3 / 5.0, 11 / 15.0, 1], cut => cut.Recall);
    }

    [Fact]
    public void The_best_cut_has_the_largest_F()
    {
        // F is 4/7, 3/4, 11/15, 26/38.
        Assert.Equal(1, Curve.Best.Merges);
        Assert.Equal(0.75, Curve.Best.F, 1e-12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.4, 0)]
    [InlineData(0.41, 1)]
    [InlineData(0.6, 1)]
    [InlineData(0.7, 3)]
    [InlineData(0.9, 4)]
    [InlineData(1, 4)]
    public void At_a_recall_the_cut_has_the_best_precision_of_those_that_reach_it(double recall, int merges) =>
        Assert.Equal(merges, Curve.AtRecall(recall)!.Value.Merges);

    [Fact]
    public void A_recall_that_no_cut_reaches_has_no_cut()
    {
        var part = LinkageMatrix.ToTree(Z.AsSpan(0, 8), 5, "the test");
        var curve = Sweep(part, Identities);
        Assert.Null(curve.AtRecall(0.9));
        Assert.NotNull(curve.AtRecall(0.6));
    }

    [Fact]
    public void The_whole_tree_reaches_recall_1_however_long_the_sum()
    {
        for (var seed = 0L; seed < 20; seed++)
        {
            var random = new SeededRandom(seed);
            var tree = RandomTree.Draw(300, 299, 1, random);
            var curve = Sweep(tree, RandomIdentities(300, 47, 0.1, random));
            Assert.NotNull(curve.AtRecall(1));
        }
    }

    [Fact]
    public void Identities_of_another_number_are_refused()
    {
        var tree = LinkageMatrix.ToTree(Z, 5, "the test");
        var fault = Assert.Throws<InputException>(() => Sweep(tree, [0, 1]));
        Assert.Equal("IdentityCountMismatch", fault.ErrorId);
    }

    [Fact]
    public void Without_a_known_identity_nothing_is_scored()
    {
        var tree = LinkageMatrix.ToTree(Z, 5, "the test");
        Assert.Equal(
            "IdentityMissing", Assert.Throws<InputException>(() => Sweep(tree, [-1, -1, -1, -1, -1])).ErrorId);
    }

    [Fact]
    public void The_curve_file_holds_every_cut_in_the_invariant_culture()
    {
        using var folder = new TestFolder();
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            OracleCurveFile.Write(Curve, folder["curve.csv"], overwrite: false);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        var lines = File.ReadAllLines(folder["curve.csv"]);
        Assert.Equal("threshold,clusters,precision,recall,f", lines[0]);
        var rows = lines.Skip(1).Select(line => line.Split(',').Select(Number).ToArray()).ToArray();
        Assert.Equal(
            Curve.Cuts.Select(cut => new[] { cut.Threshold, cut.Clusters, cut.Precision, cut.Recall, cut.F }), rows);
    }

    [Fact]
    public void The_curve_file_is_not_replaced_unless_it_may_be()
    {
        using var folder = new TestFolder();
        var path = folder.Write("curve.csv", "mine");
        var fault = Assert.Throws<InputException>(() => OracleCurveFile.Write(Curve, path, overwrite: false));
        Assert.Equal("FileExists", fault.ErrorId);
        Assert.Equal("mine", File.ReadAllText(path));
        OracleCurveFile.Write(Curve, path, overwrite: true);
        Assert.StartsWith("threshold", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static void CheckEveryCut(Dendrogram tree, int[] identities)
    {
        var curve = Sweep(tree, identities);
        var cuts = Enumerable.Range(0, tree.Merges + 1)
            .Where(merges => merges == 0 || merges == tree.Merges || tree.Height[merges] > tree.Height[merges - 1]);
        Assert.Equal(cuts, curve.Cuts.Select(cut => cut.Merges));
        foreach (var cut in curve.Cuts)
        {
            var score = ClusteringScore.Measure(tree.CutAfter(cut.Merges), identities);
            Assert.Equal(score.BCubedPrecision, cut.Precision, 1e-12);
            Assert.Equal(score.BCubedRecall, cut.Recall, 1e-12);
            Assert.Equal(score.BCubedF, cut.F, 1e-12);
            Assert.Equal(tree.CutAfter(cut.Merges), tree.CutByThreshold(cut.Threshold));
        }
    }

    private static int[] RandomIdentities(int count, int people, double unknown, SeededRandom random)
    {
        var identities = Enumerable.Range(0, count)
            .Select(_ => random.NextDouble() < unknown ? -1 : random.NextInt32(people)).ToArray();
        identities[0] = 0;
        return identities;
    }

    private static OracleCurve Sweep(Dendrogram tree, int[] identities) =>
        OracleSweep.Run(tree, identities, WorkContext.Default);

    private static void AssertClose(double[] expected, Func<CutScore, double> value)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], value(Curve.Cuts[i]), 1e-12);
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
