using System.Globalization;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>The files of a run's curve, beside the model: a table and a plot.</summary>
/// <param name="Table">CSV: epoch, step, learning_rate, then the losses and measures; the same run gives the same bytes.</param>
/// <param name="Plot">PNG: losses on the left axis, accuracies on the right.</param>
public sealed record TrainingCurveFiles(string Table, string Plot)
{
    /// <summary>Both files.</summary>
    public IReadOnlyList<string> All => [Table, Plot];

    /// <summary>The files that belong to a model's: <c>model.curve.csv</c>, <c>model.curve.png</c>.</summary>
    public static TrainingCurveFiles Beside(string model)
    {
        var stem = Path.ChangeExtension(model, null);
        return new TrainingCurveFiles(stem + ".curve.csv", stem + ".curve.png");
    }

    /// <summary>Writes both, each whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public void Write(TrainingCurve curve, string title, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(curve);
        AtomicFile.Write(Table, stream => WriteTable(curve, stream), overwrite);
        ChartFile.Write(Draw(curve, title), Plot, overwrite);
    }

    /// <summary>The curve as CSV, commas and LF, numbers in the invariant culture and in full.</summary>
    internal static string ToCsv(TrainingCurve curve)
    {
        using var table = new MemoryStream();
        WriteTable(curve, table);
        return Encoding.UTF8.GetString(table.ToArray());
    }

    private static void WriteTable(TrainingCurve curve, Stream stream) => CsvTableFile.Write(
        stream,
        ["epoch", "step", "learning_rate", .. curve.Names],
        curve.Points.Select(point =>
            (string[])[Text(point.Epoch), Text(point.Step), Text(point.LearningRate), .. point.Values.Select(Text)]));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static Chart Draw(TrainingCurve curve, string title)
    {
        var epochs = curve.Points.Select(point => (double)point.Epoch).ToArray();
        var series = curve.Names.Select((name, column) => new ChartSeries(
            name, epochs, [.. curve.Points.Select(point => point.Values[column])])
        {
            Style = ChartStyle.Markers, IsOnRight = name.EndsWith("accuracy", StringComparison.Ordinal),
        }).ToArray();
        var panel = new ChartPanel("", new ChartAxis("epoch") { IsWhole = true }, new ChartAxis("loss"), series)
        {
            Right = Array.Exists(series, line => line.IsOnRight) ? new ChartAxis("accuracy") : null,
        };
        return new Chart(title, [panel]);
    }
}
