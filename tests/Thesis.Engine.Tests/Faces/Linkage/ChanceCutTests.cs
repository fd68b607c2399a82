using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Linkage;

public sealed class ChanceCutTests
{
    private static readonly UnrelatedDistances Unrelated = new(1, 0.1, 1);

    // Quantiles of the normal distribution from tables: 1.2816, 3.0902 and 5.1993 deviations below the mode.
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(0.87184, 0.1)]
    [InlineData(0.69098, 1e-3)]
    [InlineData(0.48007, 1e-7)]
    public void The_share_within_a_distance_is_the_normal_distribution(double distance, double share) =>
        Assert.Equal(1, Unrelated.ShareWithin(distance) / share, 1e-3);

    // With 4, 3 and 2 clusters before the merges, 3 P(d < .3) = 4e-12, 2 P(d < .6) = 6.3e-5, 1 P(d < .65) = 2.3e-4.
    [Theory]
    [InlineData(1e-12, 0)]
    [InlineData(1e-11, 1)]
    [InlineData(6e-5, 1)]
    [InlineData(7e-5, 2)]
    [InlineData(2e-4, 2)]
    [InlineData(3e-4, 3)]
    public void Merges_are_taken_while_chance_is_below_the_level(double level, int merges)
    {
        double[] heights = [0.3, 0.6, 0.65];
        var tree = new Dendrogram(4, [0, 2, 4], [1, 3, 5], heights, [2, 2, 4]);
        var cut = ChanceCut.Find(tree, Unrelated, self: 0, level);
        Assert.Equal(merges, cut.Merges);
        Assert.Equal(merges == 0 ? double.NegativeInfinity : heights[merges - 1], cut.Threshold);
    }

    [Theory]
    [InlineData(0, 200_000, 0.01)]
    [InlineData(0.2, 200_000, 0.01)]
    [InlineData(0.8, 200_000, 0.02)]
    [InlineData(0.2, 300, 0.06)]
    public void The_pairs_of_two_people_are_found_among_those_of_one(double related, int pairs, double tolerance)
    {
        var random = new SeededRandom(11L);
        var distances = Enumerable.Range(0, pairs).Select(i => i < related * pairs
            ? 0.4 + (0.08 * random.NextGaussian())
            : 0.95 + (0.1 * random.NextGaussian())).ToArray();
        var fit = UnrelatedDistances.Fit(distances);
        Assert.Equal(0.95, fit.Mode, 2 * tolerance);
        Assert.Equal(0.1, fit.Deviation, tolerance);
        Assert.True(fit.IsPlausible == related < 0.5);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 2)]
    [InlineData(0.249995, 2)]
    public void Of_distances_that_are_all_one_only_those_of_copies_are_merged(double self, int merges)
    {
        var fit = UnrelatedDistances.Fit([0.25, 0.25, 0.25]);
        Assert.Equal(new UnrelatedDistances(0.25, 0, 1), fit);
        var tree = new Dendrogram(3, [0, 2], [1, 3], [0.25, 0.25], [2, 3]);
        Assert.Equal(merges, ChanceCut.Find(tree, fit, self, level: 1).Merges);
    }

    [Fact]
    public void Few_faces_give_all_their_pairs_and_many_a_seeded_draw()
    {
        var asked = new HashSet<(int, int)>();
        UnrelatedDistances.Of(20, (i, j) => Note(i, j), new SeededRandom(1L), WorkContext.Default);
        Assert.Equal(190, asked.Count);

        var first = UnrelatedDistances.Of(5000, Distance, new SeededRandom(1L), WorkContext.Default);
        Assert.Equal(first, UnrelatedDistances.Of(5000, Distance, new SeededRandom(1L), WorkContext.Default));
        Assert.NotEqual(first, UnrelatedDistances.Of(5000, Distance, new SeededRandom(2L), WorkContext.Default));

        double Note(int i, int j)
        {
            asked.Add((Math.Min(i, j), Math.Max(i, j)));
            return Distance(i, j);
        }

        static double Distance(int i, int j)
        {
            Assert.NotEqual(i, j);
            return Math.Abs(i - j) / 5000.0;
        }
    }
}
