using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How a set of labelled faces is curated; the defaults are those of section 2.5.1.</summary>
public sealed record CurationOptions
{
    /// <summary>Identities that are clustered together.</summary>
    public int BatchSize
    {
        get;
        init => field = OptionRange.Within(value, 1, 1_000_000);
    }

    = 50;

    /// <summary>K and K' of the Proximity-Aware similarity.</summary>
    public ProximityAwareOptions ProximityAware { get; init; } = new();

    /// <summary>eta, the distance exp(-s) up to which clusters are merged.</summary>
    public double Eta
    {
        get;
        init => field = OptionRange.Above(value, 0);
    }

    = 2.3;

    /// <summary>A cluster whose most frequent identity has fewer images is dropped.</summary>
    public int MinimumImages
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    }

    = 30;

    /// <summary>Two identities whose kept faces are as similar as this, on average over all pairs, overlap.</summary>
    public double OverlapSimilarity
    {
        get;
        init => field = OptionRange.Within(value, -1, 1);
    }

    = 0.4;

    /// <summary>Two faces as similar as this are near duplicates.</summary>
    public double DuplicateSimilarity
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    }

    = 0.98;

    /// <summary>Which part of the batches is clustered, from 0; the others are left to other machines.</summary>
    public int ShardIndex { get; init; }

    /// <summary>The parts.</summary>
    public int ShardCount
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    }

    = 1;
}

/// <summary>What becomes of a face.</summary>
public enum CurationVerdict
{
    /// <summary>It lies in a cluster of its own identity, which is large enough.</summary>
    Kept,

    /// <summary>It lies in a cluster of another identity, which is large enough.</summary>
    OtherIdentity,

    /// <summary>The most frequent identity of its cluster has too few images.</summary>
    ClusterTooSmall,

    /// <summary>It has no identity.</summary>
    IdentityMissing,
}

/// <summary>A face after curation.</summary>
/// <param name="Face">Its place in the set.</param>
/// <param name="Batch">Its batch, from 0; -1 without an identity.</param>
/// <param name="Cluster">Its cluster within the batch, from 0 by falling size; -1 without an identity.</param>
/// <param name="ClusterSize">The faces of that cluster.</param>
/// <param name="Majority">The most frequent identity of that cluster.</param>
/// <param name="MajorityCount">The faces of that identity in it.</param>
/// <param name="Verdict">What becomes of it.</param>
public sealed record CuratedFaceResult(
    int Face, int Batch, int Cluster, int ClusterSize, string Majority, int MajorityCount, CurationVerdict Verdict);

/// <summary>An identity after curation.</summary>
/// <param name="Identity">Its name.</param>
/// <param name="Batch">Its batch, from 0.</param>
/// <param name="Faces">Its faces.</param>
/// <param name="Kept">Those that are kept.</param>
/// <param name="OtherIdentity">Those that lie in a cluster of another identity.</param>
/// <param name="ClusterTooSmall">Those that lie in a cluster that is too small.</param>
/// <param name="Clusters">The clusters that its kept faces lie in; more than one may be more than one person.</param>
/// <param name="Purity">Its share of the faces of these clusters; null without one.</param>
/// <param name="Overlaps">The identities that overlap with it, and the mean similarity, the most similar first.</param>
/// <param name="Duplicates">Its faces with a near duplicate in another identity.</param>
public sealed record CuratedIdentityResult(
    string Identity, int Batch, int Faces, int Kept, int OtherIdentity, int ClusterTooSmall, int Clusters, double? Purity,
    IReadOnlyList<(string Identity, double Similarity)> Overlaps, int Duplicates);

/// <summary>Two faces that are nearly the same.</summary>
/// <param name="First">The place of one in the set.</param>
/// <param name="Second">The place of the other, which is larger.</param>
/// <param name="Similarity">The cosine similarity.</param>
public readonly record struct NearDuplicate(int First, int Second, double Similarity);

/// <summary>A curated set.</summary>
/// <param name="Faces">Its faces, in the order of the set; of a shard, those of its batches.</param>
/// <param name="Identities">Its identities by ordinal name; of a shard, those of its batches.</param>
/// <param name="Duplicates">The near duplicates of different identities.</param>
/// <param name="Batches">The batches of the whole set.</param>
/// <param name="Resumed">The batches that were found clustered.</param>
public sealed record CurationResult(
    IReadOnlyList<CuratedFaceResult> Faces, IReadOnlyList<CuratedIdentityResult> Identities,
    IReadOnlyList<NearDuplicate> Duplicates, int Batches, int Resumed);
