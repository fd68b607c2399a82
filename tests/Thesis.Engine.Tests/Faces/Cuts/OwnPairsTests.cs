using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Cuts;

public sealed class OwnPairsTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    [Fact]
    public void The_clusters_of_units_are_those_of_the_tree()
    {
        var (unit, tree) = Tree(Kinds(kinds: 12, people: 1, faces: 5, alike: 0, seed: 21).Unit);
        var units = new MergedFaces(unit, tree, onCosines: true).After(0);
        foreach (var merges in new[] { 0, 1, 30, tree.Merges })
        {
            var labels = units.LabelsAfter(merges);
            var pairs = labels.Zip(tree.CutAfter(merges)).Distinct().Count();
            Assert.Equal(tree.Count - merges, labels.Distinct().Count());
            Assert.Equal(tree.Count - merges, pairs);
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void Pairs_of_one_cluster_are_not_counted(double share)
    {
        var (unit, tree) = Tree(Kinds(kinds: 12, people: 1, faces: 6, alike: 0, seed: 22).Unit);
        var units = new MergedFaces(unit, tree, onCosines: true).After(0);
        var labels = units.LabelsAfter(40);
        double[] apart = [.. from i in Enumerable.Range(0, unit.Count) from j in Enumerable.Range(0, i)
                             where labels[i] != labels[j] orderby Product(unit, i, j) select Product(unit, i, j)];
        var exceeded = CosineCounts.Of(units, Context, labels).Exceeded(share);
        var rank = (1 - share) * apart.Length;
        Assert.InRange(exceeded, apart[(int)Math.Ceiling(rank) - 2] - 1e-4, apart[Math.Min((int)rank + 1, apart.Length - 1)] + 1e-4);
        Assert.True(CosineCounts.Of(units, Context, new int[unit.Count]).IsEmpty);
    }

    // Fourteen people with nine tracks each, of whom one pair in eight is one person's: seeds that no figure comes from. Of
    // the last three D of all pairs finds no two tracks of one person.
    [Theory]
    [InlineData(79)]
    [InlineData(80)]
    [InlineData(735)]
    [InlineData(745)]
    [InlineData(901)]
    public void The_tracks_of_few_people_are_found_together(int seed)
    {
        var protocol = new SyntheticProtocol("video", 500, 14)
        {
            SizeDeviation = 0.95, Spread = 1.15, TrackLength = 4, JunkShare = 0.08,
        };
        var faces = SyntheticFaces.Generate(protocol, seed, Context);
        Assert.InRange(Gap(faces.Features, IdentityLabels.From(faces.Identities)), 0, 0.06);
    }

    // Of four people every third pair of faces is one person's.
    [Fact]
    public void Four_people_are_four()
    {
        var (unit, people) = Kinds(kinds: 4, people: 1, faces: 25, alike: 0, seed: 23);
        Assert.InRange(Gap(unit, people), 0, 0.01);
    }

    // Sixty people who come in twenty kinds: a heavy tail of strangers, which is no person's.
    [Fact]
    public void People_who_are_alike_stay_apart()
    {
        var (unit, people) = Kinds(kinds: 20, people: 3, faces: 20, alike: 0.2, seed: 24);
        Assert.InRange(Gap(unit, people), 0, 0.03);
    }

    // Forty people of two kinds: without all pairs of one kind the others scatter as the lower half does, and the two kinds are
    // no two people.
    [Theory]
    [InlineData(0.15)]
    [InlineData(0.2)]
    [InlineData(0.25)]
    public void Two_kinds_are_not_two_people(double alike)
    {
        var (unit, people) = Kinds(kinds: 2, people: 20, faces: 10, alike: alike, seed: 27);
        Assert.InRange(Gap(unit, people), 0, 0.03);
    }

    [Fact]
    public void One_person_of_scattered_faces_is_one_and_strangers_with_a_common_cosine_are_many()
    {
        var one = Kinds(kinds: 1, people: 1, faces: 42, alike: 0, seed: 25, noise: 1.3, dimension: 50).Unit;
        Assert.Equal(1, Clusters(one));
        var strangers = Kinds(kinds: 300, people: 1, faces: 1, alike: 0, seed: 26).Unit;
        var values = (float[])strangers.Values.Clone();
        for (var i = 0; i < strangers.Count; i++) values[i * strangers.Dimension] += 0.85f;
        Assert.InRange(Clusters(new FeatureMatrix(values, strangers.Count, strangers.Dimension).Normalize()), 285, 300);
    }

    private static int Clusters(FeatureMatrix unit) =>
        FaceClusterer.Cluster(unit, new FaceClusteringOptions { Statistics = false }, Context).ClusterCount;

    private static double Gap(FeatureMatrix unit, int[] people)
    {
        var result = FaceClusterer.Cluster(unit, new FaceClusteringOptions { Statistics = false }, Context);
        var best = OracleSweep.Run(result.Tree!, people, Context).Best.F;
        return Math.Max(0, best - ClusteringScore.Measure(result.Labels, people).BCubedF);
    }

    private static (FeatureMatrix Unit, Dendrogram Tree) Tree(FeatureMatrix unit) =>
        (unit, BilinearLinkage.Build(new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), Context));

    private static double Product(FeatureMatrix unit, int i, int j)
    {
        var sum = 0.0;
        for (var k = 0; k < unit.Dimension; k++) sum += unit.Row(i)[k] * (double)unit.Row(j)[k];
        return sum;
    }

    /// <summary>People of some kinds: two of one kind have a mean cosine <paramref name="alike"/>.</summary>
    private static (FeatureMatrix Unit, int[] People) Kinds(
        int kinds, int people, int faces, double alike, long seed, double noise = 0.9, int dimension = 100)
    {
        var random = new SeededRandom(seed);
        var values = new float[kinds * people * faces * dimension];
        var labels = new int[kinds * people * faces];
        for (var person = 0; person < kinds * people; person++)
        {
            // A kind is drawn again for each of its people.
            var kind = Draw(new SeededRandom((1000 * seed) + (person / people)));
            var own = Draw(random);
            for (var face = 0; face < faces; face++)
            {
                var row = (person * faces) + face;
                labels[row] = person;
                var e = Draw(random);
                for (var k = 0; k < dimension; k++)
                {
                    var centre = (Math.Sqrt(alike) * kind[k]) + (Math.Sqrt(1 - alike) * own[k]);
                    values[(row * dimension) + k] = (float)(centre + (noise * e[k]));
                }
            }
        }

        return (new FeatureMatrix(values, labels.Length, dimension).Normalize(), labels);

        double[] Draw(SeededRandom random) =>
            [.. Enumerable.Range(0, dimension).Select(_ => random.NextGaussian() / Math.Sqrt(dimension))];
    }
}
