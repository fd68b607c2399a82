namespace Thesis.Engine.Faces;

/// <summary>
/// For each of N points its K most similar points, the most similar first: the dissertation's NNList (section 2.4.3).
/// Entry 0 of a list is the point itself, also when others have the same features. Equal similarities are ordered by
/// index.
/// </summary>
/// <param name="Count">N.</param>
/// <param name="Length">K, entries a list, the point itself included.</param>
/// <param name="Indices">N * K indices, row-major.</param>
/// <param name="Similarities">N * K cosine similarities, row-major, falling within a row.</param>
public sealed record NeighbourLists(int Count, int Length, int[] Indices, float[] Similarities)
{
    /// <summary>The list of <paramref name="point"/>.</summary>
    public ReadOnlySpan<int> Of(int point) => Indices.AsSpan(checked(point * Length), Length);

    /// <summary>The similarities that go with <see cref="Of"/>.</summary>
    public ReadOnlySpan<float> SimilaritiesOf(int point) => Similarities.AsSpan(checked(point * Length), Length);
}
