using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Linkage;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class ApproximateRankOrderTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    [Theory]
    [InlineData(60, 5)]
    [InlineData(60, 20)]
    [InlineData(40, 39)]
    [InlineData(40, 200)]
    [InlineData(3, 1)]
    public void Distances_are_those_of_the_definition(int count, int neighbours)
    {
        var features = TestFeatures.Clustered(count, 5, 8, 0.5, seed: 73);
        var expected = Definition(features, neighbours);
        var lists = ExactNeighbours.Search(features, neighbours + 1, Context);
        var pairs = ApproximateRankOrder.Distances(lists, Context);

        Assert.Equal(expected.Count, pairs.Length);
        foreach (var (a, b, distance) in pairs)
        {
            Assert.Equal(expected[(Math.Min(a, b), Math.Max(a, b))], distance, 1e-5);
        }
    }

    [Fact]
    public void Four_points_on_a_circle_worked_by_hand()
    {
        // k = 2. Lists, the point itself first: 0: 0 1 2; 1: 1 0 2; 2: 2 1 0; 3: 3 2 1. Points 0, 1 and 2 share theirs.
        // D(2, 3): 3 knows 2 first, so d(3, 2) asks for 2 alone, which 2 has: 0. 2 does not know 3, so d(2, 3) asks for
        // 1 and 0, of which 3 has not 0: 1. D = 1 / 1.
        // D(1, 3): 3 knows 1 second: d(3, 1) asks for 2 and 1: 0; d(1, 3) asks for 0 and 2: 1. D = 1 / 2.
        var features = TestFeatures.Plane(0, 1, 3, 7);
        var pairs = ApproximateRankOrder.Distances(ExactNeighbours.Search(features, 3, Context), Context)
            .ToDictionary(pair => (Math.Min(pair.A, pair.B), Math.Max(pair.A, pair.B)), pair => (double)pair.Weight);
        Assert.Equal(
            [((0, 1), 0.0), ((0, 2), 0.0), ((1, 2), 0.0), ((1, 3), 0.5), ((2, 3), 1.0)],
            pairs.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(4 / 3.0, ApproximateRankOrder.Common(2));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(15)]
    public void The_average_form_is_average_linkage_of_these_distances(int neighbours)
    {
        var features = TestFeatures.Clustered(50, 5, 8, 0.5, seed: 74);
        var tree = Link(features, neighbours, RankOrderForm.Average);
        TreeAssert.Valid(tree);
        Assert.Equal(49, tree.Merges);

        // Ties make several trees right: in each, a merge has the mean distance between its parts, and it is the least.
        var distances = Full(features, neighbours);
        var clusters = Enumerable.Range(0, 50).Select(i => new List<int> { i }).ToList();
        var open = clusters.ToHashSet();
        for (var t = 0; t < tree.Merges; t++)
        {
            var (left, right) = (clusters[tree.Left[t]], clusters[tree.Right[t]]);
            Assert.Equal(Mean(distances, left, right), tree.Height[t], 1e-4);
            var least = open.SelectMany(x => open.Where(y => y != x), (x, y) => Mean(distances, x, y)).Min();
            Assert.Equal(least, tree.Height[t], 1e-4);
            open.Remove(left);
            open.Remove(right);
            clusters.Add([.. left, .. right]);
            open.Add(clusters[^1]);
        }
    }

    [Theory]
    [InlineData(1e-8)]
    [InlineData(0.25)]
    [InlineData(0.6)]
    [InlineData(1)]
    public void The_transitive_form_joins_whatever_pairs_up_to_the_threshold_connect(double threshold)
    {
        const int neighbours = 8;
        var features = TestFeatures.Clustered(60, 5, 8, 0.5, seed: 75);
        var tree = Link(features, neighbours, RankOrderForm.Transitive);
        TreeAssert.Valid(tree);
        var labels = Enumerable.Range(0, 60).ToArray();
        foreach (var ((a, b), distance) in Definition(features, neighbours))
        {
            if ((float)distance <= (float)threshold) Relabel(labels, labels[a], labels[b]);
        }

        Assert.Equal(ClusterLabels.BySize(labels), tree.CutByThreshold((float)threshold));
    }

    [Theory]
    [InlineData(RankOrderForm.Average)]
    [InlineData(RankOrderForm.Transitive)]
    public void One_thread_and_two_give_the_same_tree(RankOrderForm form)
    {
        var features = TestFeatures.Clustered(500, 8, 40, 0.6, seed: 76);
        var options = new RankOrderOptions { NeighbourCount = 20, Form = form };
        var one = ApproximateRankOrder.Link(features, options, Context with { Threads = 1 });
        var two = ApproximateRankOrder.Link(features, options, Context);
        Assert.Equal(one.Left, two.Left);
        Assert.Equal(one.Right, two.Right);
        Assert.Equal(one.Height, two.Height);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(200)]
    public void Lists_are_shorter_than_a_small_set_unless_told(int count)
    {
        // People well apart, whom only lists of all faces would make one.
        var people = Math.Min(10, count / 10);
        var features = TestFeatures.Clustered(count, 32, people, 0.2, seed: 77);
        var tree = ApproximateRankOrder.Link(features, new RankOrderOptions(), Context);
        TreeAssert.Valid(tree);
        Assert.True(tree.Height[^1] > 0.5);
        var expected = BilinearLinkage
            .Build(new BilinearSimilarity(features, Paired: false), new BilinearLinkageOptions(), Context).CutByCount(people);
        Assert.Equal(expected, tree.CutByCount(people));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(100, 15)]
    [InlineData(13233, 173)]
    [InlineData(68195, 200)]
    public void The_length_of_the_lists_grows_with_the_root_of_the_set(int faces, int neighbours) =>
        Assert.Equal(neighbours, new RankOrderOptions().NeighboursOf(faces));

    [Theory]
    [InlineData(39)]
    [InlineData(200)]
    public void Lists_of_all_faces_are_refused(int neighbours)
    {
        var features = TestFeatures.Clustered(40, 8, 5, 0.5, seed: 78);
        var fault = Assert.Throws<InputException>(() => Link(features, neighbours, RankOrderForm.Average));
        Assert.Equal("NeighbourCountInvalid", fault.ErrorId);
        Assert.Contains("40 different faces", fault.Message, StringComparison.Ordinal);
        Assert.Contains("at most 38", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RankOrderForm.Average)]
    [InlineData(RankOrderForm.Transitive)]
    public void Copies_are_one_cluster_at_distance_0_and_the_order_of_the_faces_tells_nothing(RankOrderForm form)
    {
        // Sixty faces of coarse values, whose similarities are often equal, and thirty copies of one of them.
        var random = new SeededRandom(79);
        var values = new float[60 * 6];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextInt32(3) - 1;
        for (var i = 0; i < 60; i++) values[i * 6] = 1;
        var faces = new FeatureMatrix(values, 60, 6).Normalize();
        int[] original = [.. Enumerable.Range(0, 60), .. Enumerable.Repeat(7, 30)];
        var shuffled = original.ToArray();
        random.Shuffle<int>(shuffled);
        var options = new RankOrderOptions { NeighbourCount = 6, Form = form };
        var (one, two) = (Tree(original), Tree(shuffled));
        Assert.Equal(one.Height, two.Height, (x, y) => Math.Abs(x - y) <= 1e-9);
        foreach (var threshold in new[] { 0, 0.3, 0.6, 1, 1.2 })
        {
            var (ours, theirs) = (one.CutByThreshold(threshold), two.CutByThreshold(threshold));
            Assert.Single(Enumerable.Range(0, 90).Where(i => original[i] == 7).Select(i => ours[i]).Distinct());
            Assert.Equal(
                Enumerable.Range(0, 60).Select(face => Members(original, ours, face)),
                Enumerable.Range(0, 60).Select(face => Members(shuffled, theirs, face)));
        }

        Dendrogram Tree(int[] order) => ApproximateRankOrder.Link(faces.Gather(order), options, Context);

        static IEnumerable<int> Members(int[] order, int[] labels, int face)
        {
            var label = labels[Array.IndexOf(order, face)];
            return order.Where((_, i) => labels[i] == label).Order();
        }
    }

    // Two different faces may have the rank distance 0, too: a cut at 0, or the default one, parts no copies for it.
    [Theory]
    [InlineData(RankOrderForm.Average)]
    [InlineData(RankOrderForm.Transitive)]
    public void Copies_alone_have_the_height_0(RankOrderForm form)
    {
        var people = TestFeatures.Clustered(60, 8, 20, 0.5, seed: 80);
        int[] twice = [.. Enumerable.Range(0, 60), .. Enumerable.Range(0, 60)];
        var options = new FaceClusteringOptions { Method = ClusteringMethod.Aro, RankOrder = new RankOrderOptions { Form = form } };
        var atZero = Cluster(new CutRule.Threshold(0), people.Gather(twice));
        Assert.Equal(60, atZero.Max() + 1);
        Assert.Equal(atZero[..60], atZero[60..]);
        Assert.Equal(60, Cluster(new CutRule.Threshold(0), people).Max() + 1);
        Assert.True(Cluster(new CutRule.Threshold(1e-9), people).Max() + 1 < 60);

        // The file twice gives the same people as the file once.
        var byDefault = Cluster(new CutRule.Likelihood(), people.Gather(twice));
        Assert.Equal(byDefault[..60], byDefault[60..]);

        int[] Cluster(CutRule rule, FeatureMatrix faces) => FaceClusterer.Cluster(faces, options with { Cut = rule }, Context).Labels;
    }

    [Fact]
    public void A_list_without_neighbours_is_refused() => Assert.Equal(
        "NeighbourCountInvalid",
        Assert.Throws<InputException>(() => new RankOrderOptions { NeighbourCount = 0 }).ErrorId);

    /// <summary>
    /// D of every pair of which one is in the other's list. f_a(i) is a's i-th neighbour, from 1; a rank beyond the list
    /// counts k of its neighbours and does not lower the smaller rank; the most is 2k / (k + 1).
    /// </summary>
    private static Dictionary<(int A, int B), double> Definition(FeatureMatrix features, int neighbours)
    {
        var k = Math.Min(neighbours, features.Count - 1);
        var order = Enumerable.Range(0, features.Count).Select(i => TestFeatures.Nearest(features, i)).ToArray();
        var distances = new Dictionary<(int, int), double>();
        for (var a = 0; a < features.Count; a++)
        {
            for (var b = a + 1; b < features.Count; b++)
            {
                var (ofB, ofA) = (Array.IndexOf(order[a], b), Array.IndexOf(order[b], a));
                if (ofB > k && ofA > k) continue;
                var sum = Asymmetric(order, a, b, Math.Min(ofB, k), k) + Asymmetric(order, b, a, Math.Min(ofA, k), k);
                distances.Add((a, b), Math.Min(sum / (double)Math.Min(ofB, ofA), 2.0 * k / (k + 1)));
            }
        }

        return distances;
    }

    private static int Asymmetric(int[][] order, int a, int b, int upTo, int k) =>
        order[a].Skip(1).Take(upTo).Count(neighbour => !order[b].Take(k + 1).Contains(neighbour));

    private static double[,] Full(FeatureMatrix features, int neighbours)
    {
        var full = new double[features.Count, features.Count];
        var k = Math.Min(neighbours, features.Count - 1);
        var listed = Definition(features, neighbours);
        for (var a = 0; a < features.Count; a++)
        {
            for (var b = a + 1; b < features.Count; b++)
            {
                full[a, b] = full[b, a] = listed.GetValueOrDefault((a, b), 2.0 * k / (k + 1));
            }
        }

        return full;
    }

    private static double Mean(double[,] distances, List<int> left, List<int> right) =>
        left.SelectMany(_ => right, (a, b) => distances[a, b]).Average();

    private static void Relabel(int[] labels, int from, int to)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == from) labels[i] = to;
        }
    }

    private static Dendrogram Link(FeatureMatrix features, int neighbours, RankOrderForm form) =>
        ApproximateRankOrder.Link(
            features, new RankOrderOptions { NeighbourCount = neighbours, Form = form }, Context);
}
