using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// The clusters of a tree after some merges, each as one unit vector, the direction of the sum of its faces, and what is
/// left of the tree over them.
/// </summary>
/// <param name="Rows">One unit vector a cluster.</param>
/// <param name="Left">One child of each merge: below <c>Rows.Count</c> a unit, else that and the number of a merge.</param>
/// <param name="Right">The other child.</param>
/// <param name="Height">The linkage distances, rising.</param>
/// <param name="Faces">The faces of each unit.</param>
internal sealed record CutUnits(
    FeatureMatrix Rows, int[] Left, int[] Right, double[] Height, int[] Faces)
{
    /// <summary>Whether the heights are mean cosine distances between the units of the two parts.</summary>
    public bool IsOnCosines { get; init; }

    /// <summary>The units.</summary>
    public int Count => Rows.Count;

    /// <summary>The merges over them.</summary>
    public int Merges => Height.Length;

    /// <summary>The cluster of each unit after some merges.</summary>
    public int[] LabelsAfter(int merges)
    {
        var labels = Enumerable.Range(0, Count + merges).ToArray();
        for (var t = merges - 1; t >= 0; t--) labels[Left[t]] = labels[Right[t]] = labels[Count + t];
        return labels[..Count];
    }

    /// <summary>
    /// |s|^2 of every unit and merge, with s the sum of its units, and how many units these are. Average linkage on cosines
    /// has the products of the sums in its heights, s_a . s_b = n_a n_b (1 - h); of another tree the sums are kept in the
    /// rows of a copy: 4 K D bytes, K D multiply-adds.
    /// </summary>
    public (double[] Squares, int[] Sizes) Sums()
    {
        var sums = IsOnCosines ? null : new RunningSums(Rows);
        var squares = new double[Count + Merges];
        var sizes = new int[Count + Merges];
        Array.Fill(squares, 1, 0, Count);
        Array.Fill(sizes, 1, 0, Count);
        for (var t = 0; t < Merges; t++)
        {
            var product = sums?.Merge(Left[t], Right[t], Count + t)
                ?? (double)sizes[Left[t]] * sizes[Right[t]] * (1 - Height[t]);
            squares[Count + t] = Math.Max(0, squares[Left[t]] + squares[Right[t]] + (2 * product));
            sizes[Count + t] = sizes[Left[t]] + sizes[Right[t]];
        }

        return (squares, sizes);
    }

    /// <summary>The mean cosine distance between the faces of the two parts of each merge.</summary>
    public static double[] MeanDistances(FeatureMatrix unit, Dendrogram tree)
    {
        var sums = new RunningSums(unit);
        var distances = new double[tree.Merges];
        for (var t = 0; t < distances.Length; t++)
        {
            double left = SizeOf(tree.Left[t]), right = SizeOf(tree.Right[t]);
            distances[t] = Math.Max(0, 1 - (sums.Merge(tree.Left[t], tree.Right[t], tree.Count + t) / (left * right)));
        }

        return distances;

        int SizeOf(int node) => node < tree.Count ? 1 : tree.Size[node - tree.Count];
    }
}
