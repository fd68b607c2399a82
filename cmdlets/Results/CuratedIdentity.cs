namespace Thesis.Cmdlets;

/// <summary>An identity after curation: what Invoke-FaceCuration emits.</summary>
public sealed record CuratedIdentity
{
    /// <summary>The identity.</summary>
    public required string Identity { get; init; }

    /// <summary>Its faces.</summary>
    public required int Faces { get; init; }

    /// <summary>Those that are kept.</summary>
    public required int Kept { get; init; }

    /// <summary>Those that are dropped.</summary>
    public required int Dropped { get; init; }

    /// <summary>Of the dropped, those that lie in a cluster of another identity.</summary>
    public required int OtherIdentity { get; init; }

    /// <summary>Of the dropped, those that lie in a cluster whose most frequent identity has too few images.</summary>
    public required int ClusterTooSmall { get; init; }

    /// <summary>The clusters of its kept faces; more than one may be more than one person.</summary>
    public required int Clusters { get; init; }

    /// <summary>Its share of the faces of these clusters; empty where none is kept.</summary>
    public double? Purity { get; init; }

    /// <summary>The identities whose kept faces are as similar to its own as one person's, the most similar first.</summary>
    public required string Overlaps { get; init; }

    /// <summary>Its faces with a near duplicate in another identity.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Keep, or Drop where nothing is kept.</summary>
    public required string Verdict { get; init; }

    /// <summary>
    /// Why it is dropped (TooFewImages, NoLargeCluster), or what is to be looked at (SeveralClusters, Overlap, Duplicates); empty where
    /// nothing is.
    /// </summary>
    public required string Reason { get; init; }

    /// <summary>Its batch, from 0.</summary>
    public required int Batch { get; init; }
}
