namespace Thesis.Cmdlets;

/// <summary>A figure on disk: what Export-ReductionFigure emits.</summary>
public sealed record ReductionFigureFile
{
    /// <summary>The slice's name.</summary>
    public required string Name { get; init; }

    /// <summary>The picture, PNG.</summary>
    public required string Path { get; init; }

    /// <summary>The titles of its parts, in order.</summary>
    public required string Panels { get; init; }
}
