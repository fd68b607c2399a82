using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Draws accuracy over epsilon: a line for each attack, from the clean accuracy at 0, with the intervals; a level line for
/// an attack without epsilon.
/// </summary>
public static class RobustnessPlot
{
    /// <summary>Writes the plot, whole or not at all.</summary>
    /// <param name="report">The rows.</param>
    /// <param name="title">The title.</param>
    /// <param name="path">A path that ends in .png or .svg.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>PlotFormatUnknown</c>, <c>FileExists</c>.</exception>
    public static void Write(RobustnessReport report, string title, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(report);
        var attacks = report.Attacks.GroupBy(row => row.Attack).ToLookup(rows => rows.First().Epsilon is null);
        var panel = new ChartPanel(
            "", new ChartAxis("epsilon") { Unit = "pixel units" }, new ChartAxis("accuracy") { From = 0, To = 1 },
            [.. attacks[false].Select(rows => Line(rows.Key, rows, report.Clean))])
        {
            Marks = [.. attacks[true].Select(rows => new ChartMark(rows.Key, rows.First().Accuracy, IsLevel: true))],
        };
        ChartFile.Write(new Chart(title, [panel]), path, overwrite);
    }

    private static ChartSeries Line(string name, IEnumerable<AttackEvaluation> rows, AttackEvaluation clean)
    {
        var points = rows.Where(row => row.Epsilon!.Value.Pixels > 0).OrderBy(row => row.Epsilon!.Value.Pixels)
            .Prepend(clean).ToArray();
        return new ChartSeries(
            name, Array.ConvertAll(points, row => row.Epsilon?.Pixels ?? 0), Array.ConvertAll(points, row => row.Accuracy))
        {
            Style = ChartStyle.Markers,
            Low = Array.ConvertAll(points, row => row.Interval.Lower),
            High = Array.ConvertAll(points, row => row.Interval.Upper),
        };
    }
}
