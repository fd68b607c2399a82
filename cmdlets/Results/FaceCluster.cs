namespace Thesis.Cmdlets;

/// <summary>One cluster: what Invoke-FaceClustering -Summary emits.</summary>
public sealed record FaceCluster
{
    /// <summary>The cluster, from 0 by falling size.</summary>
    public required int Cluster { get; init; }

    /// <summary>The number of faces.</summary>
    public required int Size { get; init; }

    /// <summary>The id of the medoid: the face with the largest mean cosine similarity to the cluster.</summary>
    public required string MedoidId { get; init; }

    /// <summary>The medoid's row in its source.</summary>
    public required int MedoidIndex { get; init; }

    /// <summary>The mean cosine similarity over all pairs of its faces; empty for a face alone.</summary>
    public double? Cohesion { get; init; }

    /// <summary>The cluster with the largest mean cosine similarity to this one.</summary>
    public int? NearestCluster { get; init; }

    /// <summary>The mean cosine similarity between the faces of the two clusters.</summary>
    public double? NearestSimilarity { get; init; }

    /// <summary>The most frequent known identity.</summary>
    public string? Identity { get; init; }

    /// <summary>The share of the faces with a known identity that have that one.</summary>
    public double? Purity { get; init; }

    /// <summary>The file that the features came from; empty for objects of the pipeline.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// The columns of the source that were taken as features, and those that were not; empty where columns have no names.
    /// </summary>
    public string? FeatureColumns { get; init; }
}
