using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Linkage;

public class AverageLinkageTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    // Rounds to the very end, with lists so short that bounds fail often.
    private static readonly BilinearLinkageOptions Rounds = new() { ListLength = 3, DenseCount = 1 };

    public static TheoryData<string> Cases => [.. ReferenceTree.All.Select(tree => tree.Name)];

    public static TheoryData<string> BilinearCases =>
        [.. ReferenceTree.All.Where(tree => tree.Distance == DistanceTransform.OneMinus).Select(tree => tree.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Condensed_linkage_gives_the_tree_of_fastcluster(string name)
    {
        var reference = ReferenceTree.Of(name);
        var tree = ReferenceTree.Condensed(reference.Similarity, reference.Distance, Context);
        TreeAssert.Same(reference.Tree, tree);
        TreeAssert.Valid(tree);
    }

    [Theory]
    [MemberData(nameof(BilinearCases))]
    public void Bilinear_linkage_gives_the_tree_of_fastcluster(string name)
    {
        var reference = ReferenceTree.Of(name);
        var tree = BilinearLinkage.Build(reference.Similarity, Rounds, Context);
        TreeAssert.Same(reference.Tree, tree);
        TreeAssert.Valid(tree);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 40)]
    [InlineData(32, 1)]
    [InlineData(32, 100)]
    [InlineData(500, 1)]
    [InlineData(32, 4096)]
    public void Neither_the_length_of_lists_nor_the_dense_end_changes_the_tree(int listLength, int denseCount)
    {
        var reference = ReferenceTree.Of("clusters");
        var options = new BilinearLinkageOptions { ListLength = listLength, DenseCount = denseCount };
        TreeAssert.Same(reference.Tree, BilinearLinkage.Build(reference.Similarity, options, Context));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public void Copies_are_merged_at_0_and_no_height_is_below(int denseCount)
    {
        // Near-copies, too: their products may exceed 1 by rounding.
        var faces = TestFeatures.Clustered(200, 64, 20, 0.3, seed: 9);
        var near = TestFeatures.Clustered(200, 64, 1, 1e-7, seed: 10);
        var unit = new FeatureMatrix([.. faces.Values, .. faces.Values, .. near.Values], 600, 64).Normalize();
        var tree = BilinearLinkage.Build(
            new BilinearSimilarity(unit, Paired: false), Rounds with { DenseCount = denseCount }, Context);
        TreeAssert.Valid(tree);
        Assert.True(tree.Height[0] >= 0);
        Assert.True(BitConverter.DoubleToInt64Bits(tree.Height[0]) >= 0);
        var labels = tree.CutByThreshold(0);
        for (var i = 0; i < 200; i++) Assert.Equal(labels[i], labels[200 + i]);
        Assert.True(labels.Max() > 190);
    }

    [Fact]
    public void Bilinear_and_condensed_linkage_agree_on_a_thousand_faces()
    {
        var unit = TestFeatures.Clustered(1000, 24, 60, 0.6, seed: 5);
        var similarity = new BilinearSimilarity(unit, Paired: false);
        var condensed = ReferenceTree.Condensed(similarity, DistanceTransform.OneMinus, Context);
        TreeAssert.Same(condensed, BilinearLinkage.Build(similarity, Rounds with { ListLength = 16 }, Context));
    }

    [Fact]
    public void A_permutation_of_the_points_permutes_the_clusters()
    {
        var unit = TestFeatures.Clustered(400, 12, 25, 0.6, seed: 6);
        var order = Enumerable.Range(0, unit.Count).Select(i => i * 147 % unit.Count).ToArray();
        var moved = new FeatureMatrix(
            [.. order.SelectMany(i => unit.Row(i).ToArray())], unit.Count, unit.Dimension);

        var tree = BilinearLinkage.Build(new BilinearSimilarity(unit, false), Rounds, Context);
        var movedTree = BilinearLinkage.Build(new BilinearSimilarity(moved, false), Rounds, Context);

        var labels = tree.CutByCount(25);
        var movedLabels = movedTree.CutByCount(25);
        Assert.Equal(
            ClusterLabels.BySize(order.Select(i => labels[i]).ToArray()), ClusterLabels.BySize(movedLabels));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_thread_and_two_give_the_same_merges_to_the_last_bit(bool paired)
    {
        var unit = TestFeatures.Clustered(1500, 16, 90, 0.7, seed: 7);
        var similarity = new BilinearSimilarity(unit, paired);
        var one = BilinearLinkage.Build(similarity, Rounds, Context with { Threads = 1 });
        var two = BilinearLinkage.Build(similarity, Rounds, Context with { Threads = 2 });
        Assert.Equal(LinkageMatrix.From(one), LinkageMatrix.From(two));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public void A_limit_gives_the_lower_part_of_the_whole_tree(int denseCount)
    {
        var reference = ReferenceTree.Of("clusters");
        var limit = 0.25;
        var options = new BilinearLinkageOptions { ListLength = 3, DenseCount = denseCount, DistanceLimit = limit };
        var tree = BilinearLinkage.Build(reference.Similarity, options, Context);

        Assert.Equal(reference.Tree.Height.Count(height => height <= limit), tree.Merges);
        Assert.Equal(reference.Tree.CutByThreshold(limit), tree.CutByThreshold(limit));
    }

    [Fact]
    public void The_similarity_is_left_as_it_was()
    {
        var reference = ReferenceTree.Of("pairs");
        var similarity = reference.Similarity;
        var before = similarity.Rows.Values.ToArray();
        BilinearLinkage.Build(similarity, Rounds, Context);
        Assert.Equal(before, similarity.Rows.Values);
    }

    [Fact]
    public void Copies_of_one_picture_make_one_cluster_first()
    {
        var similarity = new BilinearSimilarity(WithCopies(), Paired: false);
        var tree = BilinearLinkage.Build(similarity, Rounds, Context);

        TreeAssert.Valid(tree);
        TreeAssert.Same(ReferenceTree.Condensed(similarity, DistanceTransform.OneMinus, Context), tree);
        Assert.Equal(100, tree.CutByThreshold(TreeAssert.Tolerance).Max() + 1);
    }

    // Of pairs, a copy need not be the nearest, and which of the copies another point joins is a tie: only the heights
    // are the same in all trees.
    [Fact]
    public void Copies_of_one_pair_tie_and_the_heights_stand()
    {
        var similarity = new BilinearSimilarity(WithCopies(), Paired: true);
        var tree = BilinearLinkage.Build(similarity, Rounds, Context);

        TreeAssert.Valid(tree);
        var condensed = ReferenceTree.Condensed(similarity, DistanceTransform.OneMinus, Context);
        for (var t = 0; t < tree.Merges; t++) Assert.Equal(condensed.Height[t], tree.Height[t], TreeAssert.Tolerance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fewer_than_two_points_have_a_tree_without_merges(int count)
    {
        var similarity = new BilinearSimilarity(new FeatureMatrix(new float[count * 3], count, 3), Paired: false);
        Assert.Equal(0, BilinearLinkage.Build(similarity, Rounds, Context).Merges);
        Assert.Equal(0, ReferenceTree.Condensed(similarity, DistanceTransform.OneMinus, Context).Merges);
    }

    [Fact]
    public void A_list_of_one_candidate_is_refused()
    {
        var fault = Assert.Throws<InputException>(() => new BilinearLinkageOptions { ListLength = 1 });
        Assert.Equal("ListLengthInvalid", fault.ErrorId);
    }

    [Fact]
    public void Cancelled_work_stops()
    {
        var similarity = ReferenceTree.Of("clusters").Similarity;
        var context = Context with { Cancellation = new CancellationToken(canceled: true) };
        Assert.ThrowsAny<OperationCanceledException>(() => BilinearLinkage.Build(similarity, Rounds, context));
        Assert.ThrowsAny<OperationCanceledException>(
            () => ReferenceTree.Condensed(similarity, DistanceTransform.OneMinus, context));
    }

    [Fact]
    public void Distances_that_do_not_fit_are_refused_before_they_are_allocated()
    {
        var fault = Assert.Throws<InputException>(() => new CondensedDistances(int.MaxValue));
        Assert.Equal("MemoryInsufficient", fault.ErrorId);
        Assert.Equal(FaultKind.ResourceUnavailable, fault.Kind);
        Assert.Contains("OneMinus", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DistanceTransform.OneMinus, 0.5)]
    [InlineData(DistanceTransform.Arctan, 1 - (0.46364760900080611 * 2 / Math.PI))]
    [InlineData(DistanceTransform.Exponential, 0.60653065971263342)]
    public void A_similarity_of_one_half_becomes_this_distance(DistanceTransform transform, double distance) =>
        Assert.Equal(distance, CondensedDistances.Transform(transform, 0.5f), 1e-6);

    // 300 points, of which 201 are the same.
    private static FeatureMatrix WithCopies()
    {
        var random = TestFeatures.Random(300, 8, seed: 8);
        var values = random.Values.ToArray();
        for (var i = 100; i < 300; i++) random.Row(7).CopyTo(values.AsSpan(i * 8));
        return new FeatureMatrix(values, 300, 8);
    }
}
