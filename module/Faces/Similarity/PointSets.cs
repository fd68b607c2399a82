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
    public static PointSets Join(int[][] sets)
    {
        var offsets = new long[sets.Length + 1];
        for (var i = 0; i < sets.Length; i++) offsets[i + 1] = offsets[i] + sets[i].Length;
        var indices = new int[offsets[^1]];
        for (var i = 0; i < sets.Length; i++) sets[i].CopyTo(indices, offsets[i]);
        return new PointSets(offsets, indices);
    }
}
