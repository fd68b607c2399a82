using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Exact nearest neighbours by cosine similarity: every pair is looked at, in tiles of a symmetric product on the CPU and
/// in blocks of rows on a GPU. O(N^2 D) time; memory is about 20 bytes for each of the N K entries beyond the features, and
/// on the CPU about D + 28 bytes a row where the pairs go by codes first (<see cref="CodedPairs"/>).
/// </summary>
public static class ExactNeighbours
{
    private const string Activity = "Nearest neighbours";

    /// <summary>The neighbour lists of all points.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="length">K, entries a list, the point itself included; at most N are given.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <exception cref="InputException"><c>NeighbourCountInvalid</c>: the length is below 1.</exception>
    public static NeighbourLists Search(FeatureMatrix unit, int length, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(context);
        if (length < 1)
        {
            throw new InputException(
                "NeighbourCountInvalid", FaultKind.InvalidArgument,
                $"A neighbour list holds at least the point itself, not {length} entries.", length);
        }

        length = Math.Min(length, unit.Count);
        MemoryPlan.Require(
            ((double)unit.Count * length * (sizeof(float) + sizeof(int)))
            + NearestPairs.Bytes(unit.Count, unit.Dimension, length),
            $"Neighbour lists of {length} for {unit.Count} points", "Ask for fewer neighbours.");
        if (TopLists.Bytes(unit.Count, length) / sizeof(ulong) > Array.MaxLength)
        {
            throw new InputException(
                "NeighbourCountInvalid", FaultKind.InvalidArgument,
                $"{length} neighbours of {unit.Count} points are more than one array holds.", length);
        }

        var size = unit.Count * length;
        var lists = new NeighbourLists(unit.Count, length, new int[size], new float[size]);
        if (TensorProduct.IsFor(context)) SearchRows(unit, [.. Enumerable.Range(0, unit.Count)], lists, context);
        else SearchPairs(unit, lists, context);
        return lists;
    }

    private static void SearchPairs(FeatureMatrix unit, NeighbourLists lists, WorkContext context)
    {
        var length = Math.Max(1, lists.Length - 1);
        var found = NearestPairs.Search(unit, unit, length, Activity, context);
        var ended = new bool[unit.Count];
        Parallel.For(0, unit.Count, context.Parallel, point => ended[point] = TryEnd(unit, point, found.Finish(point), lists));
        SearchRows(unit, [.. Enumerable.Range(0, unit.Count).Where(point => !ended[point])], lists, context);
    }

    // False for a list that is too short, because it began with too high a floor.
    private static bool TryEnd(FeatureMatrix unit, int point, ReadOnlySpan<ulong> keys, NeighbourLists lists)
    {
        if (keys.Length < lists.Length - 1) return false;
        var at = point * lists.Length;
        lists.Indices[at] = point;
        lists.Similarities[at] = TensorPrimitives.Dot(unit.Row(point), unit.Row(point));
        foreach (var key in keys[..(lists.Length - 1)])
        {
            lists.Indices[++at] = SimilarityKey.Index(key);
            lists.Similarities[at] = SimilarityKey.Similarity(key);
        }

        return true;
    }

    private static void SearchRows(FeatureMatrix unit, int[] points, NeighbourLists lists, WorkContext context)
    {
        var length = lists.Length;
        var rows = points.Length == unit.Count ? unit : unit.Gather(points);
        BlockProduct.ForEachRow(rows, unit, Activity, context, (row, similarities) =>
        {
            var at = points[row] * length;
            lists.Indices[at] = points[row];
            lists.Similarities[at] = TensorPrimitives.Dot(unit.Row(points[row]), unit.Row(points[row]));
            new TopSelector(lists.Similarities.AsSpan(at + 1, length - 1), lists.Indices.AsSpan(at + 1, length - 1))
                .Select(similarities, points[row]);
        });
    }
}
