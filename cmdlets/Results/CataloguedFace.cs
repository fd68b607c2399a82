namespace Thesis.Cmdlets;

/// <summary>A face of a catalogue: what Get-Face emits.</summary>
public sealed record CataloguedFace
{
    /// <summary>The face's id, which never changes.</summary>
    public required long Face { get; init; }

    /// <summary>The id that its source gave it.</summary>
    public string? Id { get; init; }

    /// <summary>Its cluster; empty where it is ignored.</summary>
    public long? Cluster { get; init; }

    /// <summary>The cluster's name, where it has one.</summary>
    public string? Name { get; init; }

    /// <summary>Whether a person put it there: no clustering moves it.</summary>
    public required bool Pinned { get; init; }

    /// <summary>The mean cosine similarity to the other faces of its cluster; empty for a face alone.</summary>
    public double? Cohesion { get; init; }

    /// <summary>The photograph.</summary>
    public string? Photograph { get; init; }

    /// <summary>The left edge of its box in the photograph, in pixels.</summary>
    public double? Left { get; init; }

    /// <summary>The upper edge of its box.</summary>
    public double? Top { get; init; }

    /// <summary>The width of its box.</summary>
    public double? Width { get; init; }

    /// <summary>The height of its box.</summary>
    public double? Height { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset Added { get; init; }

    /// <summary>The catalogue.</summary>
    public required string CataloguePath { get; init; }
}
