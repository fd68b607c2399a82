using System.Globalization;
using CsvHelper;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>A method in the plane of recall and precision: a curve of all its cuts, or one point.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Method">The method, with its parameters where it has several sets of them.</param>
/// <param name="Recall">BCubed recall.</param>
/// <param name="Precision">BCubed precision, of the same length.</param>
public sealed record PrecisionRecallSeries(
    string Dataset, string Method, IReadOnlyList<double> Recall, IReadOnlyList<double> Precision)
{
    /// <summary>Whether it is a point and no curve.</summary>
    public bool IsPoint => Recall.Count == 1;
}

/// <summary>Collects the precision-recall curves of a results' folder, as Figures 2.7 to 2.9 and 2.12 show them.</summary>
public static class PrecisionRecall
{
    /// <summary>The folder of the curves, within the results' folder; a curve's file is RUNID.csv.</summary>
    public const string CurveFolder = "curves";

    private const string RecallColumn = "recall";
    private const string PrecisionColumn = "precision";

    // What sums of shares may exceed one by.
    private const double Rounding = 1e-9;

    private static readonly CsvReaderOptions Reading = new()
    {
        Separator = ',',
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        TrackLineNumbers = true,
    };

    // A plot a thousand pixels wide shows no more; the files keep every cut.
    private const int MaximumPoints = 2000;

    /// <summary>
    /// One series a method, its first seed: the curve where its file is there, else the point of its bcubed_recall and
    /// bcubed_precision. Methods with neither are left out; the settings of a grid become points of one name.
    /// </summary>
    /// <exception cref="InputException"><c>CurveInvalid</c>: a curve's file is none.</exception>
    public static IReadOnlyList<PrecisionRecallSeries> Collect(string folder, IReadOnlyList<ResultRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return
        [
            .. rows.Where(row => row.Status == ResultRow.Succeeded)
                .GroupBy(row => (row.Dataset, row.Method))
                .SelectMany(method => Method(folder, [.. method])),
        ];
    }

    /// <summary>The file of a run's curve.</summary>
    internal static string CurveFile(string folder, string runId) =>
        Path.Combine(folder, CurveFolder, runId + ".csv");

    private static IEnumerable<PrecisionRecallSeries> Method(string folder, ResultRow[] rows)
    {
        var settings = rows.GroupBy(row => row.Parameters).ToArray();
        var points = new List<(double Recall, double Precision)>();
        foreach (var setting in settings)
        {
            var run = setting.GroupBy(row => row.RunId).First().ToArray();
            var name = settings.Length == 1 ? run[0].Method : $"{run[0].Method} {run[0].Parameters}";
            var file = CurveFile(folder, run[0].RunId);
            if (File.Exists(file)) yield return Curve(file, run[0].Dataset, name);
            else if (Point(run) is { } point) points.Add(point);
        }

        foreach (var (recall, precision) in points.Order())
        {
            yield return new PrecisionRecallSeries(rows[0].Dataset, rows[0].Method, [recall], [precision]);
        }
    }

    private static (double Recall, double Precision)? Point(ResultRow[] run)
    {
        var recall = Array.Find(run, row => row.Metric == "bcubed_recall")?.Value;
        var precision = Array.Find(run, row => row.Metric == "bcubed_precision")?.Value;
        return recall is null || precision is null ? null : (recall.Value, precision.Value);
    }

    private static PrecisionRecallSeries Curve(string file, string dataset, string name)
    {
        var recall = new List<double>();
        var precision = new List<double>();
        try
        {
            using var csv = CsvReader.FromFile(file, Reading);
            csv.ReadHeader();
            if (!csv.TryGetFieldIndex(RecallColumn, out var r) || !csv.TryGetFieldIndex(PrecisionColumn, out var p))
            {
                throw Invalid(file, $"it needs the columns {RecallColumn} and {PrecisionColumn}, and commas between them");
            }

            while (csv.Read())
            {
                recall.Add(Share(csv, RecallColumn, r, file));
                precision.Add(Share(csv, PrecisionColumn, p, file));
            }
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(file, fault.Message, fault);
        }

        if (recall.Count == 0) throw Invalid(file, "it has no rows");
        return new PrecisionRecallSeries(dataset, name, Thin(recall), Thin(precision));
    }

    private static double Share(CsvReader csv, string column, int index, string file)
    {
        var text = csv.GetString(index);
        if (new CsvNumber(column, 0, 1 + Rounding).Fault(text) is { } reason)
        {
            throw Invalid(file, FormattableString.Invariant($"in line {csv.LineNumber} {reason}"));
        }

        return double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static InputException Invalid(string file, string reason, Exception? fault = null) => new(
        "CurveInvalid", FaultKind.InvalidData, $"'{file}' is no precision-recall curve: {reason}.", file, fault);

    private static List<double> Thin(List<double> values)
    {
        var step = (values.Count + MaximumPoints - 1) / MaximumPoints;
        return step <= 1 ? values : [.. values.Where((_, i) => i % step == 0 || i == values.Count - 1)];
    }
}
