using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class ConditionalPairsTests
{
    private const int Passes = 50;

    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    /// <summary>By hand: two pairs of 1 draw a third along, or a third keeps the weaker of them apart.</summary>
    [Theory]
    // .3 + .2 - .1 is more than .3 alone; the third hears min(.3, .2) of the others, the first -.1, max(0, .2 - .1) - .2.
    [InlineData(0.3f, 0.2f, -0.1f, 0.2, 0.1, 0.1)]
    // .3 + .2 - .4 is less than .3 alone.
    [InlineData(0.3f, 0.2f, -0.4f, 0.1, -0.1, -0.2)]
    [InlineData(-0.3f, -0.2f, -0.4f, -0.3, -0.2, -0.4)]
    public void The_messages_of_one_triangle_are_those_of_the_hand(float ij, float ik, float jk, params double[] beliefs)
    {
        var found = Run([ij, ik, jk], 3);
        for (var p = 0; p < 3; p++) Assert.Equal(beliefs[p], found[p], 1e-5);
    }

    /// <summary>One triangle is a tree: beliefs are the differences of the best energies with the pair and without.</summary>
    [Fact]
    public void Of_three_faces_the_beliefs_are_exact()
    {
        var random = new SeededRandom(7);
        for (var trial = 0; trial < 200; trial++)
        {
            var unary = Unary(3, random);
            var beliefs = Run(unary, 3);
            for (var p = 0; p < 3; p++)
            {
                var exact = Best(unary, p, true) - Best(unary, p, false);
                Assert.Equal(exact, beliefs[p], 1e-4);
            }
        }
    }

    /// <summary>
    /// Loopy, so not always: of 4 and 5 faces, all pairs and all triangles, against every partition: 397 and 378 of 400.
    /// </summary>
    [Theory]
    [InlineData(4, 0.98)]
    [InlineData(5, 0.92)]
    public void Of_few_faces_the_clusters_are_nearly_always_the_likeliest(int faces, double least)
    {
        var random = new SeededRandom(8);
        var (right, trials) = (0, 400);
        for (var trial = 0; trial < trials; trial++)
        {
            var unary = Unary(faces, random);
            var graph = Complete(faces);
            var labels = ConditionalPairs.Joined(graph, Run(unary, faces));
            var best = Partitions(faces).Max(partition => Worth(graph, unary, partition));
            var worth = Worth(graph, unary, labels);
            Assert.True(worth <= best + 1e-6);
            if (worth >= best - 1e-6) right++;
        }

        Assert.True(right >= least * trials, $"{right} of {trials}");
    }

    [Theory]
    [InlineData(6, 4)]
    [InlineData(20, 9)]
    [InlineData(60, 12)]
    public void Pairs_and_triangles_are_those_of_the_lists(int faces, int length)
    {
        var features = TestFeatures.Clustered(faces, 6, 5, 0.45, seed: 97);
        var lists = ExactNeighbours.Search(features, length, Context);
        var graph = PairGraph.From(lists, Context);
        bool Near(int a, int b) => lists.Of(a).Contains(b) || lists.Of(b).Contains(a);
        var pairs = (from i in Enumerable.Range(0, faces) from j in Enumerable.Range(i + 1, faces - i - 1) where Near(i, j) select (i, j)).ToArray();
        Assert.Equal(pairs, graph.First.Zip(graph.Second));
        var triangles =
            from ij in pairs
            from k in Enumerable.Range(ij.j + 1, faces - ij.j - 1)
            where Near(ij.i, k) && Near(ij.j, k)
            select (ij, (ij.i, k), (ij.j, k));
        Assert.Equal(triangles, graph.Triangles.Chunk(3).Select(t => (pairs[t[0]], pairs[t[1]], pairs[t[2]])));
    }

    [Fact]
    public void A_bridge_of_one_face_does_not_join_two_people()
    {
        // Five faces at 0 to 8 degrees and five at 40 to 48; one at 24 sees the nearest of both, and joined with all would be too far.
        var features = TestFeatures.Plane(0, 2, 4, 6, 8, 24, 40, 42, 44, 46, 48);
        var (labels, settled) = ConditionalPairs.Cluster(
            features, new ConditionalPairsOptions { Radius = 1 - Math.Cos(17 * Math.PI / 180) }, Context);
        Assert.True(settled);
        Assert.Single(labels[..5].Distinct());
        Assert.Single(labels[6..].Distinct());
        Assert.NotEqual(labels[0], labels[6]);
    }

    [Fact]
    public void Faces_of_one_or_none_are_clustered()
    {
        Assert.Empty(ConditionalPairs.Cluster(new FeatureMatrix([], 0, 2), new ConditionalPairsOptions(), Context).Labels);
        Assert.Equal([0], ConditionalPairs.Cluster(TestFeatures.Plane(10), new ConditionalPairsOptions(), Context).Labels);
    }

    [Theory]
    [InlineData(0.0, 2, 1, "RadiusInvalid")]
    [InlineData(2.5, 2, 1, "RadiusInvalid")]
    [InlineData(0.5, 1, 1, "NeighbourCountInvalid")]
    [InlineData(0.5, 2, 0, "IterationCountInvalid")]
    public void Options_out_of_their_range_are_refused(double radius, int neighbours, int iterations, string errorId) => Assert.Equal(
        errorId,
        Assert.Throws<InputException>(() => new ConditionalPairsOptions
        {
            Radius = radius, Neighbours = neighbours, MaximumIterations = iterations,
        }).ErrorId);

    private static double[] Run(float[] unary, int faces)
    {
        var field = new TransitivityMessages(Complete(faces), unary);
        for (var pass = 0; pass < Passes; pass++) field.Pass(Context);
        return field.Beliefs;
    }

    private static PairGraph Complete(int faces)
    {
        var indices = Enumerable.Range(0, faces)
            .SelectMany(i => Enumerable.Range(0, faces).Where(j => j != i).Prepend(i)).ToArray();
        return PairGraph.From(new NeighbourLists(faces, faces, indices, new float[indices.Length]), Context);
    }

    private static float[] Unary(int faces, SeededRandom random) =>
        [.. Enumerable.Range(0, faces * (faces - 1) / 2).Select(_ => (float)((random.NextDouble() * 1.6) - 0.8))];

    // The best of the four worths with a pair of three given.
    private static double Best(float[] unary, int pair, bool value) => Enumerable.Range(0, 8)
        .Where(y => (((y >> pair) & 1) == 1) == value)
        .Max(y => Enumerable.Range(0, 3).Sum(p => ((y >> p) & 1) * (double)unary[p])
            - (System.Numerics.BitOperations.PopCount((uint)y) == 2 ? TransitivityMessages.Cost : 0));

    private static double Worth(PairGraph graph, float[] unary, int[] labels) => Enumerable.Range(0, unary.Length)
        .Sum(p => labels[graph.First[p]] == labels[graph.Second[p]] ? (double)unary[p] : 0);

    // Every partition once: a face joins one of the clusters before it or begins the next.
    private static IEnumerable<int[]> Partitions(int faces)
    {
        IEnumerable<int[]> partial = [[]];
        for (var face = 0; face < faces; face++)
        {
            partial = partial.SelectMany(
                labels => Enumerable.Range(0, labels.Append(-1).Max() + 2).Select(label => (int[])[.. labels, label]));
        }

        return partial;
    }
}
