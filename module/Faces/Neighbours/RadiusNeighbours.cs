using System.Numerics;
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

    private static int[] Within(ReadOnlySpan<float> row, int point, float floor)
    {
        var keys = new List<ulong>();
        var width = Vector<float>.Count;
        var floors = new Vector<float>(floor);
        for (var start = 0; start < row.Length; start += width)
        {
            var end = Math.Min(start + width, row.Length);
            if (end - start == width && !Vector.GreaterThanAny(new Vector<float>(row[start..end]), floors)) continue;
            for (var i = start; i < end; i++)
            {
                if (row[i] > floor && i != point) keys.Add(Key(row[i], i));
            }
        }

        keys.Sort();
        var list = new int[keys.Count + 1];
        list[0] = point;
        for (var q = 0; q < keys.Count; q++) list[q + 1] = (int)(uint)keys[q];
        return list;
    }

    // A number that rises with falling similarity, then with the index: the bits of a float, as two's complement, are in
    // the order of the floats once those of negative ones are inverted.
    private static ulong Key(float similarity, int index)
    {
        var bits = BitConverter.SingleToInt32Bits(similarity);
        var rising = bits ^ ((bits >> 31) & int.MaxValue);
        return ((ulong)(uint)(~rising ^ int.MinValue) << 32) | (uint)index;
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
