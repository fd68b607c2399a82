namespace Thesis.Cmdlets;

/// <summary>A plot's file: what Export-BenchmarkPlot emits.</summary>
public sealed record BenchmarkPlot
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The methods in it.</summary>
    public required int Methods { get; init; }
}
