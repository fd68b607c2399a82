using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The ROC curves of detection as a CSV file, a line for each threshold of each attack, budget and distance; the first
/// threshold of a curve, which nothing passes, is <c>inf</c>.
/// </summary>
public static class DetectionCurveFile
{
    private static readonly string[] Columns =
        ["attack", "epsilon", "distance", "false_positive_rate", "true_positive_rate", "threshold"];

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    public static void Write(IReadOnlyList<DetectionRow> rows, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var points = rows.SelectMany(row => row.Curve.Select(point => (string[])
        [
            row.Attack, row.Epsilon is { } epsilon ? Text(epsilon.Pixels) : "", row.Distance.ToString(),
            Text(point.FalsePositives), Text(point.TruePositives),
            double.IsInfinity(point.Threshold) ? "inf" : Text(point.Threshold),
        ]));
        CsvTableFile.Write(path, Columns, points, overwrite);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
