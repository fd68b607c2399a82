using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class SubspaceClusteringTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string> References => new(SubspaceReference.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(References))]
    public void Combinations_are_those_of_least_squares(string name)
    {
        var expected = SubspaceReference.Of(name);
        var found = SelfExpression.Pursue(expected.Features, expected.Sparsity, Context);
        var ours = new Dictionary<(int, int), double>();
        for (var at = 0; at < found.Indices.Length; at++)
        {
            if (found.Indices[at] >= 0) ours.Add((at / found.Length, found.Indices[at]), found.Values[at]);
        }

        Assert.Equal(expected.Values.Length, ours.Count);
        for (var at = 0; at < expected.Values.Length; at++)
        {
            Assert.Equal(expected.Values[at], ours[(expected.From_[at], expected.To[at])], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Eigenvectors_span_the_same_space_as_all_of_them_do(string name)
    {
        var expected = SubspaceReference.Of(name);
        var graph = SymmetricGraph.From(SelfExpression.Pursue(expected.Features, expected.Sparsity, Context)).Normalized();
        var (vectors, values, converged) = LargestEigenvectors.Find(
            graph, expected.Clusters, 100, new SeededRandom(3), Context);
        Assert.True(converged);
        Assert.Equal(expected.Eigenvalues, values, (x, y) => Math.Abs(x - y) < 1e-5);

        // The squares of the projections of one basis on the other: the dimension, where the spaces are one.
        var within = vectors.Sum(ours => Enumerable.Range(0, expected.Clusters).Sum(v =>
            Math.Pow(ours.Select((value, i) => value * expected.Eigenvectors[(v * expected.Count) + i]).Sum(), 2)));
        Assert.Equal(expected.Clusters, within, 1e-6);
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Clusters_are_those_of_all_eigenvectors_and_the_best_of_fifty_k_means(string name)
    {
        var expected = SubspaceReference.Of(name);
        var labels = SubspaceClustering.Cluster(
            expected.Features, expected.Clusters, new SubspaceOptions { Sparsity = expected.Sparsity }, new SeededRandom(1),
            Context);
        var agreement = ClusteringScore.Measure(labels, expected.Labels).BCubedF;
        Assert.InRange(agreement, 0.95, 1);
    }

    [Fact]
    public void Every_component_of_a_graph_has_its_eigenvector_of_one()
    {
        // Ten people at right angles, of which only their own faces express one another.
        var values = new float[30 * 20];
        for (var i = 0; i < 30; i++)
        {
            values[(i * 20) + (i / 3 * 2)] = 1;
            values[(i * 20) + (i / 3 * 2) + 1] = 0.1f * (i % 3);
        }

        var faces = new Engine.Data.FeatureMatrix(values, 30, 20).Normalize();
        var graph = SymmetricGraph.From(SelfExpression.Pursue(faces, 1, Context)).Normalized();
        var (_, found, converged) = LargestEigenvectors.Find(graph, 10, 100, new SeededRandom(1), Context);
        Assert.True(converged);
        Assert.All(found, value => Assert.Equal(1, value, 1e-9));
        var labels = SubspaceClustering.Cluster(faces, 10, new SubspaceOptions { Sparsity = 1 }, new SeededRandom(1), Context);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => i / 3), labels);
    }

    [Fact]
    public void A_larger_graphs_eigenpairs_satisfy_their_equation()
    {
        var features = TestFeatures.Clustered(600, 16, 40, 0.4, seed: 97);
        var graph = SymmetricGraph.From(SelfExpression.Pursue(features, 6, Context)).Normalized();
        var (vectors, values, converged) = LargestEigenvectors.Find(graph, 40, 100, new SeededRandom(2), Context);
        Assert.True(converged);
        Assert.Equal(values.OrderDescending(), values);
        for (var v = 0; v < vectors.Length; v++)
        {
            for (var i = 0; i < graph.Count; i++)
            {
                var image = 0.0;
                for (var at = 0; at < graph.Others(i).Length; at++) image += graph.Weights(i)[at] * vectors[v][graph.Others(i)[at]];
                Assert.Equal(values[v] * vectors[v][i], image, 1e-6);
            }
        }
    }

    [Fact]
    public void Counts_out_of_their_range_are_refused()
    {
        Assert.Equal("SparsityInvalid", Assert.Throws<InputException>(() => new SubspaceOptions { Sparsity = 0 }).ErrorId);
        Assert.Equal("ClusterCountInvalid", Assert.Throws<InputException>(() => SubspaceClustering.Cluster(
            TestFeatures.Plane(0, 90), 3, new SubspaceOptions(), new SeededRandom(1), Context)).ErrorId);
    }
}
