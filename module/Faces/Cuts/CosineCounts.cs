using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The cosines of the pairs of some units as counts in bins of 2^-15, fine enough for every quantile that is read off
/// them. A pair counts as many times as the smaller of its units has faces, for what a wrong merge of the two would cost
/// grows with it, and so do the cosines of strangers: the mean of many faces has less noise than one. Of many units 1,500
/// are taken, evenly over their order: no draw, the same rows give the same counts.
/// </summary>
internal sealed class CosineCounts
{
    private const int Bins = 1 << 16;
    private const double Width = 2.0 / Bins;
    private const int MostRows = 1500;

    private readonly double[] _counts = new double[Bins];

    private CosineCounts(int rows) => Pairs = (long)rows * (rows - 1) / 2;

    /// <summary>The number of pairs, and the sum of their counts, of which those left out have none.</summary>
    public long Pairs { get; }

    /// <summary>Whether all pairs were left out.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Counts the pairs of some rows, each once: 1,500 or fewer.</summary>
    public static CosineCounts OfMeans(FeatureMatrix rows, WorkContext context) =>
        Of(rows, [.. Enumerable.Repeat(1, rows.Count)], labels: null, context);

    /// <summary>Counts the pairs of units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="context">Cancellation, threads.</param>
    /// <param name="labels">Clusters of the units, whose own pairs are left out; none to count all pairs.</param>
    public static CosineCounts Of(CutUnits units, WorkContext context, int[]? labels = null)
    {
        var chosen = Sample(units.Count);
        var rows = chosen.Length == units.Count ? units.Rows : units.Rows.Gather(chosen);
        return Of(
            rows, [.. chosen.Select(i => units.Faces[i])], labels is null ? null : [.. chosen.Select(i => labels[i])], context);
    }

    private static CosineCounts Of(FeatureMatrix rows, int[] faces, int[]? labels, WorkContext context)
    {
        var counts = new CosineCounts(rows.Count);
        var total = 0L;
        var gate = new Lock();
        BlockProduct.ForEachUpperRow(rows, "Distances of clusters", context, (row, cosines) =>
        {
            var bins = ToBins(cosines);
            var ownLabels = labels is null ? [] : labels.AsSpan(row);
            lock (gate) total += counts.Add(bins, faces.AsSpan(row), ownLabels);
        });
        counts.IsEmpty = total == 0;
        for (var bin = 0; bin < Bins; bin++) counts._counts[bin] *= counts.Pairs / (double)Math.Max(total, 1);
        return counts;
    }

    /// <summary>The cosine that a share of the pairs exceed, when the largest <paramref name="above"/> of all are left out.</summary>
    public double Exceeded(double share, double above = 0)
    {
        var rank = Math.Clamp((1 - above - (share * (1 - above))) * Pairs, 0, Pairs * (1 - 1e-12));
        var below = 0.0;
        for (var bin = 0; bin < Bins; bin++)
        {
            if (below + _counts[bin] > rank) return Low(bin) + ((rank - below) / _counts[bin] * Width);
            below += _counts[bin];
        }

        return 1;
    }

    /// <summary>The mean of the squares of the cosines, a common cosine taken out.</summary>
    public double MeanSquare(double common)
    {
        var sum = 0.0;
        for (var bin = 0; bin < Bins; bin++)
        {
            var cosine = (Low(bin) + (Width / 2) - common) / (1 - common);
            sum += _counts[bin] * cosine * cosine;
        }

        return sum / Pairs;
    }

    /// <summary>
    /// The mode that lies farthest out, where the cosines are least, and the deviation of what lies beyond it, by its
    /// median: the pairs of two people, where there are such.
    /// </summary>
    public (double Cosine, double Deviation) FarthestMode()
    {
        var (first, last) = (0, Bins - 1);
        while (first < last && _counts[first] <= 0) first++;
        while (first < last && _counts[last] <= 0) last--;
        if (last - first < 2) return (Low(last) + (Width / 2), 0);
        var density = new CosineDensity(_counts, first, last, Exceeded(0.25) - Exceeded(0.75), Width);
        var cosine = Low(first) + (density.FirstMode * Width);
        return (cosine, DeviationBeyond(cosine));
    }

    // A row from its diagonal on. Whole numbers: the sums do not depend on the order of the threads.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Add(ReadOnlySpan<int> bins, ReadOnlySpan<int> faces, ReadOnlySpan<int> labels)
    {
        var total = 0L;
        for (var j = 1; j < bins.Length; j++)
        {
            if (labels.Length > 0 && labels[0] == labels[j]) continue;
            var weight = Math.Min(faces[0], faces[j]);
            _counts[bins[j]] += weight;
            total += weight;
        }

        return total;
    }

    // In place of the cosines.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Span<int> ToBins(Span<float> cosines)
    {
        var bins = MemoryMarshal.Cast<float, int>(cosines);
        var i = 0;
        for (; i + Vector<float>.Count <= cosines.Length; i += Vector<float>.Count)
        {
            var bin = Vector.ConvertToInt32Native((new Vector<float>(cosines[i..]) + Vector<float>.One) * (float)(1 / Width));
            Vector.Min(Vector.Max(bin, Vector<int>.Zero), new Vector<int>(Bins - 1)).CopyTo(bins[i..]);
        }

        for (; i < cosines.Length; i++) bins[i] = BinOf(cosines[i]);
        return bins;
    }

    private double DeviationBeyond(double cosine)
    {
        var beyond = 0.0;
        for (var bin = 0; bin <= BinOf((float)cosine); bin++) beyond += _counts[bin];
        // Half of the values on one side of a normal distribution's mean lie within this many deviations of it.
        const double quartile = 0.67449;
        return beyond <= 0 ? 0 : (cosine - Exceeded(1 - (0.5 * beyond / Pairs))) / quartile;
    }

    private static double Low(int bin) => (bin * Width) - 1;

    private static int BinOf(float cosine) => Math.Clamp((int)((cosine + 1) * (float)(1 / Width)), 0, Bins - 1);

    /// <summary>The places of 1,500 of some rows, evenly over their order, or of all.</summary>
    public static int[] Sample(int count)
    {
        var taken = Math.Min(count, MostRows);
        return [.. Enumerable.Range(0, taken).Select(i => taken == count ? i : (int)((long)i * (count - 1) / (taken - 1)))];
    }
}
