namespace Thesis.Engine.Faces;

/// <summary>A smooth density of binned cosines, by a Gaussian kernel of Silverman's width, and its first mode.</summary>
internal sealed class CosineDensity
{
    private const int Bins = 400;

    // The kernel reaches this many bins to both sides.
    private const int Reach = 60;

    // A mode has at least this share of the tallest one, and the density falls by a fifth before the next.
    private const double LeastHeight = 0.05;
    private const double Valley = 0.8;

    private readonly double _step;
    private readonly double[] _density;

    /// <summary>Smooths the counts of the fine bins from the first to the last.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="first">The first bin that is not empty.</param>
    /// <param name="last">The last one.</param>
    /// <param name="quartiles">The distance of the quartiles.</param>
    /// <param name="width">The width of a fine bin.</param>
    public CosineDensity(double[] counts, int first, int last, double quartiles, double width)
    {
        _step = (last - first + 1) / (double)Bins;
        var coarse = Coarse(counts, first, last, _step);
        _density = Smooth(coarse, Band(coarse, quartiles / (_step * width)));
    }

    /// <summary>The first mode, in fine bins from the first one.</summary>
    public double FirstMode
    {
        get
        {
            var (tallest, mode) = (0.0, 0);
            foreach (var density in _density) tallest = Math.Max(tallest, density);
            for (var bin = 0; bin < Bins; bin++)
            {
                if (_density[bin] > _density[mode]) mode = bin;
                else if (_density[mode] >= LeastHeight * tallest && IsValley(_density[mode], _density[bin])) break;
            }

            return (mode + 0.5) * _step;
        }
    }

    // A fall that is no accident of the sample.
    private static bool IsValley(double mode, double density) =>
        density < Valley * mode && mode - density > 4 * Math.Sqrt(mode);

    private static double[] Coarse(double[] counts, int first, int last, double step)
    {
        var coarse = new double[Bins];
        for (var bin = first; bin <= last; bin++) coarse[Math.Min((int)((bin - first) / step), Bins - 1)] += counts[bin];
        return coarse;
    }

    private static double Band(double[] coarse, double quartiles)
    {
        double total = 0, mean = 0, square = 0;
        for (var bin = 0; bin < Bins; bin++) (total, mean) = (total + coarse[bin], mean + (coarse[bin] * bin));
        mean /= total;
        for (var bin = 0; bin < Bins; bin++) square += coarse[bin] * (bin - mean) * (bin - mean);
        return Math.Max(1.35 * Math.Min(Math.Sqrt(square / total), quartiles / 1.34) * Math.Pow(total, -0.2), 4);
    }

    private static double[] Smooth(double[] coarse, double band)
    {
        var kernel = new double[(2 * Reach) + 1];
        var total = 0.0;
        for (var k = -Reach; k <= Reach; k++) total += kernel[k + Reach] = Math.Exp(-0.5 * (k / band) * (k / band));
        var smooth = new double[Bins];
        for (var bin = 0; bin < Bins; bin++)
        {
            if (coarse[bin] == 0) continue;
            for (var k = Math.Max(-Reach, -bin); k <= Math.Min(Reach, Bins - 1 - bin); k++)
            {
                smooth[bin + k] += coarse[bin] * kernel[k + Reach] / total;
            }
        }

        return smooth;
    }
}
