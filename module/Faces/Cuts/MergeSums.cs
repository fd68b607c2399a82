using System.Numerics;
using System.Runtime.CompilerServices;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>Takes the sum of the rows of a tree; it is good until the next one.</summary>
/// <param name="merge">The tree's last merge.</param>
/// <param name="sum">D values.</param>
internal delegate void TreeSum(int merge, ReadOnlySpan<float> sum);

/// <summary>
/// The sums of rows below the merges of a forest, in one walk: tree by tree, depth first, of two parts the one with more
/// merges first. So log2 N + 1 sums are held at the most, which stay in the cache, and each row is read once. In the order of
/// the heights all rows would be held in a copy, and each merge would fetch two from anywhere in it. A sum is that of the
/// sums of its two parts in whatever order these are made: the walk leaves no trace in it.
/// </summary>
internal sealed class MergeSums
{
    // How many merges before it is added a row is fetched.
    private const int Ahead = 4;

    private readonly FeatureMatrix _rows;
    private readonly float[]? _lengths;
    private readonly int[] _left;
    private readonly int[] _right;

    // The merges of the tree below each merge, itself one of them, and whether it is a part of another.
    private readonly int[] _inside;
    private readonly bool[] _isPart;

    // The sums of the parts that wait for their others, and a row of full length.
    private readonly float[] _waiting;
    private readonly float[] _row;

    /// <summary>The first merges over some rows.</summary>
    /// <param name="rows">N rows.</param>
    /// <param name="lengths">What each is multiplied by; null for nothing.</param>
    /// <param name="left">One child of each merge: below N a row, else N and the number of an earlier merge.</param>
    /// <param name="right">The other child.</param>
    /// <param name="merges">How many merges there are.</param>
    public MergeSums(FeatureMatrix rows, float[]? lengths, int[] left, int[] right, int merges)
    {
        (_rows, _lengths, _left, _right) = (rows, lengths, left, right);
        _inside = new int[merges];
        _isPart = new bool[merges];
        for (var t = 0; t < merges; t++)
        {
            _inside[t] = 1 + Inside(left[t]) + Inside(right[t]);
            if (left[t] >= rows.Count) _isPart[left[t] - rows.Count] = true;
            if (right[t] >= rows.Count) _isPart[right[t] - rows.Count] = true;
        }

        _waiting = new float[(BitOperations.Log2((uint)merges | 1) + 1) * rows.Dimension];
        _row = new float[lengths is null ? 0 : rows.Dimension];
    }

    /// <summary>The product of the sums of the two parts of each merge.</summary>
    public double[] Products()
    {
        var products = new double[_inside.Length];
        Walk(products, take: null);
        return products;
    }

    /// <summary>Hands out the sum of each tree.</summary>
    public void ForEachTree(TreeSum take) => Walk(products: null, take);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Walk(double[]? products, TreeSum? take)
    {
        var order = InOrder();
        var waiting = 0;
        for (var at = 0; at < order.Length; at++)
        {
            if (at + Ahead < order.Length) Fetch(order[at + Ahead]);
            var merge = order[at];
            var product = Join(merge, ref waiting);
            if (products is not null) products[merge] = product;
            if (_isPart[merge]) continue;
            take?.Invoke(merge, Waiting(0));
            waiting = 0;
        }
    }

    // The merges of the part with more of them, those of the other, the merge itself: from the last merge down, each knows
    // where its parts end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int[] InOrder()
    {
        var order = new int[_inside.Length];
        var ends = new int[_inside.Length];
        var end = order.Length;
        for (var t = order.Length - 1; t >= 0; t--)
        {
            if (!_isPart[t])
            {
                ends[t] = end;
                end -= _inside[t];
            }

            order[ends[t] - 1] = t;
            var (first, second) = Parts(t);
            if (second >= _rows.Count) ends[second - _rows.Count] = ends[t] - 1;
            if (first >= _rows.Count) ends[first - _rows.Count] = ends[t] - 1 - Inside(second);
        }

        return order;
    }

    // The sum of a merge takes the place of those of its parts; the product of these.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Join(int merge, ref int waiting)
    {
        var (first, second) = Parts(merge);
        if (second >= _rows.Count)
        {
            waiting--;
            return RowArithmetic.AddWithProduct(Waiting(waiting - 1), Waiting(waiting));
        }

        if (first < _rows.Count) Row(first).CopyTo(Waiting(waiting++));
        return RowArithmetic.AddWithProduct(Waiting(waiting - 1), Row(second));
    }

    // The rows of a merge that comes soon: they lie anywhere, and no processor foresees which.
    private void Fetch(int merge)
    {
        if (_left[merge] < _rows.Count) RowArithmetic.Fetch(_rows.Row(_left[merge]));
        if (_right[merge] < _rows.Count) RowArithmetic.Fetch(_rows.Row(_right[merge]));
    }

    private (int First, int Second) Parts(int merge) =>
        Inside(_left[merge]) >= Inside(_right[merge]) ? (_left[merge], _right[merge]) : (_right[merge], _left[merge]);

    private int Inside(int node) => node < _rows.Count ? 0 : _inside[node - _rows.Count];

    private Span<float> Waiting(int place) => _waiting.AsSpan(place * _rows.Dimension, _rows.Dimension);

    private ReadOnlySpan<float> Row(int index)
    {
        if (_lengths is null) return _rows.Row(index);
        RowArithmetic.Scale(_rows.Row(index), _lengths[index], _row);
        return _row;
    }
}
