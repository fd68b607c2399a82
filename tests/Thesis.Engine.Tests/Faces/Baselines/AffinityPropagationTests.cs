using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class AffinityPropagationTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string> References => new(AffinityReference.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(References))]
    public void Exemplars_and_clusters_are_those_of_scikit_learn(string name)
    {
        var expected = AffinityReference.Of(name);
        var found = AffinityPropagation.Cluster(expected.Features, expected.Options, new SeededRandom(1), Context);
        Assert.True(found.Converged);
        Assert.Equal(expected.Exemplars, found.Exemplars);
        Assert.Equal(ClusterLabels.BySize(expected.Labels), found.Labels);
        Assert.InRange(found.Iterations, expected.Iterations - 2, expected.Iterations + 2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(80)]
    [InlineData(81)]
    public void The_median_of_the_pairs_is_that_of_the_sorted_ones(int count)
    {
        var features = TestFeatures.Clustered(count, 5, 4, 0.6, seed: 91);
        using var matrix = new SquareMatrix(count);
        var pairs = new List<double>();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                var value = features.Row(i)[0] * features.Row(j)[1];
                matrix.Row(i)[j] = value;
                if (j > i) pairs.Add(value);
            }
        }

        pairs.Sort();
        var expected = (pairs[pairs.Count / 2] + pairs[(pairs.Count - 1) / 2]) / 2;
        Assert.Equal(expected, PairMedian.Of(matrix, Context));
    }

    [Fact]
    public void One_thread_and_two_give_the_same_messages()
    {
        var features = TestFeatures.Clustered(300, 8, 30, 0.5, seed: 92);
        var one = AffinityPropagation.Cluster(features, new(), new SeededRandom(1), Context with { Threads = 1 });
        var two = AffinityPropagation.Cluster(features, new(), new SeededRandom(1), Context);
        Assert.Equal(one.Labels, two.Labels);
        Assert.Equal(one.Exemplars, two.Exemplars);
        Assert.Equal(one.Iterations, two.Iterations);
    }

    [Fact]
    public void What_does_not_converge_is_said()
    {
        var warnings = new List<string>();
        var features = TestFeatures.Clustered(100, 6, 10, 0.6, seed: 93);
        var found = AffinityPropagation.Cluster(
            features, new AffinityPropagationOptions { MaximumIterations = 3 }, new SeededRandom(1),
            Context with { Warning = warnings.Add });
        Assert.False(found.Converged);
        Assert.Equal(3, found.Iterations);
        Assert.Contains("did not converge in 3 iterations", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_into_memory_is_refused_before_it_is_allocated()
    {
        // 12 N^2 bytes: 12 TiB.
        var features = new FeatureMatrix(new float[1 << 20], 1 << 20, 1);
        var fault = Assert.Throws<InputException>(
            () => AffinityPropagation.Cluster(features, new(), new SeededRandom(1), Context));
        Assert.Equal("MemoryInsufficient", fault.ErrorId);
        Assert.Contains("HDBSCAN", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, null, 1, "DampingInvalid")]
    [InlineData(1.0, null, 1, "DampingInvalid")]
    [InlineData(0.5, double.NaN, 1, "PreferenceInvalid")]
    [InlineData(0.5, null, 0, "IterationCountInvalid")]
    public void Options_out_of_their_range_are_refused(double damping, double? preference, int iterations, string errorId) =>
        Assert.Equal(errorId, Assert.Throws<InputException>(() => new AffinityPropagationOptions
        {
            Damping = damping, Preference = preference, MaximumIterations = iterations,
        }).ErrorId);
}
