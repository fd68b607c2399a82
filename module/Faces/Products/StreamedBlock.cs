using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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

    /// <summary>Multiplies some left rows.</summary>
    public void Multiply(FeatureMatrix left, int first, int count, WorkContext context)
    {
        var dimension = _right.Dimension;
        _packed.Pack(left.Values.AsSpan(first * dimension, count * dimension), count);
        var whole = _right.Count - (_right.Count % Group);
        for (var row = 0; row < whole; row += Group)
        {
            if ((row & (RowsBetweenChecks - 1)) == 0) context.ThrowIfCancelled();
            _packed.Multiply(_right.Values.AsSpan(row * dimension, Group * dimension), Group, 0, _tile);
            Scatter(row, Group, count);
        }

        if (whole == _right.Count) return;
        _right.Values.AsSpan(whole * dimension).CopyTo(_tail);
        _packed.Multiply(_tail, Group, 0, _tile);
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
            if (rightCount == Group && Avx.IsSupported)
            {
                for (; at + Group <= leftCount; at += Group)
                {
                    Transpose(tile + at, columns, _products + ((long)at * _right.Count) + right, _right.Count);
                }
            }

            for (; at < leftCount; at++)
            {
                var target = _products + ((long)at * _right.Count) + right;
                for (var i = 0; i < rightCount; i++) target[i] = tile[(i * columns) + at];
            }
        }
    }

    // 8 x 8 by halves, quarters and eighths.
    private static void Transpose(float* source, int sourceStride, float* target, int targetStride)
    {
        var a = Vector256.Load(source);
        var b = Vector256.Load(source + sourceStride);
        var c = Vector256.Load(source + (2 * sourceStride));
        var d = Vector256.Load(source + (3 * sourceStride));
        var e = Vector256.Load(source + (4 * sourceStride));
        var f = Vector256.Load(source + (5 * sourceStride));
        var g = Vector256.Load(source + (6 * sourceStride));
        var h = Vector256.Load(source + (7 * sourceStride));
        var (ab, abHigh) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
        var (cd, cdHigh) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        var (ef, efHigh) = (Avx.UnpackLow(e, f), Avx.UnpackHigh(e, f));
        var (gh, ghHigh) = (Avx.UnpackLow(g, h), Avx.UnpackHigh(g, h));
        Store(Avx.Shuffle(ab, cd, 0x44), Avx.Shuffle(ef, gh, 0x44), target, 0, targetStride);
        Store(Avx.Shuffle(ab, cd, 0xEE), Avx.Shuffle(ef, gh, 0xEE), target, 1, targetStride);
        Store(Avx.Shuffle(abHigh, cdHigh, 0x44), Avx.Shuffle(efHigh, ghHigh, 0x44), target, 2, targetStride);
        Store(Avx.Shuffle(abHigh, cdHigh, 0xEE), Avx.Shuffle(efHigh, ghHigh, 0xEE), target, 3, targetStride);
    }

    // Lanes hold columns q (low half) and q + 4 (high half) of rows 0 to 3, and of rows 4 to 7.
    private static void Store(
        Vector256<float> firstRows, Vector256<float> lastRows, float* target, int column, int stride)
    {
        Avx.Permute2x128(firstRows, lastRows, 0x20).Store(target + ((long)column * stride));
        Avx.Permute2x128(firstRows, lastRows, 0x31).Store(target + ((long)(column + 4) * stride));
    }
}
