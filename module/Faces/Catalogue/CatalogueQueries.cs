using System.Globalization;
using Microsoft.Data.Sqlite;
using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>What is read from a catalogue.</summary>
public static class CatalogueQueries
{
    private const string ClusterColumns = "SELECT id, name, ignored, faces FROM cluster";

    private const string FaceColumns =
        "SELECT f.id, f.key, f.photograph, f.left, f.top, f.width, f.height, f.cluster, f.pinned, f.added, m.time, v.value "
        + "FROM face f JOIN feature v ON v.face = f.id JOIN command m ON m.id = f.added";

    /// <summary>The clusters that have faces or a name, by falling number of faces.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="nearest">Whether the nearest cluster of each is looked for: one product of all with all.</param>
    /// <param name="wait">How long is waited for another command.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws.</exception>
    public static IReadOnlyList<CatalogueCluster> Clusters(string path, bool nearest, TimeSpan wait, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var file = CatalogueFile.Open(path, CatalogueUse.Read, wait, context.Cancellation);
        return file.Guard(() =>
        {
            var sums = ClusterSums.Read(file, Math.Max(1, CatalogueSettings.Read(file).Dimension));
            var clusters = file.Rows(
                ClusterColumns + " WHERE merged IS NULL AND (faces > 0 OR name IS NOT NULL) ORDER BY faces DESC, id",
                    ReadCluster);
            var cohesions = new double[sums.Count];
            for (var place = 0; place < sums.Count; place++) cohesions[place] = sums.Cohesion(place);
            var low = ClusterReview.LowCohesion(sums.Faces.Zip(cohesions));
            var near = nearest ? Nearest(sums, context) : null;
            return clusters.ConvertAll(cluster => sums.PlaceOf(cluster.Cluster) is >= 0 and var place
                ? Described(cluster, place, sums, cohesions, low, near)
                : cluster);
        });
    }

    /// <summary>The faces, by their ids.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="clusters">The clusters whose faces are wanted; null for all faces, the ignored ones included.</param>
    /// <param name="wait">How long is waited for another command.</param>
    /// <param name="context">Cancellation.</param>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws; <c>ClusterNotFound</c>,
    /// <c>ClusterMerged</c>.</exception>
    public static IReadOnlyList<CatalogueFace> Faces(string path, IReadOnlyList<long>? clusters, TimeSpan wait,
        WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var file = CatalogueFile.Open(path, CatalogueUse.Read, wait, context.Cancellation);
        return file.Guard(() =>
        {
            var (sums, names) = Clustered(file);
            if (clusters is null) return file.Rows(FaceColumns + " ORDER BY f.id", row => ReadFace(file, row, sums, names));
            var faces = new List<CatalogueFace>();
            foreach (var cluster in clusters.Distinct())
            {
                RequireCluster(file, cluster);
                faces.AddRange(file.Rows(FaceColumns + " WHERE f.cluster = $0 ORDER BY f.id", row =>
                    ReadFace(file, row, sums, names), cluster));
            }

            return faces;
        });
    }

    /// <summary>The faces of some ids, in the order of the ids; an id that is none's is passed over.</summary>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws.</exception>
    public static IReadOnlyList<CatalogueFace> FacesOf(
        string path, IReadOnlyCollection<long> ids, TimeSpan wait, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(context);
        using var file = CatalogueFile.Open(path, CatalogueUse.Read, wait, context.Cancellation);
        return file.Guard(() =>
        {
            var (sums, names) = Clustered(file);
            return ids.Distinct().Order()
                .SelectMany(id =>
                    file.Rows(FaceColumns + " WHERE f.id = $0", row => ReadFace(file, row, sums, names), id)).ToList();
        });
    }

    /// <summary>The cluster of an id.</summary>
    /// <exception cref="InputException"><c>ClusterNotFound</c>, <c>ClusterMerged</c>.</exception>
    internal static CatalogueCluster RequireCluster(CatalogueFile file, long id)
    {
        var found = file.Rows(ClusterColumns + " WHERE id = $0", ReadCluster, id);
        if (found.Count == 0)
        {
            throw new InputException("ClusterNotFound", FaultKind.NotFound, $"There is no cluster {id} in '{file.Path}'.",
                id);
        }

        return file.Value("SELECT merged FROM cluster WHERE id = $0", id) is not long into ? found[0]
            : throw new InputException(
            "ClusterMerged", FaultKind.NotFound, $"Cluster {id} of '{file.Path}' has been merged into cluster {into}.", id);
    }

    /// <summary>The cluster of a face, null for an ignored one.</summary>
    /// <exception cref="InputException"><c>FaceNotFound</c>.</exception>
    internal static long? RequireFace(CatalogueFile file, long id) =>
        file.Rows("SELECT cluster FROM face WHERE id = $0", row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0),
            id) is [var cluster]
            ? cluster
            : throw new InputException("FaceNotFound", FaultKind.NotFound, $"There is no face {id} in '{file.Path}'.", id);

    /// <summary>The clusters by their names, whatever their case.</summary>
    internal static Dictionary<string, long> Names(CatalogueFile file)
    {
        var names = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var (id, name) in file.Rows(
            "SELECT id, name FROM cluster WHERE name IS NOT NULL AND merged IS NULL", row =>
                (row.GetInt64(0), row.GetString(1))))
        {
            names.TryAdd(name, id);
        }

        return names;
    }

    /// <summary>A cluster's name.</summary>
    internal static string? NameOf(CatalogueFile file, long cluster) =>
        file.Value("SELECT name FROM cluster WHERE id = $0", cluster) as string;

    /// <summary>The clusters that a face must not join: not this person, and those of faces of other people.</summary>
    internal static List<long> ForbiddenClusters(CatalogueFile file, long face) => file.Rows(
        "SELECT other FROM apart WHERE kind = 0 AND face = $0 UNION "
        + "SELECT f.cluster FROM apart a JOIN face f ON f.id = a.other WHERE a.kind = 1 AND a.face = $0 AND f.cluster IS NOT NULL",
        row => row.GetInt64(0), face);

    /// <summary>The faces of a photograph that have a cluster.</summary>
    internal static List<(long Face, long Cluster)> OfPhotograph(CatalogueFile file, string photograph) => file.Rows(
        "SELECT id, cluster FROM face WHERE photograph = $0 AND cluster IS NOT NULL", row =>
            (row.GetInt64(0), row.GetInt64(1)), photograph);

    /// <summary>A face's feature.</summary>
    internal static float[] Feature(CatalogueFile file, long face, int dimension)
    {
        var value = new float[dimension];
        using var reader = file.Statement("SELECT value FROM feature WHERE face = $0", face).ExecuteReader();
        if (!reader.Read()) throw CatalogueFault.Damaged(file.Path, $"face {face} has no feature");
        file.Floats(reader, 0, value);
        return value;
    }

    /// <summary>The features of some faces.</summary>
    internal static FeatureMatrix Features(CatalogueFile file, IReadOnlyList<long> faces, int dimension, WorkContext context)
    {
        MemoryPlan.Require(
            (double)faces.Count * dimension * sizeof(float), $"The features of {faces.Count} faces",
                "Fewer faces at once need less.");
        var values = new float[(long)faces.Count * dimension];
        for (var i = 0; i < faces.Count; i++)
        {
            if ((i & 0xFFF) == 0) context.ThrowIfCancelled();
            Feature(file, faces[i], dimension).CopyTo(values.AsSpan(i * dimension));
        }

        return new FeatureMatrix(values, faces.Count, dimension);
    }

    /// <summary>A text, null where there is none.</summary>
    internal static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A box in four columns, null where there is none.</summary>
    internal static FaceBox? Box(SqliteDataReader row, int column) => row.IsDBNull(column)
        ? null
        : new FaceBox(row.GetDouble(column), row.GetDouble(column + 1), row.GetDouble(column + 2),
            row.GetDouble(column + 3));

    private static CatalogueCluster ReadCluster(SqliteDataReader row) =>
        new(row.GetInt64(0), Text(row, 1), row.GetInt64(2) != 0, row.GetInt64(3));

    // The sums of the clusters and the names that some have.
    private static (ClusterSums Sums, IReadOnlyDictionary<long, string> Names) Clustered(CatalogueFile file) => (
        ClusterSums.Read(file, Math.Max(1, CatalogueSettings.Read(file).Dimension)),
        file.Rows("SELECT id, name FROM cluster WHERE name IS NOT NULL",
            row => (row.GetInt64(0), row.GetString(1))).ToDictionary());

    private static CatalogueFace ReadFace(
        CatalogueFile file, SqliteDataReader row, ClusterSums sums, IReadOnlyDictionary<long, string> names)
    {
        var cluster = row.IsDBNull(7) ? (long?)null : row.GetInt64(7);
        return new CatalogueFace(
            row.GetInt64(0), Text(row, 1), Text(row, 2), Box(row, 3), cluster, row.GetInt64(8) != 0, row.GetInt64(9))
        {
            Name = cluster is { } id ? names.GetValueOrDefault(id) : null,
            AddedAt = DateTimeOffset.TryParse(row.GetString(10), CultureInfo.InvariantCulture, out var time)
                ? time
                : throw CatalogueFault.Damaged(file.Path, $"command {row.GetInt64(9)} has no time"),
            Cohesion = cluster is { } own && sums.PlaceOf(own) is >= 0 and var place && sums.Faces[place] > 1
                ? CohesionOf(file, row, sums, place)
                : double.NaN,
        };
    }

    private static double CohesionOf(CatalogueFile file, SqliteDataReader row, ClusterSums sums, int place)
    {
        var feature = new float[sums.Sums.Dimension];
        file.Floats(row, 11, feature);
        var faces = sums.Faces[place];
        return ((sums.Similarity(place, feature) * faces) - 1) / (faces - 1);
    }

    private static CatalogueCluster Described(
        CatalogueCluster cluster, int place, ClusterSums sums, double[] cohesions, double low,
            (int Place, double Similarity)[]? near)
    {
        var reasons = new List<string>();
        if (ClusterReview.IsLow(cluster.Faces, cohesions[place], low)) reasons.Add("low cohesion");
        if (near?[place] is not { Place: >= 0 } nearest) return cluster with { Cohesion = cohesions[place],
            Review = Joined() };
        if (ClusterReview.IsNear(nearest.Similarity, cohesions[place], cohesions[nearest.Place]))
        {
            reasons.Add(FormattableString.Invariant($"near cluster {sums.Ids[nearest.Place]}"));
        }

        return cluster with
        {
            Cohesion = cohesions[place],
            NearestCluster = sums.Ids[nearest.Place],
            NearestSimilarity = nearest.Similarity,
            Review = Joined(),
        };

        string? Joined() => reasons.Count == 0 ? null : string.Join(", ", reasons);
    }

    private static (int Place, double Similarity)[] Nearest(ClusterSums sums, WorkContext context)
    {
        var means = sums.Means();
        var nearest = new (int Place, double Similarity)[sums.Count];
        BlockProduct.ForEachRow(means, means, "Nearest clusters", context, (place, similarities) =>
        {
            similarities[place] = float.NegativeInfinity;
            var best = sums.Count < 2 ? -1 : TensorPrimitives.IndexOfMax((ReadOnlySpan<float>)similarities);
            nearest[place] = (best, best < 0 ? double.NaN : similarities[best]);
        });
        return nearest;
    }
}
