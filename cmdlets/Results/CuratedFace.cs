namespace Thesis.Cmdlets;

/// <summary>A face after curation: what Invoke-FaceCuration -Detailed emits.</summary>
public sealed record CuratedFace
{
    /// <summary>The face's row in its source, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The face's id, where the source has ids; else its index.</summary>
    public required string Id { get; init; }

    /// <summary>The identity that it came with.</summary>
    public required string Identity { get; init; }

    /// <summary>Keep or Drop.</summary>
    public required string Verdict { get; init; }

    /// <summary>Kept, OtherIdentity, ClusterTooSmall or IdentityMissing.</summary>
    public required string Reason { get; init; }

    /// <summary>The most frequent identity of its cluster.</summary>
    public required string Majority { get; init; }

    /// <summary>The faces of that identity in its cluster.</summary>
    public required int MajorityCount { get; init; }

    /// <summary>The faces of its cluster.</summary>
    public required int ClusterSize { get; init; }

    /// <summary>Its cluster within its batch, from 0 by falling size; -1 without an identity.</summary>
    public required int Cluster { get; init; }

    /// <summary>Its batch, from 0; -1 without an identity.</summary>
    public required int Batch { get; init; }
}
