using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Similarity;

public sealed class SimilarityTests
{
    private static readonly FeatureMatrix Features =
        TestFeatures.Clustered(300, 12, clusters: 30, spread: 0.25, seed: 4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Every way to learn a similarity, by name.</summary>
    private static readonly Dictionary<string, Func<FeatureMatrix, WorkContext, SimilarityModel>> Ways = new()
    {
        ["PAHC, all negatives"] = (x, context) => ProximityAwareSimilarity.Build(
            x, new ProximityAwareOptions { Neighbours = 4, NegativesFrom = 20 }, context),
        ["PAHC, K = 1"] = (x, context) => ProximityAwareSimilarity.Build(
            x, new ProximityAwareOptions { Neighbours = 1, NegativesFrom = 20 }, context),
        ["PAHC, 50 negatives"] = (x, context) => ProximityAwareSimilarity.Build(
            x, new ProximityAwareOptions { Neighbours = 4, NegativesFrom = 20, Negatives = 50 }, context),
        ["PAHC by distance"] = (x, context) => ProximityAwareSimilarity.Build(
            x, new ProximityAwareOptions { ByDistance = new ProximityDistances() }, context),
        ["DDC"] = (x, context) => DensitySimilarity.Build(x, new DensityOptions { Tolerance = 1e-6 }, context),
        ["DDC-NEG"] = (x, context) => DensityNegativeSimilarity.Build(
            x, new DensityNegativeOptions { Tolerance = 1e-6 }, context),
    };

    public static TheoryData<string> Names => [.. Ways.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_point_is_solved_and_every_value_is_finite(string way)
    {
        var model = Ways[way](Features, WorkContext.Default);
        Assert.Equal(0, model.Report.Unconverged);
        Assert.Equal(Features.Count, model.Report.Samples);
        Assert.Equal(0, model.Report.WithoutNegatives);
        Assert.True(model.Similarity.Paired);
        Assert.Equal(26, model.Similarity.Rows.Dimension);
        Assert.All(model.Similarity.Rows.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bytes_do_not_depend_on_the_threads(string way)
    {
        var one = Ways[way](Features, WorkContext.Default with { Threads = 1 });
        var two = Ways[way](Features, WorkContext.Default with { Threads = 2 });
        Assert.Equal(one.Similarity.Rows.Values, two.Similarity.Rows.Values);
        Assert.Equal(one.Report, two.Report);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_of_the_points_does_not_matter(string way)
    {
        var order = Enumerable.Range(0, Features.Count).ToArray();
        new SeededRandom(11).Shuffle<int>(order);
        var shuffled = new FeatureMatrix(
            [.. order.SelectMany(i => Features.Row(i).ToArray())], Features.Count, Features.Dimension);
        var expected = Ways[way](Features, WorkContext.Default).Similarity;
        var actual = Ways[way](shuffled, WorkContext.Default).Similarity;
        for (var i = 0; i < order.Length; i += 3)
        {
            var j = (i * 7) % order.Length;
            var value = expected.Between(order[i], order[j]);
            Assert.Equal(value, actual.Between(i, j), 2e-3f * Math.Max(1, Math.Abs(value)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Points_of_one_cluster_are_more_similar_than_points_of_two(string way)
    {
        var similarity = Ways[way](Features, WorkContext.Default).Similarity;
        for (var i = 0; i < 30; i++) Assert.True(similarity.Between(i, i + 30) > similarity.Between(i, i + 31));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_points_are_enough_and_one_and_none(string way)
    {
        foreach (var count in new[] { 0, 1, 2 })
        {
            // K and K' of PAHC's ways are for more; those that are not given suit any number.
            var points = TestFeatures.Random(count, 12, seed: 1);
            var model = count == 2 && way.StartsWith("PAHC,", StringComparison.Ordinal)
                ? ProximityAwareSimilarity.Build(points, new ProximityAwareOptions(), WorkContext.Default)
                : Ways[way](points, WorkContext.Default);
            Assert.Equal(count, model.Similarity.Count);
            Assert.All(model.Similarity.Rows.Values, value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void Proximity_aware_similarity_is_its_definition()
    {
        const int positives = 4;
        const int excluded = 19;
        var similarity = Ways["PAHC, all negatives"](Features, WorkContext.Default).Similarity;
        var hyperplanes = new Dictionary<int, (float[] Weights, double Bias)>();
        foreach (var (i, j) in Pairs())
        {
            var (first, second) = (Hyperplane(i), Hyperplane(j));
            var expected = 0.5 * (Mean(first, Neighbours(j)) + Mean(second, Neighbours(i)));
            Assert.Equal(expected, similarity.Between(i, j), 2e-3);
        }

        int[] Neighbours(int i) => TestFeatures.Nearest(Features, i)[..positives];

        (float[] Weights, double Bias) Hyperplane(int i)
        {
            if (hyperplanes.TryGetValue(i, out var known)) return known;
            var order = TestFeatures.Nearest(Features, i);
            int[] members = [.. order[..positives], .. order[excluded..]];
            var kernel = new KernelRows(Features.Dimension);
            kernel.Load(Features, members, whole: true);
            var beta = new double[members.Length];
            var total = 10.0 * members.Length;
            new SquaredHingeSvm().Solve(
                kernel, positives, total / positives, total / (members.Length - positives), beta, Stop);
            var weights = new float[Features.Dimension];
            kernel.Combine(beta, 1, weights);
            return hyperplanes[i] = (weights, beta.Sum());
        }
    }

    [Fact]
    public void Density_similarity_is_its_definition()
    {
        // (3.11) and (3.12) as they stand: squared radius minus squared distance to the centre.
        var similarity = Ways["DDC"](Features, WorkContext.Default).Similarity;
        foreach (var (i, j) in Pairs())
        {
            var expected = 0.5 * (MeanDensity(i, Neighbourhood(j)) + MeanDensity(j, Neighbourhood(i)));
            Assert.Equal(expected, similarity.Between(i, j), 2e-5);
        }

        int[] Neighbourhood(int i) => [.. TestFeatures.Nearest(Features, i)
            .TakeWhile(j => j == i || 1 - Dot(Features.Row(i), Features.Row(j)) < DensityOptions.DefaultEpsilon)];

        double MeanDensity(int i, int[] points)
        {
            var members = Neighbourhood(i);
            var kernel = new KernelRows(Features.Dimension);
            kernel.Load(Features, members);
            var centre = new float[Features.Dimension];
            new OneClassSvm().Solve(kernel, 0.5, 1e-6, centre, out var rho, Stop);
            var squaredRadius = 1 - (2 * rho) + Dot(centre, centre);
            return points.Average(z =>
            {
                var distance = 0.0;
                for (var k = 0; k < centre.Length; k++) distance += Math.Pow(Features.Row(z)[k] - centre[k], 2);
                return squaredRadius - distance;
            });
        }
    }

    [Fact]
    public void Points_beyond_a_distance_are_the_nearest_ones_or_a_seeded_draw()
    {
        var nearest = PointsBeyond.Search(Features, 0.4, 10, SampleChoice.Nearest, WorkContext.Default);
        var drawn = PointsBeyond.Search(Features, 0.4, 10, SampleChoice.Random(3), WorkContext.Default);
        var again = PointsBeyond.Search(
            Features, 0.4, 10, SampleChoice.Random(3), WorkContext.Default with { Threads = 1 });
        Assert.Equal(drawn.Indices, again.Indices);
        for (var i = 0; i < Features.Count; i++)
        {
            var beyond = TestFeatures.Nearest(Features, i)
                .Where(j => 1 - Dot(Features.Row(i), Features.Row(j)) > 0.4).ToArray();
            Assert.Equal(beyond[..10], nearest.Of(i).ToArray());
            Assert.Equal(10, drawn.Of(i).ToArray().Distinct().Count());
            Assert.Subset(beyond.ToHashSet(), drawn.Of(i).ToArray().ToHashSet());
        }
    }

    [Fact]
    public void A_point_without_negatives_falls_back_to_its_sphere()
    {
        var tight = TestFeatures.Clustered(40, 12, clusters: 1, spread: 0.1, seed: 6);
        var model = DensityNegativeSimilarity.Build(tight, new DensityNegativeOptions(), WorkContext.Default);
        var spheres = DensitySimilarity.Build(tight, new DensityOptions(), WorkContext.Default);
        Assert.Equal(40, model.Report.WithoutNegatives);
        Assert.Contains("no point beyond eta", Assert.Single(model.Warnings), StringComparison.Ordinal);
        Assert.Equal(spheres.Similarity.Rows.Values, model.Similarity.Rows.Values);
    }

    [Fact]
    public void A_small_K_prime_is_told_and_one_beyond_the_points_is_refused()
    {
        var large = TestFeatures.Clustered(100, 12, clusters: 2, spread: 0.2, seed: 2);
        var few = Ways["PAHC, all negatives"](large, WorkContext.Default);
        Assert.Contains("too small", Assert.Single(few.Warnings), StringComparison.Ordinal);
        var beyond = Assert.Throws<InputException>(() => ProximityAwareSimilarity.Build(
            Features, new ProximityAwareOptions { NegativesFrom = 400 }, WorkContext.Default));
        Assert.Equal("OptionOutOfRange", beyond.ErrorId);
        Assert.Contains("no negatives among", beyond.Message, StringComparison.Ordinal);
        var apart = TestFeatures.Clustered(300, 64, clusters: 30, spread: 0.25, seed: 2);
        Assert.Empty(Ways["PAHC, all negatives"](apart, WorkContext.Default).Warnings);
    }

    [Theory]
    [InlineData(2, 1, 2)]
    [InlineData(3, 1, 2)]
    [InlineData(10, 5, 6)]
    [InlineData(100, 5, 50)]
    [InlineData(400, 5, 200)]
    [InlineData(68195, 5, 200)]
    public void Places_that_are_not_given_leave_negatives_in_a_set_of_any_size(int points, int neighbours, int negativesFrom)
    {
        Assert.Equal((neighbours, negativesFrom), new ProximityAwareOptions().PlacesOf(points));
        if (points > 100) return;
        var faces = TestFeatures.Clustered(points, 8, 5, 0.4, seed: 12);
        Assert.Equal(0, ProximityAwareSimilarity.Build(faces, new ProximityAwareOptions(), WorkContext.Default).Report.WithoutNegatives);
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_their_value()
    {
        Refused(() => new ProximityAwareOptions { Neighbours = 0 }, "Neighbours is 0");
        Refused(() => new ProximityAwareOptions { Cost = -1.5 }, "Cost is -1.5");
        Refused(() => new DensityOptions { Nu = 1.5 }, "Nu is 1.5");
        Refused(() => new DensityOptions { Epsilon = double.NaN }, "Epsilon is NaN");
        Refused(
            () => ProximityAwareSimilarity.Build(
                Features, new ProximityAwareOptions { Neighbours = 5, NegativesFrom = 5 }, WorkContext.Default),
            "K' = 5");
        Refused(
            () => DensityNegativeSimilarity.Build(
                Features, new DensityNegativeOptions { Eta = 0.1 }, WorkContext.Default),
            "eta = 0.1");

        static void Refused(Func<object> make, string text)
        {
            var fault = Assert.Throws<InputException>(make);
            Assert.Equal("OptionOutOfRange", fault.ErrorId);
            Assert.Contains(text, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Learning_stops_when_it_is_cancelled(string way)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var context = WorkContext.Default with { Cancellation = source.Token };
        Assert.ThrowsAny<OperationCanceledException>(() => Ways[way](Features, context));
    }

    private static IEnumerable<(int First, int Second)> Pairs()
    {
        var random = new SeededRandom(12);
        for (var p = 0; p < 60; p++)
        {
            var first = random.NextInt32(Features.Count);

            // Every other pair lies within a cluster.
            yield return (first, p % 2 == 0 ? random.NextInt32(Features.Count) : (first + 30) % Features.Count);
        }
    }

    private static double Mean((float[] Weights, double Bias) hyperplane, int[] points) =>
        points.Average(z => Dot(hyperplane.Weights, Features.Row(z)) + hyperplane.Bias);

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++) sum += (double)a[k] * b[k];
        return sum;
    }
}
