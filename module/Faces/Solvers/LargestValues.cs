using System.Numerics;
using System.Runtime.Intrinsics;

namespace Thesis.Engine.Faces;

/// <summary>Picks the few largest values of a long row that lie within limits.</summary>
internal static class LargestValues
{
    /// <summary>
    /// Finds the largest values in the open interval (<paramref name="above"/>, <paramref name="below"/>); of equal
    /// values the one with the smaller index.
    /// </summary>
    /// <param name="values">The row.</param>
    /// <param name="above">The lower limit.</param>
    /// <param name="below">The upper limit.</param>
    /// <param name="indices">The indices found, the largest value first; its length is the most that are kept.</param>
    /// <param name="kept">Room for the values found, as long as <paramref name="indices"/>.</param>
    /// <returns>How many were found.</returns>
    public static int Above(ReadOnlySpan<float> values, float above, float below, Span<int> indices, Span<float> kept)
    {
        var found = 0;
        var i = 0;
        var low = Vector256.Create(above);
        var high = Vector256.Create(below);
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var block = Vector256.Create(values[i..]);
            var within = Vector256.GreaterThan(block, low) & Vector256.LessThan(block, high);
            var hits = within.ExtractMostSignificantBits();
            if (hits == 0) continue;
            for (; hits != 0; hits &= hits - 1)
            {
                var index = i + BitOperations.TrailingZeroCount(hits);
                Insert(values[index], index, indices, kept, ref found);
            }

            if (found == indices.Length) low = Vector256.Create(Math.Max(above, kept[found - 1]));
        }

        for (; i < values.Length; i++)
        {
            if (values[i] > above && values[i] < below) Insert(values[i], i, indices, kept, ref found);
        }

        return found;
    }

    // Keeps the list sorted; indices come in rising order, so an equal value goes behind.
    private static void Insert(float value, int index, Span<int> indices, Span<float> kept, ref int found)
    {
        if (found == kept.Length)
        {
            if (value <= kept[^1]) return;
            found--;
        }

        var (first, last) = (0, found);
        while (first < last)
        {
            var middle = (first + last) / 2;
            if (kept[middle] >= value) first = middle + 1;
            else last = middle;
        }

        kept[first..found].CopyTo(kept[(first + 1)..]);
        indices[first..found].CopyTo(indices[(first + 1)..]);
        kept[first] = value;
        indices[first] = index;
        found++;
    }
}
