namespace Thesis.Engine.Faces;

/// <summary>
/// The tables of a face catalogue. <c>cluster</c> and <c>face</c> number by AUTOINCREMENT, so that no id is ever used
/// twice;
/// <c>cluster_sum</c> holds the sum of the unit features of a cluster's faces, float32, little-endian, and lies apart
/// from the names so that all sums are read one after the other. A face without a cluster is ignored. <c>apart</c> holds
/// what must not be joined: kind 0, a face and a cluster; kind 1, two faces, in both orders. The tables <c>undo_*</c>
/// hold what the last command replaced.
/// </summary>
internal static class CatalogueSchema
{
    /// <summary>The version that this module writes.</summary>
    public const int Version = 1;

    /// <summary>What says that an SQLite file is a face catalogue: "TFAC".</summary>
    public const int ApplicationId = 0x54464143;

    /// <summary>The bytes of a page: seven sums of 256 values and their rows fit into one.</summary>
    public const int PageSize = 8192;

    private const string Face =
        ", hash BLOB NOT NULL, key TEXT, photograph TEXT, left REAL, top REAL, width REAL, height REAL, "
        + "cluster INTEGER, pinned INTEGER NOT NULL, added INTEGER NOT NULL)";

    private const string Cluster =
        ", name TEXT, ignored INTEGER NOT NULL, faces INTEGER NOT NULL, merged INTEGER)";

    private const string Numbered = "(id INTEGER PRIMARY KEY AUTOINCREMENT";

    private const string Kept = "(id INTEGER PRIMARY KEY";

    /// <summary>What makes the tables, each as SQLite keeps it.</summary>
    public static IReadOnlyList<string> Statements { get; } =
    [
        "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE command(id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, name TEXT NOT NULL, "
            + "last_face INTEGER NOT NULL, last_cluster INTEGER NOT NULL, undone INTEGER NOT NULL)",
        "CREATE TABLE cluster" + Numbered + Cluster,
        "CREATE TABLE cluster_sum(cluster INTEGER PRIMARY KEY, value BLOB NOT NULL)",
        "CREATE TABLE face" + Numbered + Face,
        "CREATE UNIQUE INDEX face_hash ON face(hash)",
        "CREATE INDEX face_cluster ON face(cluster)",
        "CREATE INDEX face_photograph ON face(photograph)",
        "CREATE TABLE feature(face INTEGER PRIMARY KEY, value BLOB NOT NULL)",
        "CREATE TABLE apart(kind INTEGER NOT NULL, face INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY(kind, face, other))",
        "CREATE TABLE undo_setting(name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE undo_cluster" + Kept + Cluster,
        "CREATE TABLE undo_cluster_sum(cluster INTEGER PRIMARY KEY, value BLOB NOT NULL)",
        "CREATE TABLE undo_face" + Kept + Face,
        "CREATE TABLE undo_feature(face INTEGER PRIMARY KEY, value BLOB NOT NULL)",
        "CREATE TABLE undo_apart(kind INTEGER NOT NULL, face INTEGER NOT NULL, other INTEGER NOT NULL, "
            + "PRIMARY KEY(kind, face, other))",
    ];
}
