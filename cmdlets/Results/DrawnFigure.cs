namespace Thesis.Cmdlets;

/// <summary>A figure's file: what Export-Figure emits.</summary>
public sealed record DrawnFigure
{
    /// <summary>The figure's name.</summary>
    public required string Figure { get; init; }

    /// <summary>The figure of the dissertation; empty where it has none.</summary>
    public required string Reference { get; init; }

    /// <summary>The records that it is drawn of.</summary>
    public required int Records { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }
}
