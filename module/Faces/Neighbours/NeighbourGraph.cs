namespace Thesis.Engine.Faces;

/// <summary>
/// Neighbourhoods of different sizes, in compressed rows: those of point i are
/// <c>Indices[Offsets[i] .. Offsets[i + 1]]</c>, the point itself first, then by falling similarity and rising index.
/// </summary>
/// <param name="Count">N.</param>
/// <param name="Offsets">N + 1 offsets.</param>
/// <param name="Indices">The neighbours.</param>
public sealed record NeighbourGraph(int Count, long[] Offsets, int[] Indices)
{
    /// <summary>The neighbourhood of <paramref name="point"/>.</summary>
    public ReadOnlySpan<int> Of(int point) =>
        Indices.AsSpan((int)Offsets[point], (int)(Offsets[point + 1] - Offsets[point]));
}
