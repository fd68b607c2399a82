using System.Globalization;
using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// A command that changes a catalogue, within its transaction. Before a row is changed it is kept in the tables
/// <c>undo_*</c>, which hold one command; what the command adds is known by its ids, which are larger than all before.
/// </summary>
internal sealed class CatalogueChange
{
    private readonly CatalogueFile _file;
    private readonly int _dimension;

    /// <summary>Begins a change; that before it can no longer be taken back.</summary>
    /// <param name="file">The catalogue.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="dimension">The length of a feature.</param>
    public CatalogueChange(CatalogueFile file, string command, int dimension)
    {
        (_file, _dimension) = (file, dimension);
        foreach (var table in (string[])["setting", "cluster", "cluster_sum", "face", "feature", "apart"])
        {
            file.Run($"DELETE FROM undo_{table}");
        }

        file.Run("INSERT INTO undo_setting SELECT * FROM setting");
        file.Run("INSERT INTO undo_apart SELECT * FROM apart");
        var (face, cluster) = (LastId(file, "face"), LastId(file, "cluster"));
        file.Run(
            "INSERT INTO command(time, name, last_face, last_cluster, undone) VALUES ($0, $1, $2, $3, 0)",
            DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture), command, face, cluster);
        Command = file.Number("SELECT last_insert_rowid()");
    }

    /// <summary>The number of the command.</summary>
    public long Command { get; }

    /// <summary>The largest id that was ever given to a row of a table.</summary>
    public static long LastId(CatalogueFile file, string table) =>
        file.Number("SELECT seq FROM sqlite_sequence WHERE name = $0", table);

    /// <summary>Adds a face, without its cluster's sum.</summary>
    public void AddFace(long id, CatalogueInput face, long? cluster, bool pinned)
    {
        _file.Run(
            "INSERT INTO face(id, hash, key, photograph, left, top, width, height, cluster, pinned, added) "
            + "VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id, face.Hash, face.Key, face.Photograph, face.Box?.Left, face.Box?.Top, face.Box?.Width, face.Box?.Height,
                cluster,
            pinned ? 1 : 0, Command);
        _file.Run("INSERT INTO feature(face, value) VALUES ($0, $1)", id, CatalogueFile.Bytes(face.Feature.Span));
    }

    /// <summary>Gives a face that is there its photograph's new place.</summary>
    public void MovePhotograph(long id, CatalogueInput face)
    {
        KeepFace(id);
        _file.Run("UPDATE face SET key = $1, photograph = $2 WHERE id = $0", id, face.Key, face.Photograph);
    }

    /// <summary>Gives a face that is there what its changed photograph shows, without its cluster's sum.</summary>
    public void ReplaceFace(long id, CatalogueInput face, long? cluster)
    {
        KeepFace(id);
        _file.Run("INSERT OR IGNORE INTO undo_feature SELECT * FROM feature WHERE face = $0", id);
        _file.Run(
            "UPDATE face SET hash = $1, left = $2, top = $3, width = $4, height = $5, cluster = $6 WHERE id = $0",
            id, face.Hash, face.Box?.Left, face.Box?.Top, face.Box?.Width, face.Box?.Height, cluster);
        _file.Run("UPDATE feature SET value = $1 WHERE face = $0", id, CatalogueFile.Bytes(face.Feature.Span));
    }

    /// <summary>Puts a face that is there into a cluster, or into none, without the clusters' sums.</summary>
    public void PlaceFace(long id, long? cluster, bool pinned)
    {
        KeepFace(id);
        _file.Run("UPDATE face SET cluster = $1, pinned = $2 WHERE id = $0", id, cluster, pinned ? 1 : 0);
    }

    /// <summary>Forgets a face, without its cluster's sum.</summary>
    public void RemoveFace(long id)
    {
        KeepFace(id);
        _file.Run("INSERT OR IGNORE INTO undo_feature SELECT * FROM feature WHERE face = $0", id);
        _file.Run("DELETE FROM face WHERE id = $0", id);
        _file.Run("DELETE FROM feature WHERE face = $0", id);
        _file.Run("DELETE FROM apart WHERE face = $0 OR (kind = 1 AND other = $0)", id);
    }

    /// <summary>Adds a cluster with its faces' sum.</summary>
    public void AddCluster(long id, string? name, ReadOnlySpan<float> sum, long faces)
    {
        _file.Run("INSERT INTO cluster(id, name, ignored, faces, merged) VALUES ($0, $1, 0, $2, NULL)", id, name, faces);
        _file.Run("INSERT INTO cluster_sum(cluster, value) VALUES ($0, $1)", id, CatalogueFile.Bytes(sum));
    }

    /// <summary>Names a cluster, and says whether it is of interest.</summary>
    public void SetCluster(long id, string? name, bool ignored)
    {
        KeepCluster(id);
        _file.Run("UPDATE cluster SET name = $1, ignored = $2 WHERE id = $0", id, name, ignored ? 1 : 0);
    }

    /// <summary>Gives all faces of a cluster to another, and says so of what tells faces and clusters apart.</summary>
    public void MergeCluster(long id, long into)
    {
        var sum = new float[_dimension];
        var faces = ReadSum(id, sum);
        _file.Run("INSERT OR IGNORE INTO undo_face SELECT * FROM face WHERE cluster = $0", id);
        _file.Run("UPDATE face SET cluster = $1 WHERE cluster = $0", id, into);
        _file.Run("UPDATE OR IGNORE apart SET other = $1 WHERE kind = 0 AND other = $0", id, into);
        _file.Run("DELETE FROM apart WHERE kind = 0 AND other = $0", id);
        ChangeSum(into, sum, faces);
        KeepCluster(id);
        _file.Run("DELETE FROM cluster_sum WHERE cluster = $0", id);
        _file.Run("UPDATE cluster SET faces = 0, merged = $1 WHERE id = $0", id, into);
    }

    /// <summary>Says that a face is not of a cluster (kind 0) or of the person of another face (kind 1).</summary>
    public void TellApart(int kind, long face, long other)
    {
        _file.Run("INSERT OR IGNORE INTO apart(kind, face, other) VALUES ($0, $1, $2)", kind, face, other);
        if (kind == 1) _file.Run("INSERT OR IGNORE INTO apart(kind, face, other) VALUES ($0, $1, $2)", kind, other, face);
    }

    /// <summary>Adds to a cluster's sum and to its number of faces; one without faces has no sum.</summary>
    public void ChangeSum(long cluster, ReadOnlySpan<float> difference, long faces)
    {
        KeepCluster(cluster);
        var sum = new float[_dimension];
        var now = ReadSum(cluster, sum) + faces;
        TensorPrimitives.Add(sum, difference, sum);
        _file.Run("UPDATE cluster SET faces = $1 WHERE id = $0", cluster, now);
        if (now > 0) _file.Run("INSERT OR REPLACE INTO cluster_sum(cluster, value) VALUES ($0, $1)", cluster,
            CatalogueFile.Bytes(sum));
        else _file.Run("DELETE FROM cluster_sum WHERE cluster = $0", cluster);
    }

    /// <summary>Takes the last command back.</summary>
    /// <returns>Its name and time.</returns>
    /// <exception cref="InputException"><c>CatalogueNothingToUndo</c>.</exception>
    public static (string Name, string Time) Undo(CatalogueFile file, bool apply)
    {
        var last = file.Rows(
            "SELECT id, name, time, last_face, last_cluster, undone FROM command ORDER BY id DESC LIMIT 1",
            row => (Id: row.GetInt64(0), Name: row.GetString(1), Time: row.GetString(2), Face: row.GetInt64(3),
                Cluster: row.GetInt64(4),
                Undone: row.GetInt64(5)));
        if (last is not [var command] || command.Undone != 0)
        {
            throw new InputException(
                "CatalogueNothingToUndo", FaultKind.NotFound,
                $"Nothing can be taken back in '{file.Path}': "
                + (last.Count == 0 ? "no command has changed it."
                    : "the last command has been taken back, and those before it are not kept."),
                file.Path);
        }

        if (!apply) return (command.Name, command.Time);
        file.Run("DELETE FROM face WHERE id > $0 OR id IN (SELECT id FROM undo_face)", command.Face);
        file.Run("DELETE FROM feature WHERE face > $0 OR face IN (SELECT face FROM undo_feature)", command.Face);
        file.Run("DELETE FROM cluster WHERE id > $0 OR id IN (SELECT id FROM undo_cluster)", command.Cluster);
        file.Run("DELETE FROM cluster_sum WHERE cluster > $0 OR cluster IN (SELECT id FROM undo_cluster)", command.Cluster);
        file.Run("DELETE FROM apart");
        file.Run("DELETE FROM setting");

        // What the command added and then changed again is kept, too.
        file.Run("DELETE FROM undo_face WHERE id > $0", command.Face);
        file.Run("DELETE FROM undo_feature WHERE face > $0", command.Face);
        file.Run("DELETE FROM undo_cluster WHERE id > $0", command.Cluster);
        file.Run("DELETE FROM undo_cluster_sum WHERE cluster > $0", command.Cluster);
        foreach (var table in (string[])["setting", "cluster", "cluster_sum", "face", "feature", "apart"])
        {
            file.Run($"INSERT INTO {table} SELECT * FROM undo_{table}");
            file.Run($"DELETE FROM undo_{table}");
        }

        file.Run("UPDATE command SET undone = 1 WHERE id = $0", command.Id);
        return (command.Name, command.Time);
    }

    private void KeepFace(long id) => _file.Run("INSERT OR IGNORE INTO undo_face SELECT * FROM face WHERE id = $0", id);

    private void KeepCluster(long id)
    {
        _file.Run("INSERT OR IGNORE INTO undo_cluster_sum SELECT * FROM cluster_sum WHERE cluster = $0 "
            + "AND NOT EXISTS (SELECT 1 FROM undo_cluster WHERE id = $0)", id);
        _file.Run("INSERT OR IGNORE INTO undo_cluster SELECT * FROM cluster WHERE id = $0", id);
    }

    private long ReadSum(long cluster, Span<float> sum)
    {
        using var reader = _file.Statement(
            "SELECT c.faces, s.value FROM cluster c JOIN cluster_sum s ON s.cluster = c.id WHERE c.id = $0",
                cluster).ExecuteReader();
        if (!reader.Read()) return 0;
        _file.Floats(reader, 1, sum);
        return reader.GetInt64(0);
    }
}
