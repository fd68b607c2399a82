using System.Runtime.InteropServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>One thread's part of a product: a block of left rows, packed, and their products with all right rows.</summary>
internal sealed unsafe class StreamedBlock : IDisposable
{
    private const int Group = PackedRows.RowGroup;

    // Looks at the cancellation about every 10 ms.
    private const int RowsBetweenChecks = 1 << 14;

    private readonly FeatureMatrix _right;
    private readonly PackedRows _packed;
    private readonly float[] _tile;
    private readonly float[] _tail;
    private readonly float* _products;

    /// <summary>Takes the memory for <paramref name="rows"/> rows of products.</summary>
    public StreamedBlock(int rows, FeatureMatrix right)
    {
        _right = right;
        _packed = new PackedRows(right.Dimension);
        _tile = new float[Group * rows];
        _tail = new float[Group * right.Dimension];
        _products = (float*)NativeMemory.Alloc((nuint)((long)rows * right.Count), sizeof(float));
    }

    /// <summary>The products of one left row with all right rows.</summary>
    public Span<float> Products(int row) => new(_products + ((long)row * _right.Count), _right.Count);

    /// <summary>Multiplies some left rows with the right rows from one on, the first of a group of eight.</summary>
    public void Multiply(FeatureMatrix left, int first, int count, int firstRight, WorkContext context)
    {
        var dimension = _right.Dimension;
        _packed.Pack(left.Values.AsSpan(first * dimension, count * dimension), count);
        var whole = _right.Count - (_right.Count % Group);
        for (var row = firstRight; row < whole; row += Group)
        {
            if ((row & (RowsBetweenChecks - 1)) == 0) context.ThrowIfCancelled();
            _packed.Multiply(_right.Values.AsSpan(row * dimension, Group * dimension), Group, _tile);
            Scatter(row, Group, count);
        }

        if (whole == _right.Count) return;
        _right.Values.AsSpan(whole * dimension, (_right.Count - whole) * dimension).CopyTo(_tail);
        _packed.Multiply(_tail, Group, _tile);
        Scatter(whole, _right.Count - whole, count);
    }

    public void Dispose() => NativeMemory.Free(_products);

    // The tile holds a line a right row; the products hold a line a left row.
    private void Scatter(int right, int rightCount, int leftCount)
    {
        var columns = _packed.Columns;
        var at = 0;
        fixed (float* tile = _tile)
        {
            if (rightCount == Group && Transposition.IsSupported)
            {
                for (; at + Group <= leftCount; at += Group)
                {
                    Transposition.EightByEight(tile + at, columns, _products + ((long)at * _right.Count) + right, _right.Count);
                }
            }

            for (; at < leftCount; at++)
            {
                var target = _products + ((long)at * _right.Count) + right;
                for (var i = 0; i < rightCount; i++) target[i] = tile[(i * columns) + at];
            }
        }
    }
}
