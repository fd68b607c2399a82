using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Exact nearest neighbours by cosine similarity: every pair is looked at, in blocks of a matrix product.
/// O(N^2 D) time; N K entries and 96 MB of memory beyond the features.
/// </summary>
public static class ExactNeighbours
{
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
        var size = (long)unit.Count * length;
        MemoryPlan.Require(
            (double)size * (sizeof(float) + sizeof(int)), $"Neighbour lists of {length} for {unit.Count} points",
            "Ask for fewer neighbours.");
        if (size > Array.MaxLength)
        {
            throw new InputException(
                "NeighbourCountInvalid", FaultKind.InvalidArgument,
                $"{length} neighbours of {unit.Count} points are more than one array holds.", length);
        }

        var indices = new int[size];
        var similarities = new float[size];
        BlockProduct.ForEachRow(unit, unit, "Nearest neighbours", context, (point, row) =>
        {
            var at = point * length;
            indices[at] = point;
            similarities[at] = row[point];
            new TopSelector(similarities.AsSpan(at + 1, length - 1), indices.AsSpan(at + 1, length - 1))
                .Select(row, point);
        });
        return new NeighbourLists(unit.Count, length, indices, similarities);
    }
}
