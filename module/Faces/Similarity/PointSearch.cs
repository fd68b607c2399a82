using System.Runtime.Intrinsics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The point sets that the similarities learn from, by comparing every point with every other: N^2 D multiply-adds in
/// blocks of rows. Memory is linear in N and in what is found; the bytes do not depend on the threads.
/// </summary>
internal static class PointSearch
{
    private const int BlockSize = 32;

    private delegate void Collector(int point, Span<float> similarities, Span<float> room);

    /// <summary>The K most similar points of each, the point itself first.</summary>
    /// <param name="unit">Unit rows.</param>
    /// <param name="length">K, entries a list, the point itself included; at most N.</param>
    /// <param name="context">Threads, cancellation, progress.</param>
    public static NeighbourLists Nearest(FeatureMatrix unit, int length, WorkContext context)
    {
        if (unit.Count == 0) return new NeighbourLists(0, length, [], []);
        var indices = new int[checked(unit.Count * length)];
        var similarities = new float[indices.Length];
        Scan(unit, length, "Nearest neighbours", context, (point, row, room) =>
        {
            var list = indices.AsSpan(point * length, length);
            var values = similarities.AsSpan(point * length, length);
            list[0] = point;
            values[0] = row[point];
            row[point] = float.NegativeInfinity;
            LargestValues.Above(row, float.NegativeInfinity, float.PositiveInfinity, list[1..], values[1..]);
        });
        return new NeighbourLists(unit.Count, length, indices, similarities);
    }

    /// <summary>The points within a cosine distance of each, the point itself first, the others by index.</summary>
    /// <param name="unit">Unit rows.</param>
    /// <param name="distance">The cosine distance 1 - x.y that a point must not exceed.</param>
    /// <param name="context">Threads, cancellation, progress.</param>
    public static PointSets Within(FeatureMatrix unit, double distance, WorkContext context)
    {
        var found = new int[unit.Count][];
        var limit = (float)(1 - distance);
        Scan(unit, 0, "Neighbours within a distance", context, (point, row, _) =>
        {
            row[point] = float.NegativeInfinity;
            var set = new List<int> { point };
            AddFrom(row, limit, set);
            found[point] = [.. set];
        });
        return PointSets.Join(found);
    }

    /// <summary>A number of the points beyond a cosine distance of each: the hard negatives of (3.13 - 3.15).</summary>
    /// <param name="unit">Unit rows.</param>
    /// <param name="distance">The cosine distance 1 - x.y that a point must exceed.</param>
    /// <param name="most">The most points kept for each; fewer are kept where fewer lie beyond.</param>
    /// <param name="choice">Which of the points beyond are kept.</param>
    /// <param name="context">Threads, cancellation, progress.</param>
    /// <returns>For each point the points found: the nearest first, or by index where they are drawn.</returns>
    public static PointSets Beyond(
        FeatureMatrix unit, double distance, int most, SampleChoice choice, WorkContext context)
    {
        var found = new int[unit.Count][];
        var below = (float)(1 - distance);
        Scan(unit, Math.Min(most, unit.Count), "Points beyond a distance", context, (point, row, room) =>
        {
            row[point] = float.PositiveInfinity;
            var set = new int[room.Length];
            var count = choice.Seed is { } seed
                ? Draw(row, below, new SeededRandom(seed).Fork(point), set)
                : LargestValues.Above(row, float.NegativeInfinity, below, set, room);
            found[point] = count == set.Length ? set : set[..count];
        });
        return PointSets.Join(found);
    }

    private static void Scan(FeatureMatrix unit, int room, string activity, WorkContext context, Collector collect)
    {
        var packed = new PackedRows(unit.Dimension);
        packed.Pack(unit.Values, unit.Count);
        var blocks = (unit.Count + BlockSize - 1) / BlockSize;
        var done = 0;
        Parallel.For(
            0, blocks, context.Parallel,
            () => (Rows: new float[BlockSize * unit.Dimension],
                Similarities: new float[BlockSize * packed.Columns], Room: new float[room]),
            (block, _, buffers) =>
            {
                var first = block * BlockSize;
                var count = Math.Min(BlockSize, unit.Count - first);
                unit.Values.AsSpan(first * unit.Dimension, count * unit.Dimension).CopyTo(buffers.Rows);
                packed.Multiply(buffers.Rows, BlockSize, 0, buffers.Similarities);
                for (var i = 0; i < count; i++)
                {
                    collect(first + i, buffers.Similarities.AsSpan(i * packed.Columns, unit.Count), buffers.Room);
                }

                context.Report(activity, Interlocked.Increment(ref done), blocks);
                return buffers;
            },
            _ => { });
    }

    // Whole vectors without a hit, nearly all of them, are passed over at once.
    private static void AddFrom(ReadOnlySpan<float> row, float limit, List<int> set)
    {
        var limits = Vector256.Create(limit);
        for (var first = 0; first < row.Length; first += Vector256<float>.Count)
        {
            var last = Math.Min(first + Vector256<float>.Count, row.Length);
            var whole = last - first == Vector256<float>.Count;
            if (whole && !Vector256.GreaterThanOrEqualAny(Vector256.Create(row[first..]), limits)) continue;
            for (var j = first; j < last; j++)
            {
                if (row[j] >= limit) set.Add(j);
            }
        }
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
