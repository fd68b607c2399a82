using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// A set of rows without its copies, in an order of its own: by their values, so that what is computed of them does not
/// depend on the order of the set, not even where similarities are equal.
/// </summary>
/// <param name="Rows">The M different rows.</param>
/// <param name="First">For each of the M the first point of the set that has it.</param>
/// <param name="Of">For each of the N points which of the M it is.</param>
internal sealed record DistinctRows(FeatureMatrix Rows, int[] First, int[] Of)
{
    /// <summary>Finds the copies; two rows are copies when all values are equal.</summary>
    public static DistinctRows From(FeatureMatrix set)
    {
        var order = new int[set.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        order.AsSpan().Sort((a, b) => set.Row(a).SequenceCompareTo(set.Row(b)) is var byValue and not 0 ? byValue : a.CompareTo(b));
        var of = new int[set.Count];
        var first = new List<int>(set.Count);
        foreach (var point in order)
        {
            if (first.Count == 0 || !set.Row(first[^1]).SequenceEqual(set.Row(point))) first.Add(point);
            of[point] = first.Count - 1;
        }

        return new DistinctRows(set.Gather([.. first]), [.. first], of);
    }

    /// <summary>How many points each row is.</summary>
    public int[] Multiplicities()
    {
        var sizes = new int[First.Length];
        foreach (var row in Of) sizes[row]++;
        return sizes;
    }
}
