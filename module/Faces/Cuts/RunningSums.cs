using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>Sums of rows, a merged cluster's in the row of its left part.</summary>
internal sealed class RunningSums(FeatureMatrix rows)
{
    private readonly float[] _values = (float[])rows.Values.Clone();
    private readonly int[] _slots = [.. Enumerable.Range(0, 2 * rows.Count)];

    /// <summary>Merges two nodes into a third; the product of their sums.</summary>
    public double Merge(int left, int right, int whole)
    {
        _slots[whole] = _slots[left];
        return AddWithProduct(Row(left), Row(right));
    }

    /// <summary>Merges two nodes into a third.</summary>
    public void Join(int left, int right, int whole)
    {
        _slots[whole] = _slots[left];
        Add(Row(left), Row(right));
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

    // One pass over both rows. It is called once a merge in a cut that is over before code would be compiled anew.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float AddWithProduct(Span<float> sum, ReadOnlySpan<float> other)
    {
        var width = Vector<float>.Count;
        var (first, second) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i + (2 * width) <= sum.Length; i += 2 * width)
        {
            var (a, c) = (new Vector<float>(sum[i..]), new Vector<float>(sum[(i + width)..]));
            var (b, d) = (new Vector<float>(other[i..]), new Vector<float>(other[(i + width)..]));
            first += a * b;
            second += c * d;
            (a + b).CopyTo(sum[i..]);
            (c + d).CopyTo(sum[(i + width)..]);
        }

        var product = Vector.Sum(first + second);
        for (; i < sum.Length; i++)
        {
            product += sum[i] * other[i];
            sum[i] += other[i];
        }

        return product;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(Span<float> sum, ReadOnlySpan<float> other)
    {
        var width = Vector<float>.Count;
        var i = 0;
        for (; i + width <= sum.Length; i += width) (new Vector<float>(sum[i..]) + new Vector<float>(other[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++) sum[i] += other[i];
    }

    private Span<float> Row(int node) => _values.AsSpan(_slots[node] * rows.Dimension, rows.Dimension);
}
