using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tests.Faces.Metrics;

/// <summary>Trees that no linkage made: random merges at rising heights.</summary>
internal static class RandomTree
{
    /// <summary>Merges two random clusters again and again.</summary>
    /// <param name="count">N.</param>
    /// <param name="merges">How many merges, up to N - 1.</param>
    /// <param name="step">The chance that a merge is higher than the one before; else they tie.</param>
    /// <param name="random">The generator.</param>
    public static Dendrogram Draw(int count, int merges, double step, SeededRandom random)
    {
        var open = Enumerable.Range(0, count).Select(point => (Number: point, Size: 1)).ToList();
        var z = new double[4 * merges];
        var height = 0.0;
        for (var t = 0; t < merges; t++)
        {
            var (a, b) = (Take(open, random), Take(open, random));
            if (random.NextDouble() < step) height += random.NextDouble();
            z[4 * t] = Math.Min(a.Number, b.Number);
            z[(4 * t) + 1] = Math.Max(a.Number, b.Number);
            z[(4 * t) + 2] = height;
            z[(4 * t) + 3] = a.Size + b.Size;
            open.Add((count + t, a.Size + b.Size));
        }

        return LinkageMatrix.ToTree(z, count, "the test");
    }

    private static (int Number, int Size) Take(List<(int Number, int Size)> open, SeededRandom random)
    {
        var at = random.NextInt32(open.Count);
        var taken = open[at];
        open.RemoveAt(at);
        return taken;
    }
}
