using System.Globalization;

namespace Thesis.Engine.Benchmarks;

/// <summary>A metric's value as a task reports it.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Count">The items that it is over.</param>
/// <param name="Group">The part of the data; empty for all.</param>
public sealed record MetricValue(string Metric, double Value, long Count, string Group = "");

/// <summary>Where results come from.</summary>
/// <param name="ModuleVersion">The module's version.</param>
/// <param name="Commit">The source's commit, or empty.</param>
/// <param name="Device">The device.</param>
public sealed record Provenance(string ModuleVersion, string Commit, string Device);

/// <summary>What became of a run.</summary>
public sealed record RunOutcome
{
    /// <summary>The error id of a run that ended without a fault and without a metric.</summary>
    public const string NoMetric = "MetricMissing";

    /// <summary>The error id of a run that needs what another session is making: no outcome yet.</summary>
    public const string ClaimedElsewhere = "ClaimedElsewhere";

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The process's peak memory.</summary>
    public double PeakMemoryMegabytes { get; init; }

    /// <summary>The metrics; none in a failed run.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];

    /// <summary>The fault's id; empty where there was none.</summary>
    public string ErrorId { get; init; } = "";

    /// <summary>The fault's message.</summary>
    public string Error { get; init; } = "";

    /// <summary>SHA-256 of the dataset's first file or folder.</summary>
    public string DatasetSha256 { get; init; } = "";

    /// <summary>The rows: one for each metric that the config keeps, or one that holds the fault.</summary>
    public IReadOnlyList<ResultRow> ToRows(PlannedRun run, BenchmarkConfig config, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(config);
        var kept = Metrics.Where(value => Keeps(config, value.Metric)).ToArray();
        if (ErrorId.Length > 0) return [Row(run, config, provenance)];
        if (kept.Length == 0)
        {
            return [Row(run, config, provenance) with { ErrorId = NoMetric, Error = "The run reported no metric." }];
        }

        return
        [
            .. kept.Select(value => Row(run, config, provenance) with
            {
                Status = ResultRow.Succeeded,
                Metric = value.Metric,
                Value = value.Value,
                Unit = run.Task.Unit(value.Metric),
                Count = value.Count,
                Group = value.Group,
            }),
        ];
    }

    private static bool Keeps(BenchmarkConfig config, string metric) =>
        config.Metrics.Contains(metric)
        || config.Recall.Any(recall => BenchmarkTask.PrecisionAtRecall(recall) == metric);

    private ResultRow Row(PlannedRun run, BenchmarkConfig config, Provenance provenance) => new()
    {
        RunId = run.RunId,
        Benchmark = run.Benchmark,
        Task = run.Task.Name,
        Dataset = run.Dataset.Name,
        Method = run.Method,
        Seed = run.Seed,
        Status = ResultRow.Failed,
        ErrorId = ErrorId,
        Error = Error,
        ElapsedSeconds = Math.Round(Elapsed.TotalSeconds, 3),
        PeakMemoryMegabytes = Math.Round(PeakMemoryMegabytes, 1),
        Device = provenance.Device,
        ModuleVersion = provenance.ModuleVersion,
        Commit = provenance.Commit,
        ConfigSha256 = config.Sha256,
        Algorithm = run.Algorithm,
        Parameters = run.Parameters.ToJson(),
        DatasetSha256 = DatasetSha256,
        StartedUtc = Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    };
}
