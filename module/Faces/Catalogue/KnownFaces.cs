using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>What a catalogue has of a face that is to be added.</summary>
/// <param name="Face">Its id.</param>
/// <param name="Hash">Its feature's hash.</param>
/// <param name="Key">Its source's id.</param>
/// <param name="Photograph">Its photograph.</param>
/// <param name="Box">Where it lies there.</param>
/// <param name="Cluster">Its cluster.</param>
/// <param name="IsPinned">Whether a person put it there.</param>
internal sealed record KnownFace(
    long Face, byte[] Hash, string? Key, string? Photograph, FaceBox? Box, long? Cluster, bool IsPinned);

/// <summary>
/// Which of some faces a catalogue has already. A face is known by the hash of its feature, wherever its photograph lies
/// now; in the same photograph also by a feature that is the same but for rounding, as that of another number of
/// threads. A face in the same place of the same photograph with another feature is the same face, its photograph having
/// been changed.
/// </summary>
internal sealed class KnownFaces(CatalogueFile file)
{
    // Features of one picture by one network differ in their last digits only.
    private const float SameFeature = 0.9999f;

    private const double SamePlace = 0.5;

    private const string Columns = "SELECT id, hash, key, photograph, left, top, width, height, cluster, pinned FROM face WHERE ";

    /// <summary>Finds them: for each face what is known of it, and whether its feature is another.</summary>
    /// <param name="faces">The faces, no two of one hash.</param>
    /// <param name="readFeature">Reads the feature of a face.</param>
    /// <param name="context">Cancellation, progress.</param>
    public (KnownFace? Known, bool IsChanged)[] Find(
        IReadOnlyList<CatalogueInput> faces, Func<long, float[]> readFeature, WorkContext context)
    {
        var found = new (KnownFace? Known, bool IsChanged)[faces.Count];
        var claimed = new HashSet<long>();
        for (var i = 0; i < faces.Count; i++)
        {
            if ((i & 0xFFF) == 0)
            {
                context.ThrowIfCancelled();
                context.Report("Looking for known faces", i, faces.Count);
            }

            found[i].Known = file.Rows(Columns + "hash = $0", Read, faces[i].Hash) is [var known] ? known : null;
            if (found[i].Known is { } face) claimed.Add(face.Face);
        }

        for (var i = 0; i < faces.Count; i++)
        {
            if (found[i].Known is not null || faces[i].Photograph is not { } photograph) continue;
            var others = file.Rows(Columns + "photograph = $0", Read, photograph);
            others.RemoveAll(other => claimed.Contains(other.Face));
            if (others.Count == 0) continue;
            var features = others.ConvertAll(other => readFeature(other.Face));
            var same = features.FindIndex(feature => TensorPrimitives.Dot(faces[i].Feature.Span, feature) >= SameFeature);
            var isChanged = same < 0;
            if (isChanged) same = others.FindIndex(other => IsSamePlace(faces[i], other));
            if (same < 0) continue;
            claimed.Add(others[same].Face);
            found[i] = (others[same], isChanged);
        }

        return found;
    }

    private static KnownFace Read(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetInt64(0), row.GetFieldValue<byte[]>(1), CatalogueQueries.Text(row, 2), CatalogueQueries.Text(row, 3),
        CatalogueQueries.Box(row, 4), row.IsDBNull(8) ? null : row.GetInt64(8), row.GetInt64(9) != 0);

    // Intersection over union of the boxes; without boxes, photographs are aligned faces.
    private static bool IsSamePlace(CatalogueInput face, KnownFace known)
    {
        if (face.Box is not { } a || known.Box is not { } b)
        {
            return face.Box is null && known.Box is null && face.Key is not null && face.Key == known.Key;
        }

        var width = Math.Min(a.Left + a.Width, b.Left + b.Width) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Top + a.Height, b.Top + b.Height) - Math.Max(a.Top, b.Top);
        if (width <= 0 || height <= 0) return false;
        var common = width * height;
        return common >= SamePlace * ((a.Width * a.Height) + (b.Width * b.Height) - common);
    }
}
