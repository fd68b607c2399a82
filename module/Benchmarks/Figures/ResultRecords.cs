using System.Text.Json;

namespace Thesis.Engine.Benchmarks;

/// <summary>The records that figures take of a results' folder.</summary>
public static class ResultRecords
{
    /// <summary>The column of a metric's value.</summary>
    public const string Value = "value";

    /// <summary>The column of the lower end of its interval.</summary>
    public const string Low = "low";

    /// <summary>The column of the upper end.</summary>
    public const string High = "high";

    /// <summary>The column that says of a point of a plane that it lies on no curve.</summary>
    internal const string IsPoint = "is_point";

    /// <summary>The records of a kind.</summary>
    public static IReadOnlyList<FigureRecord> Of(FigureSource source, string folder, IReadOnlyList<ResultRow> rows) =>
        source switch
    {
        FigureSource.Values => Values(rows),
        FigureSource.Curves => Curves(folder, rows),
        FigureSource.Slices => Slices(folder, rows),
        _ => [],
    };

    /// <summary>
    /// A record for each metric of each method on each dataset: dataset, method, algorithm, group, metric, unit, value (the
    /// mean over the seeds), low and high (its 95 % interval, where it has one), n, seeds, and the parameters by their
    /// names.
    /// </summary>
    public static IReadOnlyList<FigureRecord> Values(IReadOnlyList<ResultRow> rows) =>
    [
        .. MeasuredValue.Of(rows).Select(value => new FigureRecord(
        [
            new("dataset", value.Dataset), new("method", value.Method), new("algorithm", value.Algorithm),
            new("group", value.Group),
            new("metric", value.Metric), new("unit", value.Unit), new(Value, value.Mean), new(Low, value.Low),
            new(High, value.High),
            new("n", value.Count), new("seeds", value.Seeds), .. Parameters(value.Parameters),
        ])),
    ];

    /// <summary>A record for each point of <see cref="PrecisionRecall.Collect"/>: dataset, method, recall,
    /// precision.</summary>
    public static IReadOnlyList<FigureRecord> Curves(string folder, IReadOnlyList<ResultRow> rows) =>
    [
        .. from series in PrecisionRecall.Collect(folder, rows)
           from point in series.Recall.Zip(series.Precision)
           select new FigureRecord(
           [
               new("dataset", series.Dataset), new("method", series.Method), new("recall", point.First),
               new("precision", point.Second), new(IsPoint, series.IsPoint ? 1 : null),
           ]),
    ];

    /// <summary>
    /// A record for each image of <see cref="ResultSlice.Collect"/>: dataset, name, group, method, algorithm, part (before,
    /// after, difference, truth), path, mask. The method of what is before is "before", that of the truth "truth".
    /// </summary>
    public static IReadOnlyList<FigureRecord> Slices(string folder, IReadOnlyList<ResultRow> rows) =>
        [.. ResultSlice.Collect(folder, rows).SelectMany(Images)];

    private static IEnumerable<FigureRecord> Images(ResultSlice slice)
    {
        yield return Image("before", "", "before", slice.BeforePath);
        foreach (var reduced in slice.Reduced)
        {
            yield return Image(reduced.Method, reduced.Algorithm, "after", reduced.Path);
            if (reduced.DifferencePath is { } difference)
            {
                yield return Image(reduced.Method, reduced.Algorithm, "difference", difference);
            }
        }

        yield return Image("truth", "", "truth", slice.TruthPath);

        FigureRecord Image(string method, string algorithm, string part, string path) => new(
        [
            new("dataset", slice.Dataset), new("name", slice.Name), new("group", slice.Group), new("method", method),
            new("algorithm", algorithm), new("part", part), new("path", path), new("mask", slice.MaskPath),
        ]);
    }

    private static IEnumerable<KeyValuePair<string, object?>> Parameters(string json)
    {
        if (json.Length == 0) yield break;
        using var document = Parsed(json);
        if (document?.RootElement.ValueKind != JsonValueKind.Object) yield break;
        foreach (var parameter in document.RootElement.EnumerateObject())
        {
            yield return new(parameter.Name, parameter.Value.ToString());
        }
    }

    // Of a row that someone wrote by hand the parameters may be anything.
    private static JsonDocument? Parsed(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
