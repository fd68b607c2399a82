using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The epsilon-neighbourhoods of section 3.4.2, V(x_m) = {x : 1 - x . x_m &lt; epsilon}, exactly: every pair is looked at,
/// in blocks of a matrix product. A point always belongs to its own neighbourhood.
/// </summary>
public static class RadiusNeighbours
{
    /// <summary>The neighbourhoods of all points.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="radius">epsilon, a cosine distance in [0, 2].</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <exception cref="InputException">
    /// <c>RadiusInvalid</c>: the radius is out of its range; <c>MemoryInsufficient</c>: the neighbourhoods are too many.
    /// </exception>
    public static NeighbourGraph Search(FeatureMatrix unit, double radius, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(context);
        if (!(radius is >= 0 and <= 2))
        {
            throw new InputException(
                "RadiusInvalid", FaultKind.InvalidArgument,
                FormattableString.Invariant($"A radius is a cosine distance from 0 to 2, not {radius}."), radius);
        }

        var floor = (float)(1 - radius);
        var limit = Math.Min(Array.MaxLength, MemoryPlan.FreeBytes / (2 * sizeof(int)));
        var lists = new int[unit.Count][];
        var total = 0L;
        BlockProduct.ForEachRow(unit, unit, "Neighbourhoods", context, (point, row) =>
        {
            var list = Within(row, point, floor);
            lists[point] = list;
            if (Interlocked.Add(ref total, list.Length) > limit) throw TooMany(radius, limit);
        });
        return Compress(lists, total);
    }

    private static int[] Within(Span<float> row, int point, float floor)
    {
        var found = new List<int>();
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] > floor && i != point) found.Add(i);
        }

        var list = new int[found.Count + 1];
        list[0] = point;
        found.CopyTo(list, 1);
        var keys = new float[found.Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = -row[list[i + 1]];
        keys.AsSpan().Sort(list.AsSpan(1));
        return list;
    }

    private static NeighbourGraph Compress(int[][] lists, long total)
    {
        var offsets = new long[lists.Length + 1];
        var indices = new int[total];
        for (var i = 0; i < lists.Length; i++)
        {
            lists[i].CopyTo(indices, offsets[i]);
            offsets[i + 1] = offsets[i] + lists[i].Length;
        }

        return new NeighbourGraph(lists.Length, offsets, indices);
    }

    private static InputException TooMany(double radius, long limit) => new(
        "MemoryInsufficient", FaultKind.ResourceUnavailable,
        FormattableString.Invariant(
            $"The neighbourhoods of radius {radius} hold more than {limit} entries. Give a smaller radius."), radius);
}
