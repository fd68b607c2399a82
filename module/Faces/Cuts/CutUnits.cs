using System.Runtime.CompilerServices;
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
/// <param name="First">The first of them.</param>
internal sealed record CutUnits(
    FeatureMatrix Rows, int[] Left, int[] Right, double[] Height, int[] Faces, int[] First)
{
    // A sum of nothing stays 0.
    private const float LeastLength = 1e-12f;

    /// <summary>Whether the heights are mean cosine distances between the units of the two parts.</summary>
    public bool IsOnCosines { get; init; }

    /// <summary>The length of the sum of each unit's faces; null where every unit is a face.</summary>
    public float[]? Lengths { private get; init; }

    /// <summary>The units.</summary>
    public int Count => Rows.Count;

    /// <summary>The merges over them.</summary>
    public int Merges => Height.Length;

    /// <summary>The length of the sum of a unit's faces.</summary>
    public float LengthOf(int unit) => Lengths?[unit] ?? 1;

    /// <summary>The cluster of each unit after some merges.</summary>
    public int[] LabelsAfter(int merges)
    {
        var labels = Enumerable.Range(0, Count + merges).ToArray();
        for (var t = merges - 1; t >= 0; t--) labels[Left[t]] = labels[Right[t]] = labels[Count + t];
        return labels[..Count];
    }

    /// <summary>
    /// |s|^2 of every unit and merge, with s the sum of its units, and how many units these are. Average linkage on cosines
    /// has the products of the sums in its heights, s_a . s_b = n_a n_b (1 - h); of another tree they are made: K D
    /// multiply-adds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (double[] Squares, int[] Sizes) Sums()
    {
        var products = IsOnCosines ? null : new MergeSums(Rows, lengths: null, Left, Right, Merges).Products();
        var squares = new double[Count + Merges];
        var sizes = new int[Count + Merges];
        Array.Fill(squares, 1, 0, Count);
        Array.Fill(sizes, 1, 0, Count);
        for (var t = 0; t < Merges; t++)
        {
            var product = products is null ? (double)sizes[Left[t]] * sizes[Right[t]] * (1 - Height[t]) : products[t];
            squares[Count + t] = Math.Max(0, squares[Left[t]] + squares[Right[t]] + (2 * product));
            sizes[Count + t] = sizes[Left[t]] + sizes[Right[t]];
        }

        return (squares, sizes);
    }

    /// <summary>The mean cosine distance between the faces of the two parts of each merge.</summary>
    public static double[] MeanDistances(FeatureMatrix unit, Dendrogram tree)
    {
        var distances = new MergeSums(unit, lengths: null, tree.Left, tree.Right, tree.Merges).Products();
        for (var t = 0; t < distances.Length; t++)
        {
            double left = SizeOf(tree.Left[t]), right = SizeOf(tree.Right[t]);
            distances[t] = Math.Max(0, 1 - (distances[t] / (left * right)));
        }

        return distances;

        int SizeOf(int node) => node < tree.Count ? 1 : tree.Size[node - tree.Count];
    }

    /// <summary>The units after some of the merges: those that are left, and then the clusters, each in the order of before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CutUnits After(int merges)
    {
        var (faces, first, number) = (new int[Count + merges], new int[Count + merges], new int[Count + merges]);
        Faces.CopyTo(faces, 0);
        First.CopyTo(first, 0);
        for (var t = 0; t < merges; t++)
        {
            faces[Count + t] = faces[Left[t]] + faces[Right[t]];
            first[Count + t] = Math.Min(first[Left[t]], first[Right[t]]);
            number[Left[t]] = number[Right[t]] = -1;
        }

        var count = 0;
        for (var node = 0; node < number.Length; node++)
        {
            if (number[node] < 0) continue;
            (faces[count], first[count]) = (faces[node], first[node]);
            number[node] = count++;
        }

        var (rows, lengths) = Directions(merges, number, count);
        return new CutUnits(rows, Above(Left), Above(Right), Height[merges..], faces[..count], first[..count])
        {
            Lengths = lengths,
        };

        int[] Above(int[] children)
        {
            var above = children[merges..];
            for (var t = 0; t < above.Length; t++)
            {
                above[t] = above[t] < number.Length ? number[above[t]] : above[t] - number.Length + count;
            }

            return above;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (FeatureMatrix Rows, float[] Lengths) Directions(int merges, int[] number, int count)
    {
        var dimension = Rows.Dimension;
        var rows = GC.AllocateUninitializedArray<float>(count * dimension);
        var lengths = new float[count];
        for (var unit = 0; unit < Count; unit++)
        {
            if (number[unit] is var place && place < 0) continue;
            lengths[place] = LengthOf(unit);
            Rows.Row(unit).CopyTo(rows.AsSpan(place * dimension));
        }

        new MergeSums(Rows, Lengths, Left, Right, merges).ForEachTree((merge, sum) =>
        {
            var place = number[Count + merge];
            lengths[place] = MathF.Max(MathF.Sqrt(RowArithmetic.Product(sum, sum)), LeastLength);
            RowArithmetic.Scale(sum, 1 / lengths[place], rows.AsSpan(place * dimension, dimension));
        });
        return (new FeatureMatrix(rows, count, dimension), lengths);
    }
}
