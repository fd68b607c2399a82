using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// For each point a number of the points beyond a cosine distance: the hard negatives of (3.13 - 3.15) and of section
/// 2.5.4. Exact: every pair is looked at, in blocks of a matrix product; memory is linear in N and in what is found.
/// </summary>
internal static class PointsBeyond
{
    /// <summary>Searches.</summary>
    /// <param name="unit">Unit rows.</param>
    /// <param name="distance">The cosine distance 1 - x.y that a point must exceed.</param>
    /// <param name="most">The most points kept for each; fewer are kept where fewer lie beyond.</param>
    /// <param name="choice">Which of the points beyond are kept.</param>
    /// <param name="context">Threads, cancellation, progress.</param>
    /// <returns>For each point the points found: the nearest first, or by index where they are drawn.</returns>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>: N sets of that size do not fit.</exception>
    public static NeighbourGraph Search(
        FeatureMatrix unit, double distance, int most, SampleChoice choice, WorkContext context)
    {
        var room = Math.Min(most, unit.Count);
        MemoryPlan.Require(
            2.0 * sizeof(int) * room * unit.Count, $"{room} negatives for each of {unit.Count} points",
            "Ask for fewer negatives.");
        var found = new int[unit.Count][];
        var below = (float)(1 - distance);
        BlockProduct.ForEachRow(unit, unit, "Points beyond a distance", context, (point, row) =>
        {
            row[point] = float.PositiveInfinity;
            var set = new int[room];
            var count = choice.Seed is { } seed
                ? Draw(row, below, new SeededRandom(seed).Fork(point), set)
                : LargestValues.Above(row, float.NegativeInfinity, below, set, new float[room]);
            found[point] = count == room ? set : set[..count];
        });
        return Join(found);
    }

    private static NeighbourGraph Join(int[][] sets)
    {
        var offsets = new long[sets.Length + 1];
        for (var i = 0; i < sets.Length; i++) offsets[i + 1] = offsets[i] + sets[i].Length;
        var indices = new int[offsets[^1]];
        for (var i = 0; i < sets.Length; i++) sets[i].CopyTo(indices, offsets[i]);
        return new NeighbourGraph(sets.Length, offsets, indices);
    }

    // Floyd's sampling of ranks among the points beyond, then one walk along the row to find those points.
    private static int Draw(ReadOnlySpan<float> row, float below, SeededRandom random, Span<int> target)
    {
        var eligible = 0;
        foreach (var similarity in row) eligible += similarity < below ? 1 : 0;
        var ranks = new HashSet<int>();
        for (var last = Math.Max(0, eligible - target.Length); last < eligible; last++)
        {
            var rank = random.NextInt32(last + 1);
            if (!ranks.Add(rank)) ranks.Add(last);
        }

        var (found, seen) = (0, 0);
        for (var j = 0; j < row.Length && found < ranks.Count; j++)
        {
            if (row[j] < below && ranks.Contains(seen++)) target[found++] = j;
        }

        return found;
    }
}
