namespace Thesis.Cmdlets;

/// <summary>A cluster of a catalogue, a person: what Get-FaceCluster emits.</summary>
public sealed record CataloguedCluster
{
    /// <summary>The cluster's id, which never changes and is never given to another.</summary>
    public required long Cluster { get; init; }

    /// <summary>The person's name; empty where none was given.</summary>
    public string? Name { get; init; }

    /// <summary>The number of faces.</summary>
    public required long Faces { get; init; }

    /// <summary>The mean cosine similarity over all pairs of its faces; empty for a face alone.</summary>
    public double? Cohesion { get; init; }

    /// <summary>With -Nearest, the cluster with the largest mean cosine similarity to this one.</summary>
    public long? NearestCluster { get; init; }

    /// <summary>The mean cosine similarity between the faces of the two.</summary>
    public double? NearestSimilarity { get; init; }

    /// <summary>
    /// Why to look at this cluster: low cohesion, or a cluster so near that it may be the same person. Empty where
    /// nothing is suspicious.
    /// </summary>
    public string? Review { get; init; }

    /// <summary>Whether it is of no interest.</summary>
    public required bool Ignored { get; init; }

    /// <summary>The catalogue.</summary>
    public required string CataloguePath { get; init; }
}
