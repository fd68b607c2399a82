using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The cosines of the pairs of some unit rows as counts in bins of 2^-15, fine enough for every quantile that is read off
/// them. Of many rows 1,500 are taken, evenly over their order: no draw, the same rows give the same counts.
/// </summary>
internal sealed class CosineCounts
{
    private const int Bins = 1 << 16;
    private const int MostRows = 1500;
    private const int ModeBins = 400;

    // The kernel of the mode reaches this many of its bins to both sides.
    private const int Reach = 60;

    private readonly double[] _counts = new double[Bins];
    private double _total;

    /// <summary>The number of pairs.</summary>
    public long Pairs { get; private init; }

    /// <summary>Counts the pairs of rows.</summary>
    public static CosineCounts Of(FeatureMatrix unit, int[] faces, WorkContext context)
    {
        var chosen = unit.Count <= MostRows ? [.. Enumerable.Range(0, unit.Count)] : Evenly(unit.Count);
        var rows = unit.Count <= MostRows ? unit : unit.Gather(chosen);
        var power = Tune.Get("hw", 2);
        var counts = new CosineCounts { Pairs = (long)rows.Count * (rows.Count - 1) / 2 };
        var gate = new Lock();
        BlockProduct.ForEachRow(rows, rows, "Distances of clusters", context with { Device = ComputeDevice.Cpu }, (row, cosines) =>
        {
            lock (gate)
            {
                for (var j = row + 1; j < cosines.Length; j++)
                {
                    double a = faces[chosen[row]], b = faces[chosen[j]];
                    var w = power == 0 ? 1 : power == 1 ? 2 * a * b / (a + b) : power == 2 ? Math.Min(a, b) : Math.Sqrt(a * b);
                    counts._counts[BinOf(cosines[j])] += w;
                    counts._total += w;
                }
            }
        });
        var scale = counts.Pairs / counts._total;
        for (var i = 0; i < Bins; i++) counts._counts[i] *= scale;
        return counts;
    }

    /// <summary>The cosine that a share of the pairs exceed, the largest <paramref name="above"/> of all left out.</summary>
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
    /// The mode that lies farthest out, where the cosines are least, of a density smoothed by a Gaussian of Silverman's
    /// width, and the deviation of what lies beyond it, by its median.
    /// </summary>
    public (double Cosine, double Deviation) FarthestMode()
    {
        var (first, last) = (Array.FindIndex(_counts, count => count > 0), Array.FindLastIndex(_counts, count => count > 0));
        if (last - first < 2) return (Low(last) + (Width / 2), 0);
        var step = (last - first + 1) / (double)ModeBins;
        var density = Smooth(Coarse(first, step), step);
        var tallest = density.Max();
        var mode = 0;
        for (var bin = 0; bin < ModeBins; bin++)
        {
            if (density[bin] > density[mode]) mode = bin;
            else if (density[mode] >= 0.05 * tallest && IsValley(density[mode], density[bin])) break;
        }

        var cosine = Low(first) + ((mode + 0.5) * step * Width);
        return (cosine, Beyond(cosine));
    }

    // A fall by a fifth that is no accident of the sample.
    private static bool IsValley(double mode, double density) =>
        density < 0.8 * mode && mode - density > 4 * Math.Sqrt(mode);

    private const double Width = 2.0 / Bins;

    private static double Low(int bin) => (bin * Width) - 1;

    private static int BinOf(float cosine) => Math.Clamp((int)((cosine + 1) * (float)(1 / Width)), 0, Bins - 1);

    private static int[] Evenly(int count) =>
        [.. Enumerable.Range(0, MostRows).Select(i => (int)((long)i * (count - 1) / (MostRows - 1)))];

    private double[] Coarse(int first, double step)
    {
        var coarse = new double[ModeBins];
        for (var bin = first; bin < Bins; bin++)
        {
            if (_counts[bin] > 0) coarse[Math.Min((int)((bin - first) / step), ModeBins - 1)] += _counts[bin];
        }

        return coarse;
    }

    private double[] Smooth(double[] coarse, double step)
    {
        double sum = 0, square = 0;
        for (var bin = 0; bin < ModeBins; bin++)
        {
            sum += coarse[bin] * bin;
            square += coarse[bin] * bin * bin;
        }

        var deviation = Math.Sqrt(Math.Max(0, (square / Pairs) - (sum / Pairs * (sum / Pairs))));
        var quartiles = (Exceeded(0.25) - Exceeded(0.75)) / (step * Width) / 1.34;
        var band = Math.Max(1.35 * Math.Min(deviation, quartiles) * Math.Pow(Pairs, -0.2), 4);
        var kernel = new double[(2 * Reach) + 1];
        for (var k = -Reach; k <= Reach; k++) kernel[k + Reach] = Math.Exp(-0.5 * (k / band) * (k / band));
        var total = kernel.Sum();
        var smooth = new double[ModeBins];
        for (var bin = 0; bin < ModeBins; bin++)
        {
            if (coarse[bin] == 0) continue;
            for (var k = Math.Max(-Reach, -bin); k <= Math.Min(Reach, ModeBins - 1 - bin); k++)
            {
                smooth[bin + k] += coarse[bin] * kernel[k + Reach] / total;
            }
        }

        return smooth;
    }

    private double Beyond(double cosine)
    {
        var last = BinOf((float)cosine);
        var beyond = 0.0;
        for (var bin = 0; bin <= last; bin++) beyond += _counts[bin];
        if (beyond <= 0) return 0;
        // Half of the values on one side of a normal distribution's mean lie within this many deviations of it.
        return (cosine - Exceeded(1 - (0.5 * beyond / Pairs))) / 0.67449;
    }
}
