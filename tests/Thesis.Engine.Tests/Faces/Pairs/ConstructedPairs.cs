using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tests.Faces.Pairs;

/// <summary>Faces whose distances are known beforehand.</summary>
internal static class ConstructedPairs
{
    /// <summary>
    /// Subjects in spaces of their own, so that every mismatched distance is 1. The faces of a subject lie around its
    /// axis so that all its pairs have one distance: with cos(t)^2 = 1 - d, face i is cos(t) axis + sin(t) e_i.
    /// </summary>
    public static (FeatureMatrix Features, int[] Identities) Equidistant(
        params (int Faces, double Distance)[] subjects)
    {
        var dimension = subjects.Sum(subject => subject.Faces + 1);
        var values = new List<float>();
        var identities = new List<int>();
        var axis = 0;
        foreach (var (subject, (faces, distance)) in subjects.Index())
        {
            for (var face = 0; face < faces; face++)
            {
                var row = new float[dimension];
                row[axis] = (float)Math.Sqrt(1 - distance);
                row[axis + 1 + face] = (float)Math.Sqrt(distance);
                values.AddRange(row);
                identities.Add(subject);
            }

            axis += faces + 1;
        }

        return (new FeatureMatrix([.. values], identities.Count, dimension), [.. identities]);
    }

    /// <summary>
    /// Two faces a subject, in random directions of a space of D dimensions: a mismatched distance is near
    /// N(1, 1 / sqrt(D)), a matched one is drawn from N(mean, deviation).
    /// </summary>
    public static (FeatureMatrix Features, int[] Identities) Gaussian(
        int subjects, int dimension, double mean, double deviation, long seed)
    {
        var random = new SeededRandom(seed);
        var values = new List<float>();
        for (var subject = 0; subject < subjects; subject++)
        {
            var first = Direction(random, dimension);
            var second = Direction(random, dimension);
            var along = first.Zip(second, (x, y) => x * y).Sum();
            var across = second.Zip(first, (y, x) => y - (along * x)).ToArray();
            var norm = Math.Sqrt(across.Sum(x => x * x));
            var cosine = 1 - (mean + (deviation * random.NextGaussian()));
            var sine = Math.Sqrt(1 - (cosine * cosine));
            values.AddRange(first.Select(x => (float)x));
            values.AddRange(first.Zip(across, (x, y) => (float)((cosine * x) + (sine * y / norm))));
        }

        int[] identities = [.. Enumerable.Range(0, 2 * subjects).Select(i => i / 2)];
        return (new FeatureMatrix([.. values], 2 * subjects, dimension).Normalize(), identities);
    }

    private static double[] Direction(SeededRandom random, int dimension)
    {
        var direction = Enumerable.Range(0, dimension).Select(_ => random.NextGaussian()).ToArray();
        var norm = Math.Sqrt(direction.Sum(x => x * x));
        return Array.ConvertAll(direction, x => x / norm);
    }
}
