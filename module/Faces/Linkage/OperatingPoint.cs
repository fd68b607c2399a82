using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The curve of cluster counts over thresholds, and its kink.</summary>
/// <param name="Thresholds">The linkage distances of the merges, rising.</param>
/// <param name="Counts">The clusters that are left after each.</param>
/// <param name="Kink">The index of the kink.</param>
public sealed record KinkCurve(double[] Thresholds, int[] Counts, int Kink)
{
    /// <summary>The threshold at the kink.</summary>
    public double Threshold => Thresholds[Kink];

    /// <summary>The clusters at the kink.</summary>
    public int Clusters => Counts[Kink];
}

/// <summary>
/// The operating point of section 3.5.4: the number of clusters over the threshold falls slowly while faces of one
/// person are merged and fast once people are; the kink between the two is the hint.
/// </summary>
public static class OperatingPoint
{
    private const double Rounding = 1e-5;

    /// <summary>
    /// Finds the kink by Kneedle (Satopaa et al., 2011), without smoothing: with thresholds and the logarithm of the
    /// counts both scaled to [0, 1], the point that lies farthest above the straight line between the ends. The curve
    /// is one of steps: a count lasts from its merge to the next one, and stands for the farther end of its step.
    /// Heights that all lie within 1e-5, the rounding of float32 distances, are one: all merges are done.
    /// </summary>
    /// <exception cref="InputException"><c>DendrogramEmpty</c>: there are no merges to choose from.</exception>
    public static KinkCurve FindKink(Dendrogram tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        if (tree.Merges == 0)
        {
            throw new InputException(
                "DendrogramEmpty", FaultKind.InvalidData, "A tree without merges has no kink: give a threshold.");
        }

        var counts = new int[tree.Merges];
        for (var t = 0; t < counts.Length; t++) counts[t] = tree.Count - 1 - t;
        return new KinkCurve(
            tree.Height, counts, tree.Height[^1] - tree.Height[0] <= Rounding ? counts.Length - 1 : Kneedle(tree, counts));
    }

    private static int Kneedle(Dendrogram tree, int[] counts)
    {
        var kink = 0;
        var farthest = double.NegativeInfinity;
        var left = tree.Height[0];
        var width = tree.Height[^1] - left;
        var top = Math.Log(counts[0]);
        var fall = Math.Max(top - Math.Log(counts[^1]), double.Epsilon);
        for (var t = 0; t < counts.Length; t++)
        {
            // Only the last merge of a run of equal heights is a cut.
            if (t + 1 < counts.Length && tree.Height[t + 1] <= tree.Height[t]) continue;
            var x = (tree.Height[Math.Min(t + 1, counts.Length - 1)] - left) / width;
            var y = (Math.Log(counts[t]) - Math.Log(counts[^1])) / fall;
            if (y - (1 - x) <= farthest) continue;
            farthest = y - (1 - x);
            kink = t;
        }

        return kink;
    }
}
