namespace Thesis.Cmdlets;

/// <summary>One metric of one run, as results.csv holds it: what Read-BenchmarkResult emits.</summary>
public sealed record BenchmarkMetric
{
    /// <summary>The id of the resolved job.</summary>
    public required string RunId { get; init; }

    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The method's name in the config.</summary>
    public required string Method { get; init; }

    /// <summary>The parameters, as JSON.</summary>
    public required string Parameters { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>The metric; empty in a failed run.</summary>
    public required string Metric { get; init; }

    /// <summary>The part of the data that it is of, such as a size of metal; empty for all.</summary>
    public string Group { get; init; } = "";

    /// <summary>Its value; empty in a failed run.</summary>
    public double? Value { get; init; }

    /// <summary>ok or failed.</summary>
    public required string Status { get; init; }

    /// <summary>The fault's id.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Wall-clock seconds of the run.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Peak memory of the run, in MB.</summary>
    public double PeakMemoryMegabytes { get; init; }
}
