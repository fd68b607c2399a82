using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Cuts;

// Sums in double, row by row over the faces of each cluster, are the reference. Rows of 21 values end within a vector.
public sealed class CutUnitsTests
{
    private const int Count = 70;
    private const int Dimension = 21;

    private static readonly FeatureMatrix Unit = TestFeatures.Random(Count, Dimension, seed: 31);

    // Any two clusters at random; one face after another; equals, which wait for one another.
    public static TheoryData<string, int> Trees => new()
    {
        { "random", Count - 1 }, { "random", 50 }, { "chain", Count - 1 }, { "chain", 1 }, { "equals", Count - 1 }, { "equals", 0 },
    };

    [Theory]
    [MemberData(nameof(Trees))]
    public void Products_are_those_of_the_sums_of_both_parts(string shape, int merges)
    {
        var tree = Tree(shape, merges);
        var products = new MergeSums(Unit, lengths: null, tree.Left, tree.Right, merges).Products();
        Assert.Equal(merges, products.Length);
        for (var t = 0; t < merges; t++)
        {
            var (left, right) = (Sum(Below(tree, tree.Left[t])), Sum(Below(tree, tree.Right[t])));
            Assert.Equal(left.Zip(right, (a, b) => a * b).Sum(), products[t], 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Trees))]
    public void Each_tree_has_the_sum_of_its_rows_times_their_lengths(string shape, int merges)
    {
        var tree = Tree(shape, merges);
        float[] lengths = [.. Enumerable.Range(0, Count).Select(i => 1 + (0.5f * i))];
        var seen = new List<int>();
        new MergeSums(Unit, lengths, tree.Left, tree.Right, merges).ForEachTree((merge, sum) =>
        {
            seen.Add(merge);
            var exact = Sum(Below(tree, Count + merge), lengths);
            for (var k = 0; k < Dimension; k++) Assert.Equal(exact[k], sum[k], 1e-3);
        });
        var parts = tree.Left.Concat(tree.Right).ToHashSet();
        Assert.Equal(Enumerable.Range(0, merges).Where(t => !parts.Contains(Count + t)), seen.Order());
    }

    // In steps, at once, and after more merges than that.
    [Fact]
    public void Units_are_the_clusters_of_the_tree()
    {
        var tree = Tree("random", Count - 1);
        var stages = new MergedFaces(Unit, tree, onCosines: true);
        foreach (var merges in new[] { 0, 17, 18, 60, 30 })
        {
            var units = stages.After(merges);
            var labels = tree.CutAfter(merges);
            Assert.Equal(Count - merges, units.Count);
            Assert.Equal(merges == 0, units.IsOnCosines);
            for (var unit = 0; unit < units.Count; unit++)
            {
                int[] faces = [.. Enumerable.Range(0, Count).Where(i => labels[i] == labels[units.First[unit]])];
                Assert.Equal(faces[0], units.First[unit]);
                Assert.Equal(faces.Length, units.Faces[unit]);
                var sum = Sum(faces);
                var length = Math.Sqrt(sum.Sum(value => value * value));
                Assert.Equal(length, units.LengthOf(unit), 1e-4);
                for (var k = 0; k < Dimension; k++) Assert.Equal(sum[k] / length, units.Rows.Row(unit)[k], 1e-5);
            }

            var left = new Dendrogram(units.Count, units.Left, units.Right, units.Height, tree.Size[merges..]);
            var people = tree.CutAfter(65);
            var same = left.CutAfter(65 - merges).Zip(units.First, (label, first) => (label, people[first])).Distinct().Count();
            Assert.Equal(Count - 65, same);
        }
    }

    [Fact]
    public void A_face_and_its_opposite_have_no_direction()
    {
        var unit = new FeatureMatrix([1, 0, -1, 0, 0, 1], 3, 2);
        var units = new MergedFaces(unit, new Dendrogram(3, [0, 2], [1, 3], [1, 2], [2, 3]), onCosines: false).After(1);
        Assert.Equal([0, 1, 0, 0], units.Rows.Values);
    }

    // With D = 0 the odds are those of Ewens's prior alone, here with its best alpha looked for among all, less the half nat
    // that a merge must gain.
    [Theory]
    [InlineData("random")]
    [InlineData("chain")]
    [InlineData("equals")]
    public void The_prior_is_that_of_its_best_alpha(string shape)
    {
        var tree = Tree(shape, Count - 1);
        var odds = new PartitionModel(new MergedFaces(Unit, tree, onCosines: true).After(0), common: 0).LogOdds(0, 0.5);
        var before = Prior(0);
        for (var t = 0; t < odds.Length; t++)
        {
            var after = Prior(t + 1);
            Assert.Equal(after - before - 0.5, odds[t], 1e-3);
            before = after;
        }

        // log [alpha^K / (alpha (alpha + 1) .. (alpha + N - 1)) prod (n - 1)!] by its factors, alpha from .05 to 1e10.
        double Prior(int merges)
        {
            var sizes = tree.CutAfter(merges).CountBy(label => label).Select(pair => pair.Value).ToArray();
            var best = double.NegativeInfinity;
            for (var i = 0; i < 60; i++)
            {
                var alpha = 0.05 * Math.Pow(2e11, i / 59.0);
                var log = sizes.Length * Math.Log(alpha);
                for (var k = 0; k < Count; k++) log -= Math.Log(alpha + k);
                best = Math.Max(best, log);
            }

            return best + sizes.Sum(size => Enumerable.Range(1, size - 1).Sum(k => Math.Log(k)));
        }
    }

    private static Dendrogram Tree(string shape, int merges)
    {
        var random = new SeededRandom(32L);
        var open = Enumerable.Range(0, Count).ToList();
        var (left, right, size) = (new int[merges], new int[merges], new int[merges]);
        for (var t = 0; t < merges; t++)
        {
            var (first, second) = (Take(), Take());
            (left[t], right[t]) = (Math.Min(first, second), Math.Max(first, second));
            size[t] = SizeOf(first) + SizeOf(second);
            open.Add(Count + t);
        }

        return new Dendrogram(Count, left, right, [.. Enumerable.Range(0, merges).Select(t => 0.01 * t)], size);

        int Take()
        {
            var at = shape switch { "random" => random.NextInt32(open.Count), "chain" => open.Count - 1, _ => 0 };
            var node = open[at];
            open.RemoveAt(at);
            return node;
        }

        int SizeOf(int node) => node < Count ? 1 : size[node - Count];
    }

    private static IEnumerable<int> Below(Dendrogram tree, int node) => node < tree.Count
        ? [node]
        : Below(tree, tree.Left[node - tree.Count]).Concat(Below(tree, tree.Right[node - tree.Count]));

    private static double[] Sum(IEnumerable<int> faces, float[]? lengths = null)
    {
        var sum = new double[Dimension];
        foreach (var face in faces)
        {
            for (var k = 0; k < Dimension; k++) sum[k] += Unit.Row(face)[k] * (double)(lengths?[face] ?? 1);
        }

        return sum;
    }
}
