namespace Thesis.Cmdlets;

/// <summary>What became of one run: what Add-BenchmarkResult emits.</summary>
public sealed record BenchmarkResult
{
    /// <summary>The id of the resolved job.</summary>
    public required string RunId { get; init; }

    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The method's name in the config.</summary>
    public required string Method { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>ok, failed, skipped where the results hold the run already, or claimed where another session is doing it.</summary>
    public required string Status { get; init; }

    /// <summary>Wall-clock seconds; the preparation of the data does not count.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Peak resident memory of the process during the run, in MB.</summary>
    public double PeakMemoryMegabytes { get; init; }

    /// <summary>The fault's id.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The fault's message.</summary>
    public string? Error { get; init; }

    /// <summary>The results' file.</summary>
    public required string Path { get; init; }
}
