namespace Thesis.Cmdlets;

/// <summary>A face and its place in a catalogue: what Add-Face emits.</summary>
public sealed record AddedFace
{
    /// <summary>The face's id in the catalogue, which never changes.</summary>
    public required long Face { get; init; }

    /// <summary>The face's id in its source; empty where the source has none.</summary>
    public string? Id { get; init; }

    /// <summary>Its cluster; empty for a known face that is ignored.</summary>
    public long? Cluster { get; init; }

    /// <summary>The cluster's name, where it has one.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Assigned to a cluster that was there, New (in a new cluster), Known (it was there), Moved (known, its photograph
    /// lies elsewhere now) or Changed (its photograph was changed, and so was its feature).
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>The mean cosine similarity to the faces of the cluster that it was assigned to.</summary>
    public double? Similarity { get; init; }

    /// <summary>The photograph, where the source says.</summary>
    public string? Photograph { get; init; }

    /// <summary>The row in its source, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The file that the feature came from; <c>pipeline</c> for objects of one.</summary>
    public required string Source { get; init; }

    /// <summary>The catalogue.</summary>
    public required string CataloguePath { get; init; }
}
