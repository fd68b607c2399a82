namespace Thesis.Engine.Faces;

/// <summary>
/// A histogram of cosine distances in [0, 2], fine enough to stand for the distances themselves: 2,000 bins of .001.
/// </summary>
internal static class DistanceHistogram
{
    /// <summary>The number of bins.</summary>
    public const int Bins = 2000;

    /// <summary>The width of a bin.</summary>
    public const double Width = 2.0 / Bins;

    /// <summary>The bin of a pair with the given cosine similarity; rounding beyond [-1, 1] falls into the last ones.</summary>
    public static int BinOf(float similarity) => Math.Clamp((int)((1 - similarity) * (float)(1 / Width)), 0, Bins - 1);

    /// <summary>The middle of a bin.</summary>
    public static double Centre(int bin) => (bin + 0.5) * Width;

    /// <summary>The upper edge of a bin.</summary>
    public static double Edge(int bin) => (bin + 1) * Width;

    /// <summary>The mean and the standard deviation of weighted bins that sum to 1.</summary>
    public static (double Mean, double Deviation) Moments(double[] shares)
    {
        double mean = 0, square = 0;
        for (var bin = 0; bin < Bins; bin++)
        {
            mean += shares[bin] * Centre(bin);
            square += shares[bin] * Centre(bin) * Centre(bin);
        }

        return (mean, Math.Sqrt(Math.Max(0, square - (mean * mean))));
    }

    /// <summary>
    /// The density at the centres of the bins: the shares smoothed by a Gaussian kernel, whose tails beyond 0 and 2 are
    /// folded back.
    /// </summary>
    /// <param name="shares">The bins' shares, which sum to 1.</param>
    /// <param name="bandwidth">The kernel's standard deviation.</param>
    public static double[] Density(double[] shares, double bandwidth)
    {
        var reach = Math.Min(Bins, (int)Math.Ceiling(6 * bandwidth / Width));
        var kernel = new double[reach + 1];
        var sum = 0.0;
        for (var k = 0; k <= reach; k++)
        {
            var z = k * Width / bandwidth;
            kernel[k] = Math.Exp(-0.5 * z * z);
            sum += k == 0 ? kernel[k] : 2 * kernel[k];
        }

        var density = new double[Bins];
        for (var bin = 0; bin < Bins; bin++)
        {
            if (shares[bin] == 0) continue;
            for (var k = -reach; k <= reach; k++)
            {
                density[Fold(bin + k)] += shares[bin] * kernel[Math.Abs(k)] / (sum * Width);
            }
        }

        return density;
    }

    private static int Fold(int bin) => bin < 0 ? -bin - 1 : bin >= Bins ? (2 * Bins) - bin - 1 : bin;
}
