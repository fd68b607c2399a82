using System.Numerics.Tensors;
using System.Runtime.InteropServices;
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
    /// <summary>The units.</summary>
    public int Count => Rows.Count;

    /// <summary>The merges over them.</summary>
    public int Merges => Height.Length;

    /// <summary>
    /// |s|^2 of every unit and merge, with s the sum of its units, and how many units these are. Sums are kept in the
    /// rows of a copy: 4 K D bytes, K D multiply-adds.
    /// </summary>
    public (double[] Squares, int[] Sizes) Sums()
    {
        var sums = new RunningSums(Rows);
        var squares = new double[Count + Merges];
        var sizes = new int[Count + Merges];
        Array.Fill(squares, 1, 0, Count);
        Array.Fill(sizes, 1, 0, Count);
        for (var t = 0; t < Merges; t++)
        {
            var product = sums.Merge(Left[t], Right[t], Count + t);
            squares[Count + t] = Math.Max(0, squares[Left[t]] + squares[Right[t]] + (2 * product));
            sizes[Count + t] = sizes[Left[t]] + sizes[Right[t]];
        }

        return (squares, sizes);
    }

    /// <summary>The units of a tree's clusters after some merges.</summary>
    /// <param name="unit">N unit rows.</param>
    /// <param name="tree">The tree over them.</param>
    /// <param name="merges">The merges that are done.</param>
    public static CutUnits After(FeatureMatrix unit, Dendrogram tree, int merges)
    {
        var faces = new int[tree.Count + merges];
        Array.Fill(faces, 1, 0, tree.Count);
        if (merges == 0) return new CutUnits(unit, tree.Left, tree.Right, tree.Height, faces);
        var sums = new RunningSums(unit);
        var gone = new bool[tree.Count + merges];
        for (var t = 0; t < merges; t++)
        {
            sums.Merge(tree.Left[t], tree.Right[t], tree.Count + t);
            faces[tree.Count + t] = tree.Size[t];
            gone[tree.Left[t]] = gone[tree.Right[t]] = true;
        }

        var number = new int[gone.Length];
        var kept = new List<int>(tree.Count - merges);
        for (var node = 0; node < gone.Length; node++)
        {
            if (gone[node]) continue;
            number[node] = kept.Count;
            kept.Add(node);
        }

        return new CutUnits(
            sums.Directions(CollectionsMarshal.AsSpan(kept)), Above(tree.Left), Above(tree.Right), tree.Height[merges..],
            [.. kept.Select(node => faces[node])]);

        int[] Above(int[] children) =>
            [.. children.Skip(merges).Select(c => c < number.Length ? number[c] : c - number.Length + kept.Count)];
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

    /// <summary>Sums of rows, a merged cluster's in the row of its left part.</summary>
    private sealed class RunningSums(FeatureMatrix rows)
    {
        private readonly float[] _values = (float[])rows.Values.Clone();
        private readonly int[] _slots = [.. Enumerable.Range(0, 2 * rows.Count)];

        /// <summary>Merges two nodes into a third; the product of their sums.</summary>
        public double Merge(int left, int right, int whole)
        {
            var a = Row(left);
            var b = Row(right);
            var product = TensorPrimitives.Dot<float>(a, b);
            TensorPrimitives.Add(a, b, a);
            _slots[whole] = _slots[left];
            return product;
        }

        /// <summary>The directions of the sums of some nodes; a sum of nothing stays 0.</summary>
        public FeatureMatrix Directions(ReadOnlySpan<int> nodes)
        {
            var values = new float[nodes.Length * rows.Dimension];
            for (var i = 0; i < nodes.Length; i++)
            {
                var sum = Row(nodes[i]);
                var length = MathF.Max(TensorPrimitives.Norm<float>(sum), 1e-12f);
                TensorPrimitives.Divide(sum, length, values.AsSpan(i * rows.Dimension, rows.Dimension));
            }

            return new FeatureMatrix(values, nodes.Length, rows.Dimension);
        }

        private Span<float> Row(int node) => _values.AsSpan(_slots[node] * rows.Dimension, rows.Dimension);
    }
}
