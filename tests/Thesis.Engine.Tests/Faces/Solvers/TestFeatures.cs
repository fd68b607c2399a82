using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tests.Faces.Solvers;

/// <summary>Small synthetic features, and neighbours by brute force.</summary>
internal static class TestFeatures
{
    public static FeatureMatrix Random(int count, int dimension, long seed) =>
        Clustered(count, dimension, count, 1, seed);

    /// <summary>Unit rows around random centres; row i belongs to cluster i mod clusters.</summary>
    public static FeatureMatrix Clustered(int count, int dimension, int clusters, double spread, long seed)
    {
        var random = new SeededRandom(seed);
        var centres = Enumerable.Range(0, clusters * dimension).Select(_ => random.NextGaussian()).ToArray();
        var values = new float[count * dimension];
        for (var i = 0; i < values.Length; i++)
        {
            var centre = centres[(i / dimension % clusters * dimension) + (i % dimension)];
            values[i] = (float)(centre + (spread * random.NextGaussian()));
        }

        return new FeatureMatrix(values, count, dimension).Normalize();
    }

    /// <summary>Unit vectors of the plane at these angles, in degrees.</summary>
    public static FeatureMatrix Plane(params double[] degrees) => new(
        [.. degrees.Select(angle => angle * Math.PI / 180)
            .SelectMany(angle => new[] { (float)Math.Cos(angle), (float)Math.Sin(angle) })],
        degrees.Length, 2);

    /// <summary>All points by falling similarity, the point itself first, ties by index.</summary>
    public static int[] Nearest(FeatureMatrix features, int point) =>
        [.. Enumerable.Range(0, features.Count)
            .OrderByDescending(
                j => j == point ? float.MaxValue : TensorPrimitives.Dot(features.Row(point), features.Row(j)))
            .ThenBy(j => j)];
}
