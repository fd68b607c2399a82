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

    /// <summary>
    /// Why to look at this cluster first: low or mixed cohesion, faces nearer to another cluster, a cluster so near that it
    /// may be the same person. Empty where nothing is suspicious.
    /// </summary>
    public string? Review { get; init; }

    /// <summary>The rule by which the tree was cut: likelihood, calibrated, kink, threshold, count or oracle.</summary>
    public string? CutRule { get; init; }

    /// <summary>The linkage distance up to which was merged; empty where nothing was, or there is no tree.</summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// The wrong merges to be expected in the whole clustering by AHC; empty for other methods, and where fewer than 24
    /// clusters tell nothing.
    /// </summary>
    public double? ExpectedWrongMerges { get; init; }

    /// <summary>
    /// The merges of one person's clusters that are missing in the whole clustering by AHC, a person in k clusters being
    /// k - 1: one person's merges thin out as exp(-((h - m) / s)^1.5) beyond their outermost mode m, and what of that lies
    /// above the cut is missing. Empty for other methods, for strangers alone and for a handful of faces.
    /// </summary>
    public double? ExpectedSplits { get; init; }

    /// <summary>The file that the features came from; empty for objects of the pipeline.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// The columns of the source that were taken as features, and those that were not; empty where columns have no names.
    /// </summary>
    public string? FeatureColumns { get; init; }
}
