using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Draws what each threshold of a tree gives, with the cut that was made: clusters, clusters of one face, and the wrong
/// merges and splits to be expected, where they are known.
/// </summary>
public static class CutCurvePlot
{
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
        var singletons = CutCurve.Singletons(tree);
        var drawn = Drawn(tree.Merges);
        var series = new List<ChartSeries> { Series("clusters", t => tree.Count - 1 - t), Series("of one face", t => singletons[t]) };
        if (result.Expected.SplitsAfter is { } splits) series.Add(Series("splits to be expected", t => splits[t + 1]));
        if (result.Expected.WrongMergesUpTo is { } wrong)
        {
            // From where all merges are wrong on, it is their number.
            drawn = [.. drawn.TakeWhile(t => wrong[t] < t + 1)];
            series.Add(Series("wrong merges to be expected", t => wrong[t]));
        }

        var panel = new ChartPanel(
            "", new ChartAxis("threshold"), new ChartAxis("number") { From = 0, To = tree.Count, IsWhole = true }, series)
        {
            Marks = result.Cut is { } cut && double.IsFinite(cut.Threshold) ? [Mark(cut, result.ClusterCount)] : [],
        };
        ChartFile.Write(new Chart(title, [panel]), path, overwrite);

        ChartSeries Series(string name, Func<int, double> of) =>
            new(name, Array.ConvertAll(drawn, t => tree.Height[t]), Array.ConvertAll(drawn, t => of(t))) { Style = ChartStyle.Step };
    }

    private static int[] Drawn(int merges)
    {
        var points = Math.Min(merges, MostPoints);
        return [.. Enumerable.Range(0, points).Select(i => (int)((long)i * (merges - 1) / Math.Max(points - 1, 1)))];
    }

    private static ChartMark Mark(CutAnswer cut, int clusters) => new(
        string.Create(CultureInfo.InvariantCulture, $"cut by {cut.Rule} at {cut.Threshold:F3}: {clusters} clusters"), cut.Threshold);
}
