using ScottPlot;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>Draws BCubed precision over BCubed recall: curves for linkages, markers for methods without cuts.</summary>
public static class PrecisionRecallPlot
{
    private const float CurveWidth = 2;
    private const float MarkerSize = 9;

    /// <summary>Writes a plot as PNG and SVG, each whole or not at all.</summary>
    /// <param name="series">The methods, all on one dataset.</param>
    /// <param name="title">The plot's title.</param>
    /// <param name="path">The files' path without an extension.</param>
    /// <param name="overwrite">Whether existing files may be replaced.</param>
    /// <returns>The two paths.</returns>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static IReadOnlyList<string> Write(
        IReadOnlyList<PrecisionRecallSeries> series, string title, string path, bool overwrite)
    {
        using var plot = Draw(series, title);
        string[] files = [.. PlotFile.Extensions.Select(extension => path + extension)];
        foreach (var file in files) PlotFile.Write(plot, file, overwrite);
        return files;
    }

    private static Plot Draw(IReadOnlyList<PrecisionRecallSeries> series, string title)
    {
        ArgumentNullException.ThrowIfNull(series);
        var plot = new Plot();
        var colours = series.Select(line => line.Method).Distinct()
            .Select((method, i) => (method, Colour: plot.Add.Palette.GetColor(i)))
            .ToDictionary(pair => pair.method, pair => pair.Colour);
        var named = new HashSet<string>();
        foreach (var line in series)
        {
            var scatter = plot.Add.Scatter(line.Recall.ToArray(), line.Precision.ToArray());
            scatter.Color = colours[line.Method];
            scatter.LineWidth = line.IsPoint ? 0 : CurveWidth;
            scatter.MarkerSize = line.IsPoint ? MarkerSize : 0;
            // The settings of a grid are many points under one name.
            if (named.Add(line.Method)) scatter.LegendText = line.Method;
        }

        plot.Title(title);
        plot.XLabel("BCubed recall");
        plot.YLabel("BCubed precision");
        plot.Axes.SetLimits(0, 1.02, 0, 1.02);
        plot.ShowLegend(Alignment.LowerLeft);
        return plot;
    }
}
