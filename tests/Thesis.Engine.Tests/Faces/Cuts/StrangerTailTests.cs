using MathNet.Numerics;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Cuts;

public sealed class StrangerTailTests
{
    private const int Dimension = 64;
    private const int Faces = 5;
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    // Five copies a person, so that the clusters' directions are uniform on the sphere, where P(d < h) is half the regularized
    // incomplete beta function; each of the faces left alone lies at cosine .55 from its own person, nearer than any stranger.
    [Theory]
    [InlineData(400, 0)]
    [InlineData(100, 0)]
    [InlineData(100, 60)]
    [InlineData(60, 40)]
    public void Faces_left_alone_are_no_strangers(int people, int alone)
    {
        var random = new SeededRandom(21L);
        var directions = Enumerable.Range(0, people).Select(_ => Direction(random)).ToArray();
        var rows = directions.SelectMany(direction => Enumerable.Repeat(direction, Faces))
            .Concat(directions.Take(alone).Select(direction => Near(direction, 0.55, random))).ToArray();
        var unit = new FeatureMatrix([.. rows.SelectMany(row => row.Select(value => (float)value))], rows.Length, Dimension);
        var tree = BilinearLinkage.Build(new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), Context);

        var tail = StrangerTail.Of(unit, tree, people * (Faces - 1), Context)!;

        foreach (var distance in new[] { 0.62, 0.68 })
        {
            var cosine = 1 - distance;
            var exact = 0.5 * SpecialFunctions.BetaRegularized((Dimension - 1) / 2.0, 0.5, 1 - (cosine * cosine));
            Assert.InRange(tail.ShareWithin(distance) / exact, 1 / 2.5, 2.5);
        }
    }

    [Fact]
    public void Few_clusters_tell_nothing()
    {
        var random = new SeededRandom(22L);
        var values = Enumerable.Range(0, 20).SelectMany(_ => Direction(random)).Select(value => (float)value).ToArray();
        var unit = new FeatureMatrix(values, 20, Dimension);
        var tree = BilinearLinkage.Build(new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), Context);
        Assert.Null(StrangerTail.Of(unit, tree, 0, Context));
    }

    private static double[] Direction(SeededRandom random)
    {
        double[] values = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextGaussian())];
        return Scaled(values);
    }

    private static double[] Near(double[] direction, double cosine, SeededRandom random)
    {
        var other = Direction(random);
        var along = direction.Zip(other, (a, b) => a * b).Sum();
        var across = Scaled([.. other.Zip(direction, (b, a) => b - (along * a))]);
        return [.. direction.Zip(across, (a, b) => (cosine * a) + (Math.Sqrt(1 - (cosine * cosine)) * b))];
    }

    private static double[] Scaled(double[] values)
    {
        var length = Math.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / length)];
    }
}
