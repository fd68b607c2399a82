namespace Thesis.Cmdlets;

/// <summary>One face and its place in the clustering: what Invoke-FaceClustering emits.</summary>
public sealed record ClusteredFace
{
    /// <summary>The face's row in its source, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The face's id, where the source has ids; else its index.</summary>
    public required string Id { get; init; }

    /// <summary>The cluster, from 0 by falling size.</summary>
    public required int Cluster { get; init; }

    /// <summary>The mean cosine similarity to the other faces of the cluster; empty for a face alone.</summary>
    public double? Cohesion { get; init; }

    /// <summary>
    /// Cohesion less the mean cosine similarity to the faces of the nearest other cluster; below 0 the face lies nearer
    /// to that one. Empty for a face alone, or when there is one cluster only.
    /// </summary>
    public double? Margin { get; init; }

    /// <summary>The other cluster whose faces are most similar on average.</summary>
    public int? NearestCluster { get; init; }

    /// <summary>Whether the face belongs to nobody: alone in its cluster, noise, or with a margin below 0.</summary>
    public required bool Outlier { get; init; }

    /// <summary>The known identity, where one was given.</summary>
    public string? Identity { get; init; }

    /// <summary>The file that the face's features came from; <c>pipeline</c> for objects of one.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// The columns of the source that were taken as features, and those that were not; empty where columns have no names.
    /// </summary>
    public string? FeatureColumns { get; init; }
}
