namespace Thesis.Engine.Tomography;

/// <summary>The mean nearby, by a Gaussian, of the pixels that count; where none is near, the pixel itself.</summary>
internal static class NearbyMean
{
    /// <summary>The means.</summary>
    /// <param name="values">The image.</param>
    /// <param name="counts">The pixels that count.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="sigma">Pixels.</param>
    public static float[] Of(float[] values, bool[] counts, int rows, int columns, double sigma)
    {
        var kernel = SeparableFilter.Gaussian((int)Math.Ceiling(3 * sigma), sigma);
        var weighted = new float[values.Length];
        for (var i = 0; i < values.Length; i++) weighted[i] = counts[i] ? values[i] : 0;
        var sums = SeparableFilter.ReplicatingEdges(new SliceImage(weighted, rows, columns), kernel).Values;
        var shares = SeparableFilter.ReplicatingEdges(
            new SliceImage(Array.ConvertAll(counts, doesCount => doesCount ? 1f : 0f), rows, columns), kernel).Values;
        for (var i = 0; i < sums.Length; i++) sums[i] = shares[i] > 1e-6f ? sums[i] / shares[i] : values[i];
        return sums;
    }
}
