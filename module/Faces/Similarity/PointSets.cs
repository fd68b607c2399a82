using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>A set of points for each of N points, in one array.</summary>
/// <param name="Offsets">N + 1 places: set i is <c>Indices[Offsets[i] .. Offsets[i + 1]]</c>.</param>
/// <param name="Indices">The sets, one after the other.</param>
internal sealed record PointSets(long[] Offsets, int[] Indices)
{
    /// <summary>The set of <paramref name="point"/>.</summary>
    public ReadOnlySpan<int> Of(int point) =>
        Indices.AsSpan((int)Offsets[point], (int)(Offsets[point + 1] - Offsets[point]));

    /// <summary>Joins sets that were found one by one.</summary>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>: more points in all than one array holds.</exception>
    public static PointSets Join(int[][] sets)
    {
        var offsets = new long[sets.Length + 1];
        for (var i = 0; i < sets.Length; i++) offsets[i + 1] = offsets[i] + sets[i].Length;
        if (offsets[^1] > Array.MaxLength)
        {
            throw new InputException(
                "MemoryInsufficient", FaultKind.ResourceUnavailable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The neighbourhoods hold {offsets[^1]} points in all, more than one array can. ")
                + "Give a smaller distance, or cluster the features as they are (cosine), which needs no neighbourhoods.",
                offsets[^1]);
        }

        var indices = new int[offsets[^1]];
        for (var i = 0; i < sets.Length; i++) sets[i].CopyTo(indices, offsets[i]);
        return new PointSets(offsets, indices);
    }
}
