using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Pairs;

public sealed class PairDistributionTests
{
    // Distances are kept in bins of .001.
    private const double Bin = 0.001;

    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };
    private static readonly PairDistributionOptions All = new() { Subjects = null };

    [Fact]
    public void Counts_and_moments_are_those_of_brute_force()
    {
        // Eight subjects of 2 to 9 faces, a subject of one face, and faces without an identity.
        int[] identities = [.. Enumerable.Range(2, 8).SelectMany(n => Enumerable.Repeat(n, n)), 99, -1, -1, -1];
        var features = TestFeatures.Random(identities.Length, 6, seed: 61);
        var found = PairDistribution.Measure(features, identities, All, Context);

        var subjects = Enumerable.Range(2, 8)
            .Select(n => Enumerable.Range(0, identities.Length).Where(i => identities[i] == n).ToArray()).ToArray();
        var matched = subjects.Select(own => Pairs(features, own, own)).ToArray();
        var mismatched = subjects.Index().SelectMany(
            one => subjects[(one.Index + 1)..].SelectMany(other => Pairs(features, one.Item, other))).ToArray();
        Assert.Equal((8, 44), (found.Subjects, found.Faces));
        Assert.Equal(matched.Sum(own => own.Length), found.MatchedPairs);
        Assert.Equal(mismatched.Length, found.MismatchedPairs);

        var mean = matched.Average(own => own.Average());
        var square = matched.Average(own => own.Average(d => d * d));
        Assert.Equal(mean, found.MatchedMean, Bin);
        Assert.Equal(Math.Sqrt(square - (mean * mean)), found.MatchedDeviation, Bin);
        Assert.Equal(mismatched.Average(), found.MismatchedMean, Bin);
        Assert.Equal(
            Math.Sqrt(mismatched.Average(d => d * d) - Math.Pow(mismatched.Average(), 2)), found.MismatchedDeviation,
            Bin);
    }

    [Fact]
    public void Eta_has_the_least_risk_of_all_thresholds()
    {
        var (features, identities) = ConstructedPairs.Gaussian(60, 12, 0.6, 0.2, seed: 62);
        var found = PairDistribution.Measure(features, identities, All, Context);
        double[] matched = [.. Enumerable.Range(0, 60).Select(s => Distance(features, 2 * s, (2 * s) + 1))];
        double[] mismatched = [.. Enumerable.Range(0, 120)
            .SelectMany(i => Enumerable.Range(0, i).Where(j => j / 2 != i / 2), (i, j) => Distance(features, i, j))];

        // At an edge of the bins no distance is on the other side but by rounding.
        Assert.Equal(Share(matched, d => d > found.Eta), found.FalseNonMatchRate, 0.02);
        Assert.Equal(Share(mismatched, d => d <= found.Eta), found.FalseMatchRate, 0.001);
        var least = Enumerable.Range(0, 2000).Select(i => i * Bin)
            .Min(eta => Share(matched, d => d > eta) + Share(mismatched, d => d <= eta));
        Assert.Equal(least, found.FalseNonMatchRate + found.FalseMatchRate, 0.005);
    }

    [Fact]
    public void Every_subject_counts_alike_however_many_faces_it_has()
    {
        // 190 pairs at .1 and one at .5: their mean over subjects is .3, and not .1.
        var (features, identities) = ConstructedPairs.Equidistant((20, 0.1), (2, 0.5));
        var found = PairDistribution.Measure(features, identities, All, Context);
        Assert.Equal(191, found.MatchedPairs);
        Assert.Equal(40, found.MismatchedPairs);
        Assert.Equal(0.3, found.MatchedMean, Bin);
        Assert.Equal(0.2, found.MatchedDeviation, Bin);
        Assert.Equal((1.0, 0.0), (Math.Round(found.MismatchedMean, 2), Math.Round(found.MismatchedDeviation, 2)));
    }

    [Fact]
    public void Epsilon_is_the_mode_and_eta_the_middle_of_a_gap()
    {
        var (features, identities) = ConstructedPairs.Equidistant((3, 0.2), (3, 0.2), (3, 0.2), (9, 0.6));
        var found = PairDistribution.Measure(features, identities, All, Context);
        Assert.Equal(0.2, found.Epsilon, 2 * Bin);
        Assert.Equal(0.8, found.Eta, 2 * Bin);
        Assert.Equal((0.0, 0.0), (Math.Round(found.FalseNonMatchRate, 9), Math.Round(found.FalseMatchRate, 9)));
    }

    [Fact]
    public void Between_two_Gaussians_of_one_width_eta_is_where_their_densities_cross()
    {
        // N(.6, .1) and N(1, .1) cross at .8, two deviations from both: 2.28 % of either lie beyond.
        var (features, identities) = ConstructedPairs.Gaussian(2000, 100, 0.6, 0.1, seed: 63);
        var found = PairDistribution.Measure(features, identities, All, Context);
        Assert.Equal(0.8, found.Eta, 0.03);
        Assert.Equal(0.6, found.Epsilon, 0.03);
        Assert.Equal(2 * 0.02275, found.FalseNonMatchRate + found.FalseMatchRate, 0.01);
        Assert.Equal((0.6, 0.1), (Math.Round(found.MatchedMean, 2), Math.Round(found.MatchedDeviation, 2)));
        Assert.Equal((1.0, 0.1), (Math.Round(found.MismatchedMean, 2), Math.Round(found.MismatchedDeviation, 2)));

        // The densities are those of the Gaussians, but for the kernel's width and the sample.
        Assert.Equal(10 / Math.Sqrt(2 * Math.PI), found.Matched[600], 0.4);
        Assert.Equal(10 / Math.Sqrt(2 * Math.PI), found.Mismatched[1000], 0.2);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.003)]
    [InlineData(0.4)]
    public void Densities_integrate_to_1_even_against_their_borders(double distance)
    {
        var (features, identities) = ConstructedPairs.Equidistant((4, distance), (3, distance), (2, 0.9));
        var found = PairDistribution.Measure(features, identities, All, Context);
        Assert.Equal(2000, PairDistribution.Distances.Count);
        Assert.Equal(1, found.Matched.Sum() * Bin, 1e-9);
        Assert.Equal(1, found.Mismatched.Sum() * Bin, 1e-9);
        Assert.All(found.Matched, density => Assert.True(density >= 0));
    }

    [Fact]
    public void The_seed_draws_the_subjects_with_any_number_of_threads()
    {
        var features = TestFeatures.Clustered(300, 8, 100, 0.5, seed: 64);
        int[] identities = [.. Enumerable.Range(0, 300).Select(i => i % 100)];
        var options = new PairDistributionOptions { Subjects = 20, Seed = 3 };
        var one = PairDistribution.Measure(features, identities, options, Context with { Threads = 1 });
        var two = PairDistribution.Measure(features, identities, options, Context);
        Assert.Equal((20, 60, 60L), (two.Subjects, two.Faces, two.MatchedPairs));
        Assert.Equal(one.Matched, two.Matched);
        Assert.Equal(one.Mismatched, two.Mismatched);
        Assert.Equal((one.Epsilon, one.Eta), (two.Epsilon, two.Eta));

        var other = PairDistribution.Measure(features, identities, options with { Seed = 4 }, Context);
        Assert.NotEqual(two.Mismatched, other.Mismatched);
    }

    [Fact]
    public void More_subjects_than_there_are_take_all_of_them()
    {
        var features = TestFeatures.Clustered(30, 8, 10, 0.5, seed: 65);
        int[] identities = [.. Enumerable.Range(0, 30).Select(i => i % 10)];
        var some = PairDistribution.Measure(
            features, identities, new PairDistributionOptions { Subjects = 11, Seed = 9 }, Context);
        var all = PairDistribution.Measure(features, identities, All, Context);
        Assert.Equal(10, some.Subjects);
        Assert.Equal(all.Matched, some.Matched);
        Assert.Equal(all.Mismatched, some.Mismatched);
    }

    [Theory]
    [InlineData(new[] { 0, 0, 1, 2 })]
    [InlineData(new[] { 0, 1, 2, 3 })]
    [InlineData(new[] { 0, 0, -1, -1 })]
    [InlineData(new[] { -1, -1, -1, -1 })]
    public void Fewer_than_two_subjects_with_two_faces_are_refused(int[] identities)
    {
        var fault = Assert.Throws<InputException>(
            () => PairDistribution.Measure(TestFeatures.Plane(0, 1, 2, 3), identities, All, Context));
        Assert.Equal("PairsMissing", fault.ErrorId);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Identities_of_another_number_are_refused(int count)
    {
        int[] identities = [.. Enumerable.Range(0, count).Select(i => i % 2)];
        var fault = Assert.Throws<InputException>(
            () => PairDistribution.Measure(TestFeatures.Plane(0, 1, 2, 3), identities, All, Context));
        Assert.Equal("IdentityCountMismatch", fault.ErrorId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-5)]
    public void Fewer_than_two_subjects_cannot_be_asked_for(int subjects) => Assert.Equal(
        "InvalidArgument",
        Assert.Throws<InputException>(() => new PairDistributionOptions { Subjects = subjects }).ErrorId);

    [Fact]
    public void The_file_holds_both_densities()
    {
        using var folder = new TestFolder();
        var (features, identities) = ConstructedPairs.Equidistant((3, 0.2), (3, 0.3));
        var found = PairDistribution.Measure(features, identities, All, Context);
        PairDistributionFile.Write(found, folder["densities.csv"], overwrite: false);
        var lines = File.ReadAllLines(folder["densities.csv"]);
        Assert.Equal("distance,matched,mismatched", lines[0]);
        var rows = lines.Skip(1).Select(
            line => line.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray());
        Assert.Equal(
            PairDistribution.Distances.Zip(found.Matched, found.Mismatched).Select(
                row => new[] { row.First, row.Second, row.Third }),
            rows);
    }

    [Fact]
    public void All_of_LFW_has_its_eta_between_65_and_75_hundredths()
    {
        var features = LfwFaces.Features();
        var names = LfwFaces.Identities();
        var sizes = names.CountBy(name => name).Select(one => (long)one.Value).Where(size => size > 1).ToArray();
        var found = PairDistribution.Measure(features, IdentityLabels.From(names), All, Context);

        Assert.Equal((1680, 9164), (found.Subjects, found.Faces));
        Assert.Equal(sizes.Sum(size => size * (size - 1) / 2), found.MatchedPairs);
        Assert.Equal(242_257, found.MatchedPairs);
        Assert.Equal((9164L * 9163 / 2) - 242_257, found.MismatchedPairs);
        Assert.InRange(found.Eta, 0.65, 0.75);
        Assert.InRange(found.Epsilon, 0.1, found.Eta);

        // Ten-fold verification on the same features is right in 98.57 % of the pairs.
        Assert.Equal(0.0143, (found.FalseNonMatchRate + found.FalseMatchRate) / 2, 0.003);
    }

    private static double[] Pairs(FeatureMatrix features, int[] one, int[] other) =>
        [.. one.SelectMany(i => other.Where(j => one != other || j > i), (i, j) => Distance(features, i, j))];

    private static double Distance(FeatureMatrix features, int i, int j)
    {
        var sum = 0.0;
        for (var d = 0; d < features.Dimension; d++) sum += (double)features.Row(i)[d] * features.Row(j)[d];
        return 1 - sum;
    }

    private static double Share(double[] distances, Func<double, bool> holds) =>
        distances.Count(holds) / (double)distances.Length;
}
