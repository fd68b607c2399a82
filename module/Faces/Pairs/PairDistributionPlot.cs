using System.Globalization;
using ScottPlot;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Draws Figure 3.5: the densities of matched and mismatched distances, with epsilon and eta.</summary>
public static class PairDistributionPlot
{
    private const float CurveWidth = 2;

    /// <summary>Writes the plot, by the path's extension (png or svg), whole or not at all.</summary>
    /// <exception cref="InputException"><c>PlotFormatUnknown</c> or <c>FileExists</c>.</exception>
    public static void Write(PairDistribution pairs, string title, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        using var plot = new Plot();
        AddCurve(plot, pairs.Matched, Colors.Red, $"matched, {Count(pairs.MatchedPairs)} pairs");
        AddCurve(plot, pairs.Mismatched, Colors.Green, $"mismatched, {Count(pairs.MismatchedPairs)} pairs");
        AddLine(plot, pairs.Epsilon, "epsilon");
        AddLine(plot, pairs.Eta, "eta");
        plot.Title(title);
        plot.XLabel("cosine distance");
        plot.YLabel("density");
        plot.Axes.SetLimits(left: 0, right: LastDistance(pairs), bottom: 0);
        plot.ShowLegend(Alignment.UpperRight);
        PlotFile.Write(plot, path, overwrite);
    }

    private static void AddCurve(Plot plot, double[] density, Color colour, string name)
    {
        var curve = plot.Add.ScatterLine([.. PairDistribution.Distances], density);
        (curve.Color, curve.LineWidth, curve.LegendText) = (colour, CurveWidth, name);
    }

    private static void AddLine(Plot plot, double at, string name)
    {
        var line = plot.Add.VerticalLine(at);
        line.Color = Colors.Gray;
        line.LinePattern = LinePattern.Dashed;
        line.LegendText = string.Create(CultureInfo.InvariantCulture, $"{name} {at:F3}");
    }

    private static double LastDistance(PairDistribution pairs)
    {
        const double visible = 1e-3;
        var last = Array.FindLastIndex(pairs.Mismatched, density => density > visible);
        return PairDistribution.Distances[Math.Max(last, 0)];
    }

    private static string Count(long pairs) => pairs.ToString("N0", CultureInfo.InvariantCulture);
}
