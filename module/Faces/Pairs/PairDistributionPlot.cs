using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Draws Figure 3.5: the densities of matched and mismatched distances, with epsilon and eta.</summary>
public static class PairDistributionPlot
{
    /// <summary>Writes the plot, by the path's extension (png or svg), whole or not at all.</summary>
    /// <exception cref="InputException"><c>PlotFormatUnknown</c> or <c>FileExists</c>.</exception>
    public static void Write(PairDistribution pairs, string title, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double[] distances = [.. PairDistribution.Distances];
        var panel = new ChartPanel(
            "", new ChartAxis("cosine distance") { From = 0, To = LastDistance(pairs) }, new ChartAxis("density") { From = 0 },
            [
                new ChartSeries($"matched, {Count(pairs.MatchedPairs)} pairs", distances, pairs.Matched),
                new ChartSeries($"mismatched, {Count(pairs.MismatchedPairs)} pairs", distances, pairs.Mismatched),
            ])
        {
            Marks = [Mark("epsilon", pairs.Epsilon), Mark("eta", pairs.Eta)],
        };
        ChartFile.Write(new Chart(title, [panel]), path, overwrite);
    }

    private static ChartMark Mark(string name, double at) => new(string.Create(CultureInfo.InvariantCulture, $"{name} {at:F3}"), at);

    private static double LastDistance(PairDistribution pairs)
    {
        const double visible = 1e-3;
        var last = Array.FindLastIndex(pairs.Mismatched, density => density > visible);
        return PairDistribution.Distances[Math.Max(last, 0)];
    }

    private static string Count(long pairs) => pairs.ToString("N0", CultureInfo.InvariantCulture);
}
