using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>A curated set as public records.</summary>
internal static class FaceCurationRecords
{
    /// <summary>The ids of a set: its own, or the rows.</summary>
    public static string[] Ids(FeatureSet faces) =>
        faces.Ids ?? [.. Enumerable.Range(0, faces.Features.Count).Select(face => faces.RowOf(face).ToString(CultureInfo.InvariantCulture))];

    /// <summary>A record a face.</summary>
    public static IEnumerable<CuratedFace> Faces(FeatureSet faces, string[] ids, CurationResult result) => result.Faces.Select(face => new CuratedFace
    {
        Index = faces.RowOf(face.Face),
        Id = ids[face.Face],
        Identity = faces.Identities![face.Face],
        Verdict = face.Verdict == CurationVerdict.Kept ? "Keep" : "Drop",
        Reason = face.Verdict.ToString(),
        Majority = face.Majority,
        MajorityCount = face.MajorityCount,
        ClusterSize = face.ClusterSize,
        Cluster = face.Cluster,
        Batch = face.Batch,
    });

    /// <summary>A record an identity.</summary>
    public static IEnumerable<CuratedIdentity> Identities(CurationResult result, int minimumImages) => result.Identities.Select(identity => new CuratedIdentity
    {
        Identity = identity.Identity,
        Faces = identity.Faces,
        Kept = identity.Kept,
        Dropped = identity.Faces - identity.Kept,
        OtherIdentity = identity.OtherIdentity,
        ClusterTooSmall = identity.ClusterTooSmall,
        Clusters = identity.Clusters,
        Purity = identity.Purity,
        Overlaps = string.Join("; ", identity.Overlaps.Select(other => other.Identity)),
        Duplicates = identity.Duplicates,
        Verdict = identity.Kept > 0 ? "Keep" : "Drop",
        Reason = Reason(identity, minimumImages),
        Batch = identity.Batch,
    });

    private static string Reason(CuratedIdentityResult identity, int minimumImages)
    {
        if (identity.Kept == 0) return identity.Faces < minimumImages ? "TooFewImages" : "NoLargeCluster";
        var reasons = new List<string>();
        if (identity.Clusters > 1) reasons.Add("SeveralClusters");
        if (identity.Overlaps.Count > 0) reasons.Add("Overlap");
        if (identity.Duplicates > 0) reasons.Add("Duplicates");
        return string.Join(", ", reasons);
    }
}
