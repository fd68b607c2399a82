namespace Thesis.Engine.Faces;

/// <summary>
/// A tree of merges over N points, sorted by height, in SciPy's numbering: points are 0 .. N - 1, and merge t makes
/// cluster N + t. It is whole with N - 1 merges, or ends early where a similarity floor stopped it.
/// </summary>
/// <param name="Count">N.</param>
/// <param name="Left">The smaller cluster number of each merge.</param>
/// <param name="Right">The larger cluster number of each merge.</param>
/// <param name="Height">The linkage distance of each merge, rising.</param>
/// <param name="Size">The points in the new cluster.</param>
public sealed record Dendrogram(int Count, int[] Left, int[] Right, double[] Height, int[] Size)
{
    /// <summary>The number of merges.</summary>
    public int Merges => Height.Length;
}
