using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class ChineseWhispersTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.2, 2)]
    [InlineData(0.35, 20)]
    [InlineData(1.2, 20)]
    public void Passes_are_those_of_the_definition(double radius, int iterations)
    {
        var features = TestFeatures.Clustered(150, 6, 15, 0.45, seed: 95);
        var options = new ChineseWhispersOptions { Radius = radius, MaximumIterations = iterations };
        Assert.Equal(
            ClusterLabels.BySize(Definition(features, options, new SeededRandom(5))),
            ChineseWhispers.Cluster(features, options, new SeededRandom(5), Context).Labels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Once_settled_no_face_hears_another_class_louder(long seed)
    {
        var features = TestFeatures.Clustered(200, 6, 20, 0.5, seed: 96);
        var (labels, settled) = ChineseWhispers.Cluster(
            features, new ChineseWhispersOptions { Radius = 0.3, MaximumIterations = 100 }, new SeededRandom(seed), Context);
        Assert.True(settled);
        for (var face = 0; face < labels.Length; face++)
        {
            var heard = Heard(features, face, labels, 0.3);
            if (heard.Count > 0) Assert.Equal(heard.Values.Max(), heard.GetValueOrDefault(labels[face]), 1e-5);
        }
    }

    [Fact]
    public void A_bridge_of_one_face_does_not_join_two_people()
    {
        // Five faces at 0 to 8 degrees and five at 40 to 48; one at 24 sees the nearest of both.
        var features = TestFeatures.Plane(0, 2, 4, 6, 8, 24, 40, 42, 44, 46, 48);
        var options = new ChineseWhispersOptions { Radius = 1 - Math.Cos(17 * Math.PI / 180) };
        for (var seed = 1; seed <= 8; seed++)
        {
            var (labels, settled) = ChineseWhispers.Cluster(features, options, new SeededRandom((long)seed), Context);
            Assert.True(settled);
            Assert.Single(labels[..5].Distinct());
            Assert.Single(labels[6..].Distinct());
            Assert.NotEqual(labels[0], labels[6]);
            Assert.Contains(labels[5], new[] { labels[0], labels[6] });
        }
    }

    [Theory]
    [InlineData(0.0, 1, "RadiusInvalid")]
    [InlineData(2.5, 1, "RadiusInvalid")]
    [InlineData(0.5, 0, "IterationCountInvalid")]
    public void Options_out_of_their_range_are_refused(double radius, int iterations, string errorId) => Assert.Equal(
        errorId,
        Assert.Throws<InputException>(
            () => new ChineseWhispersOptions { Radius = radius, MaximumIterations = iterations }).ErrorId);

    // Classes by all pairs and dictionaries; of equally loud classes, the neighbours by falling similarity, the first.
    private static int[] Definition(FeatureMatrix features, ChineseWhispersOptions options, SeededRandom random)
    {
        var classes = Enumerable.Range(0, features.Count).ToArray();
        var order = classes.ToArray();
        for (var pass = 0; pass < options.MaximumIterations; pass++)
        {
            random.Shuffle<int>(order);
            foreach (var face in order)
            {
                var heard = Heard(features, face, classes, options.Radius);
                if (heard.Count == 0) continue;
                var most = heard.Values.Max();
                if (heard.GetValueOrDefault(classes[face]) >= most) continue;
                classes[face] = heard.First(one => one.Value >= most).Key;
            }
        }

        return classes;
    }

    private static Dictionary<int, double> Heard(FeatureMatrix features, int face, int[] classes, double radius)
    {
        var heard = new Dictionary<int, double>();
        foreach (var other in TestFeatures.Nearest(features, face))
        {
            var similarity = TensorPrimitives.Dot(features.Row(face), features.Row(other));
            if (other == face || 1 - similarity >= radius) continue;
            heard[classes[other]] = heard.GetValueOrDefault(classes[other]) + Math.Max(0, similarity);
        }

        return heard;
    }
}
