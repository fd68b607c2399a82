using CsvHelper;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Writes what became of a set: faces.csv, identities.csv, duplicates.csv and files.csv (files that are no faces, photographs without one,
/// empty folders).
/// </summary>
public static class CurationReport
{
    /// <summary>The names of the files.</summary>
    public static IReadOnlyList<string> Names { get; } = ["faces.csv", "identities.csv", "duplicates.csv", "files.csv"];

    /// <summary>Writes the files, each whole or not at all; those of an earlier report are replaced.</summary>
    /// <exception cref="InputException"><c>FileNotWritable</c>.</exception>
    public static void Write(
        string folder, CurationResult result, IReadOnlyList<string> ids, IReadOnlyList<string?> identities, IReadOnlyList<StrayFile> strays)
    {
        ArgumentNullException.ThrowIfNull(result);
        WriteRows(folder, Names[0], result.Faces.Select(face => new CuratedFaceRow(
            ids[face.Face], identities[face.Face] ?? "", face.Verdict == CurationVerdict.Kept ? "keep" : "drop",
            face.Verdict.ToString(), face.Batch, face.Cluster, face.ClusterSize, face.Majority, face.MajorityCount)));
        WriteRows(folder, Names[1], result.Identities.Select(identity => new CuratedIdentityRow(
            identity.Identity, identity.Batch, identity.Faces, identity.Kept, identity.OtherIdentity, identity.ClusterTooSmall, identity.Clusters,
            identity.Purity, string.Join("; ", identity.Overlaps.Select(other => other.Identity)), identity.Duplicates)));
        WriteRows(folder, Names[2], result.Duplicates.Select(pair => new DuplicateRow(
            ids[pair.First], identities[pair.First] ?? "", ids[pair.Second], identities[pair.Second] ?? "", pair.Similarity)));
        WriteRows(folder, Names[3], strays.Select(stray => new StrayRow(stray.Path, stray.Reason)));
    }

    private static void WriteRows<T>(string folder, string name, IEnumerable<T> rows) =>
        CsvTableFile.Write(Path.Combine(folder, name), rows, overwrite: true);
}

/// <summary>A row of faces.csv.</summary>
[CsvRecord]
internal sealed partial record CuratedFaceRow(
    [property: CsvColumn("id")] string Id, [property: CsvColumn("identity")] string Identity,
    [property: CsvColumn("verdict")] string Verdict, [property: CsvColumn("reason")] string Reason,
    [property: CsvColumn("batch")] int Batch, [property: CsvColumn("cluster")] int Cluster,
    [property: CsvColumn("cluster_size")] int ClusterSize, [property: CsvColumn("majority")] string Majority,
    [property: CsvColumn("majority_count")] int MajorityCount);

/// <summary>A row of identities.csv.</summary>
[CsvRecord]
internal sealed partial record CuratedIdentityRow(
    [property: CsvColumn("identity")] string Identity, [property: CsvColumn("batch")] int Batch,
    [property: CsvColumn("faces")] int Faces, [property: CsvColumn("kept")] int Kept,
    [property: CsvColumn("other_identity")] int OtherIdentity, [property: CsvColumn("cluster_too_small")] int ClusterTooSmall,
    [property: CsvColumn("clusters")] int Clusters, [property: CsvColumn("purity")] double? Purity,
    [property: CsvColumn("overlaps")] string Overlaps, [property: CsvColumn("duplicates")] int Duplicates);

/// <summary>A row of duplicates.csv.</summary>
[CsvRecord]
internal sealed partial record DuplicateRow(
    [property: CsvColumn("id")] string Id, [property: CsvColumn("identity")] string Identity,
    [property: CsvColumn("other_id")] string OtherId, [property: CsvColumn("other_identity")] string OtherIdentity,
    [property: CsvColumn("similarity")] double Similarity);

/// <summary>A row of files.csv.</summary>
[CsvRecord]
internal sealed partial record StrayRow([property: CsvColumn("path")] string Path, [property: CsvColumn("reason")] string Reason);
