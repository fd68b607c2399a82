using System.Globalization;
using ScottPlot;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Draws what each threshold of a tree gives, with the cut that was made: clusters, clusters of one face, and the wrong
/// merges and splits to be expected, where they are known.
/// </summary>
public static class CutCurvePlot
{
    private const float CurveWidth = 2;

    // Steps that are narrower than a pixel are not drawn one by one.
    private const int MostPoints = 4000;

    /// <summary>Writes the plot, by the path's extension (png or svg), whole or not at all.</summary>
    /// <param name="result">A clustering by a tree.</param>
    /// <param name="title">The title.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether it may be there.</param>
    /// <exception cref="InputException"><c>PlotFormatUnknown</c> or <c>FileExists</c>.</exception>
    public static void Write(FaceClusteringResult result, string title, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(result);
        var tree = result.Tree ?? throw new ArgumentException("There is no tree.", nameof(result));
        using var plot = new Plot();
        var curve = OperatingPoint.FindKink(tree);
        var singletons = CutCurve.Singletons(tree);
        var drawn = Drawn(tree.Merges);
        Add(plot, "clusters", Colors.Blue, t => curve.Counts[t]);
        Add(plot, "of one face", Colors.Orange, t => singletons[t]);
        if (result.Expected.SplitsAfter is { } splits) Add(plot, "splits to be expected", Colors.Green, t => splits[t + 1]);
        if (result.Expected.WrongMergesUpTo is { } wrong)
        {
            // From where all merges are wrong on, it is their number.
            drawn = [.. drawn.TakeWhile(t => wrong[t] < t + 1)];
            Add(plot, "wrong merges to be expected", Colors.Red, t => wrong[t]);
        }

        if (result.Cut is { } cut && double.IsFinite(cut.Threshold)) AddCut(plot, cut, result.ClusterCount);
        plot.Title(title);
        plot.XLabel("threshold");
        plot.YLabel("number");
        plot.Axes.SetLimitsY(0, tree.Count);
        plot.Axes.Left.TickGenerator = WholeTicks();
        plot.ShowLegend(Edge.Bottom);
        PlotFile.Write(plot, path, overwrite);

        void Add(Plot on, string name, Color colour, Func<int, double> of)
        {
            var line = on.Add.ScatterLine(Array.ConvertAll(drawn, t => curve.Thresholds[t]), Array.ConvertAll(drawn, t => of(t)));
            (line.Color, line.LineWidth, line.LegendText, line.ConnectStyle) = (colour, CurveWidth, name, ConnectStyle.StepHorizontal);
        }
    }

    private static int[] Drawn(int merges)
    {
        var points = Math.Min(merges, MostPoints);
        return [.. Enumerable.Range(0, points).Select(i => (int)((long)i * (merges - 1) / Math.Max(points - 1, 1)))];
    }

    private static void AddCut(Plot plot, CutAnswer cut, int clusters)
    {
        var line = plot.Add.VerticalLine(cut.Threshold);
        (line.Color, line.LinePattern) = (Colors.Gray, LinePattern.Dashed);
        line.LegendText = string.Create(
            CultureInfo.InvariantCulture, $"cut by {cut.Rule} at {cut.Threshold:F3}: {clusters} clusters");
    }

    private static ScottPlot.TickGenerators.NumericAutomatic WholeTicks() => new() { IntegerTicksOnly = true };
}
