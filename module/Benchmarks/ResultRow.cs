using CsvHelper;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// One row of <c>results.csv</c>: one metric of one run. A failed run has one row without a metric. The order of the
/// properties is the order of the columns.
/// </summary>
[CsvRecord]
public sealed partial record ResultRow
{
    /// <summary>The status of a run that gave its metrics.</summary>
    public const string Succeeded = "ok";

    /// <summary>The status of a run that ended in a fault.</summary>
    public const string Failed = "failed";

    /// <summary>The id of the resolved job.</summary>
    [CsvColumn("run_id")]
    public required string RunId { get; init; }

    /// <summary>The benchmark's name.</summary>
    [CsvColumn("benchmark")]
    public required string Benchmark { get; init; }

    /// <summary>The main job.</summary>
    [CsvColumn("task")]
    public required string Task { get; init; }

    /// <summary>The dataset's name.</summary>
    [CsvColumn("dataset")]
    public required string Dataset { get; init; }

    /// <summary>The method's name in the config.</summary>
    [CsvColumn("method")]
    public required string Method { get; init; }

    /// <summary>The seed.</summary>
    [CsvColumn("seed")]
    public required long Seed { get; init; }

    /// <summary>The metric's name; empty in a failed run.</summary>
    [CsvColumn("metric")]
    public string Metric { get; init; } = "";

    /// <summary>The metric's value; empty in a failed run.</summary>
    [CsvColumn("value")]
    public double? Value { get; init; }

    /// <summary>The metric's unit.</summary>
    [CsvColumn("unit")]
    public string Unit { get; init; } = "";

    /// <summary>The number of items that the metric is over.</summary>
    [CsvColumn("n")]
    public long Count { get; init; }

    /// <summary><see cref="Succeeded"/> or <see cref="Failed"/>.</summary>
    [CsvColumn("status")]
    public required string Status { get; init; }

    /// <summary>The fault's stable id.</summary>
    [CsvColumn("error_id")]
    public string ErrorId { get; init; } = "";

    /// <summary>Wall-clock seconds of the run, data generation excluded.</summary>
    [CsvColumn("elapsed_s")]
    public double ElapsedSeconds { get; init; }

    /// <summary>Peak resident memory of the process during the run, in MB; see <see cref="PeakMemory"/>.</summary>
    [CsvColumn("peak_memory_mb")]
    public double PeakMemoryMegabytes { get; init; }

    /// <summary>The device.</summary>
    [CsvColumn("device")]
    public string Device { get; init; } = "";

    /// <summary>The module's version.</summary>
    [CsvColumn("module_version")]
    public string ModuleVersion { get; init; } = "";

    /// <summary>The source's commit; empty where it is unknown.</summary>
    [CsvColumn("commit")]
    public string Commit { get; init; } = "";

    /// <summary>SHA-256 of the config's file.</summary>
    [CsvColumn("config_sha256")]
    public string ConfigSha256 { get; init; } = "";

    /// <summary>A part of the data that the metric is over; empty for all.</summary>
    [CsvColumn("group")]
    public string Group { get; init; } = "";

    /// <summary>The cmdlet's method.</summary>
    [CsvColumn("algorithm")]
    public string Algorithm { get; init; } = "";

    /// <summary>The parameters, as canonical JSON.</summary>
    [CsvColumn("parameters")]
    public string Parameters { get; init; } = "";

    /// <summary>SHA-256 of the dataset's first file or folder.</summary>
    [CsvColumn("dataset_sha256")]
    public string DatasetSha256 { get; init; } = "";

    /// <summary>When the run began, in UTC (ISO 8601).</summary>
    [CsvColumn("started_utc")]
    public string StartedUtc { get; init; } = "";

    /// <summary>The fault's message, on one line.</summary>
    [CsvColumn("error")]
    public string Error { get; init; } = "";

    /// <summary>
    /// The number of rows of this run, set by the store: a run whose rows are fewer was cut off while it was written.
    /// </summary>
    [CsvColumn("run_rows")]
    public int RunRows { get; init; }
}
