namespace Thesis.Cmdlets;

/// <summary>A value of two results of a benchmark: what Compare-BenchmarkResult emits.</summary>
public sealed record BenchmarkChange
{
    /// <summary>Moved, Added, Removed or Same.</summary>
    public required string Change { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The parameters, as JSON.</summary>
    public required string Parameters { get; init; }

    /// <summary>The part of the data; empty for all.</summary>
    public required string Group { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>The mean over the seeds of the reference; empty where it has none.</summary>
    public double? Before { get; init; }

    /// <summary>That of the other results.</summary>
    public double? After { get; init; }

    /// <summary>After - Before.</summary>
    public double? Difference { get; init; }
}
