using CsvHelper;

namespace Thesis.Engine.Benchmarks;

/// <summary>A cell of a table as a line of CSV. The order of the properties is the order of the columns.</summary>
[CsvRecord]
internal sealed partial record TableLine
{
    [CsvColumn("benchmark")]
    public required string Benchmark { get; init; }

    [CsvColumn("dataset")]
    public required string Dataset { get; init; }

    [CsvColumn("method")]
    public required string Method { get; init; }

    [CsvColumn("parameters")]
    public required string Parameters { get; init; }

    [CsvColumn("group")]
    public required string Group { get; init; }

    [CsvColumn("metric")]
    public required string Metric { get; init; }

    [CsvColumn("unit")]
    public required string Unit { get; init; }

    [CsvColumn("n")]
    public required long Count { get; init; }

    [CsvColumn("seeds")]
    public required int Seeds { get; init; }

    [CsvColumn("mean")]
    public required double Mean { get; init; }

    [CsvColumn("deviation")]
    public double? Deviation { get; init; }

    [CsvColumn("low")]
    public double? Low { get; init; }

    [CsvColumn("high")]
    public double? High { get; init; }

    [CsvColumn("published")]
    public double? Published { get; init; }

    [CsvColumn("published_spread")]
    public double? PublishedSpread { get; init; }

    public static TableLine Of(string benchmark, TableCell cell) => new()
    {
        Benchmark = benchmark,
        Dataset = cell.Measured.Dataset,
        Method = cell.Measured.Method,
        Parameters = cell.Measured.Parameters,
        Group = cell.Measured.Group,
        Metric = cell.Measured.Metric,
        Unit = cell.Measured.Unit,
        Count = cell.Measured.Count,
        Seeds = cell.Measured.Seeds,
        Mean = cell.Measured.Mean,
        Deviation = cell.Measured.Deviation,
        Low = cell.Measured.Low,
        High = cell.Measured.High,
        Published = cell.Published?.Value,
        PublishedSpread = cell.Published?.Spread,
    };
}
