namespace Thesis.Engine.Tomography;

/// <summary>
/// How far a sinogram ends within the body: views whose line integrals at an edge of the detector are not those of air.
/// </summary>
/// <param name="Views">Such views.</param>
/// <param name="LargestValue">The largest line integral at an edge.</param>
public sealed record DetectorTruncation(int Views, double LargestValue)
{
    /// <summary>A line integral at the edge that is more than noise: 2.6 mm of water.</summary>
    public const double LeastValue = 0.05;

    // Of the bins, those whose line gives value and slope at an edge.
    private const double EdgeShare = 0.02;
    private const int FewestEdgeBins = 4;

    /// <summary>Looks at a sinogram.</summary>
    public static DetectorTruncation Of(Sinogram sinogram)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        var (views, largest) = (0, 0.0);
        for (var view = 0; view < sinogram.Views; view++)
        {
            var row = sinogram.View(view);
            var value = Math.Max(Edge(row, isLast: false).Value, Edge(row, isLast: true).Value);
            if (value > LeastValue) views++;
            largest = Math.Max(largest, value);
        }

        return new DetectorTruncation(views, largest);
    }

    /// <summary>
    /// The value at an edge and its slope outwards, a bin: of the line of least squares through the outermost 2 % of the
    /// bins.
    /// </summary>
    internal static (double Value, double Slope) Edge(ReadOnlySpan<float> view, bool isLast)
    {
        // Places run outwards to the edge, which is 0.
        var bins = Math.Min(view.Length, Math.Max(FewestEdgeBins, (int)Math.Round(EdgeShare * view.Length)));
        var (centre, square) = (-0.5 * (bins - 1), bins * (((double)bins * bins) - 1) / 12);
        var (mean, product) = (0.0, 0.0);
        for (var i = 0; i < bins; i++)
        {
            double value = view[isLast ? view.Length - 1 - i : i];
            mean += value / bins;
            product += (-i - centre) * value;
        }

        var slope = product / square;
        return (mean - (slope * centre), slope);
    }
}
