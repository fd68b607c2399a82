using ScottPlot;
using ScottPlot.Palettes;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Draws accuracy over epsilon: a line for each attack, from the clean accuracy at 0, with the intervals; a level line for
/// an attack without epsilon.
/// </summary>
public static class RobustnessPlot
{
    private const float LineWidth = 2;
    private const float MarkerSize = 7;
    private const int TitleWidth = 80;

    /// <summary>Writes the plot, whole or not at all.</summary>
    /// <param name="report">The rows.</param>
    /// <param name="title">The title.</param>
    /// <param name="path">A path that ends in .png or .svg.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>PlotFormatUnknown</c>, <c>FileExists</c>.</exception>
    public static void Write(RobustnessReport report, string title, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var plot = new Plot();
        var palette = new Category20();
        foreach (var (place, line) in report.Attacks.GroupBy(row => row.Attack).Index())
        {
            Draw(plot, line.Key, [.. line], report.Clean, palette.GetColor(place));
        }

        plot.Title(Wrapped(title));
        plot.XLabel("epsilon (pixel units)");
        plot.YLabel("accuracy");
        plot.Axes.SetLimitsY(0, 1.02);
        // Outside, so that it covers no point.
        plot.ShowLegend(Edge.Right);
        PlotFile.Write(plot, path, overwrite);
    }

    // One colour for all that belongs to a method: line, points and intervals.
    private static void Draw(Plot plot, string name, AttackEvaluation[] rows, AttackEvaluation clean, Color colour)
    {
        if (rows[0].Epsilon is null)
        {
            var level = plot.Add.HorizontalLine(rows[0].Accuracy, LineWidth, pattern: LinePattern.Dashed);
            (level.LegendText, level.Color) = (name, colour);
            return;
        }

        var points = rows.Where(row => row.Epsilon!.Value.Pixels > 0).OrderBy(row => row.Epsilon!.Value.Pixels)
            .Prepend(clean).ToArray();
        var epsilons = Array.ConvertAll(points, row => row.Epsilon?.Pixels ?? 0);
        var accuracies = Array.ConvertAll(points, row => row.Accuracy);
        var scatter = plot.Add.Scatter(epsilons, accuracies);
        (scatter.LineWidth, scatter.MarkerSize, scatter.LegendText, scatter.Color) = (LineWidth, MarkerSize, name, colour);
        for (var i = 0; i < points.Length; i++)
        {
            var bar = plot.Add.Line(epsilons[i], points[i].Interval.Lower, epsilons[i], points[i].Interval.Upper);
            bar.Color = colour;
        }
    }

    // A title that is wider than the plot would be cut.
    private static string Wrapped(string title) => string.Join('\n', title.Chunk(TitleWidth).Select(part => new string(part)));
}
