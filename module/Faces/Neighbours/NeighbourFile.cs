using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Reads the neighbour lists of learn-to-cluster (Yang 2019), <c>knns/PART/faiss_k_80.npz</c>: one array of N x 2 x K, for
/// each face the numbers of its neighbours and their cosine distances, 1 - s.
/// </summary>
public static class NeighbourFile
{
    /// <summary>The error of lists that cannot be used.</summary>
    public const string InvalidId = "NeighbourFileInvalid";

    /// <summary>The lists, the face itself first in each and the others by falling similarity.</summary>
    /// <param name="path">An npz of one array, or an npy.</param>
    /// <param name="count">N, the number of faces.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException">
    /// <c>NeighbourFileInvalid</c>: another shape or number of faces, or an entry that is no face or no distance, with its
    /// row.
    /// </exception>
    public static NeighbourLists Read(string path, int count, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(work);
        var array = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
            ? NpyFile.Read(path, work)
            : NpzFeatureReader.ReadOne(path, null, work);
        if (array.Shape is not [var rows, 2, >= 2 and var length] || rows != count || length > count)
        {
            throw new InputException(
                InvalidId, FaultKind.InvalidData,
                $"'{path}' is {string.Join(" x ", array.Shape)}; lists of {count} faces are {count} x 2 x K, K from 2 to "
                + $"{count}.", path);
        }

        var values = array.ToSingle();
        var lists = new NeighbourLists(count, length, new int[(long)count * length], new float[(long)count * length]);
        for (var i = 0; i < count; i++)
        {
            if ((i & 0xFFF) == 0) work.ThrowIfCancelled();
            var indices = values.AsSpan(2 * i * length, length);
            Fill(lists, i, indices, values.AsSpan(((2 * i) + 1) * length, length), path);
        }

        return lists;
    }

    private static void Fill(NeighbourLists lists, int face, Span<float> indices, Span<float> distances, string path)
    {
        var found = new List<(int Index, float Similarity)>(indices.Length);
        var seen = new HashSet<int>();
        for (var at = 0; at < indices.Length; at++)
        {
            var index = indices[at];
            if (!(index >= 0 && index < lists.Count) || index != MathF.Floor(index) || !seen.Add((int)index))
            {
                throw Invalid(path, face, index, "another face's number");
            }

            if (distances[at] is not (>= -1e-3f and <= 2.001f))
            {
                throw Invalid(path, face, distances[at], "a cosine distance");
            }

            if ((int)index != face) found.Add(((int)index, 1 - distances[at]));
        }

        found.Sort((a, b) => b.Similarity.CompareTo(a.Similarity) is var order and not 0 ? order : a.Index.CompareTo(b.Index));
        var start = face * lists.Length;
        (lists.Indices[start], lists.Similarities[start]) = (face, 1);
        for (var at = 1; at < lists.Length; at++)
        {
            (lists.Indices[start + at], lists.Similarities[start + at]) = found[at - 1];
        }
    }

    private static InputException Invalid(string path, int row, float value, string what) => new(
        InvalidId, FaultKind.InvalidData,
        string.Create(CultureInfo.InvariantCulture, $"Row {row} of '{path}' has {value} where {what} should be."), row);
}
