using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Thesis.Engine.Faces;

/// <summary>
/// Rows stored for fast products: in panels of 32 rows, each panel transposed, so that one load brings the same
/// coordinate of 16 rows. Every product is one chain of fused multiply-adds over the coordinates, so its bytes depend
/// on the two rows alone: not on the number of threads, the blocks, or the width of the vectors.
/// </summary>
internal sealed unsafe class PackedRows(int dimension)
{
    /// <summary>Rows a panel; the last panel is filled up with zeros.</summary>
    public const int PanelWidth = 32;

    /// <summary>Left-hand rows a product takes at once.</summary>
    public const int RowGroup = 8;

    // Rows that are transposed at once.
    private const int Block = 8;

    private float[] _values = [];

    /// <summary>Panels in use.</summary>
    public int Panels { get; private set; }

    /// <summary>Products a left-hand row has: the rows, rounded up to whole panels.</summary>
    public int Columns => Panels * PanelWidth;

    /// <summary>Packs the first <paramref name="count"/> rows of an array, replacing what was packed.</summary>
    public void Pack(ReadOnlySpan<float> rows, int count)
    {
        Panels = (count + PanelWidth - 1) / PanelWidth;
        var length = checked(Panels * PanelWidth * dimension);
        if (_values.Length < length) _values = GC.AllocateUninitializedArray<float>(length);
        var blocks = Transposition.IsSupported ? count / Block : 0;
        fixed (float* source = rows, values = _values)
        {
            for (var block = 0; block < blocks; block++)
            {
                var row = block * Block;
                PackBlock(source + ((nint)row * dimension), values + Start(row));
            }
        }

        for (var row = blocks * Block; row < Panels * PanelWidth; row++)
        {
            PackRow(row < count ? rows.Slice(row * dimension, dimension) : default, _values.AsSpan(Start(row)));
        }
    }

    /// <summary>
    /// The products of left-hand rows with the packed rows of the panels from <paramref name="firstPanel"/> on.
    /// </summary>
    /// <param name="left">Left-hand rows, row-major; a multiple of <see cref="RowGroup"/> of them.</param>
    /// <param name="count">How many left-hand rows.</param>
    /// <param name="firstPanel">The first panel; the ones before it are left out.</param>
    /// <param name="products">Row r, packed row c goes to <c>r * Columns + c</c>.</param>
    public void Multiply(ReadOnlySpan<float> left, int count, int firstPanel, Span<float> products)
    {
        if (count % RowGroup != 0) throw new ArgumentException("Whole groups of rows only.", nameof(count));
        left = left[..(count * dimension)];
        products = products[..(count * Columns)];
        fixed (float* values = _values, rows = left, output = products)
        {
            for (var panel = firstPanel; panel < Panels; panel++)
            {
                for (var row = 0; row < count; row += RowGroup)
                {
                    Tile(
                        rows + (row * dimension), values + ((nint)panel * PanelWidth * dimension), dimension,
                        output + ((nint)row * Columns) + (panel * PanelWidth), Columns);
                }
            }
        }
    }

    // Where a row's first coordinate is.
    private int Start(int row) => (row / PanelWidth * PanelWidth * dimension) + (row % PanelWidth);

    private void PackBlock(float* rows, float* panel)
    {
        var k = 0;
        for (; k <= dimension - Block; k += Block)
        {
            Transposition.EightByEight(rows + k, dimension, panel + (k * PanelWidth), PanelWidth);
        }

        for (; k < dimension; k++)
        {
            for (var row = 0; row < Block; row++) panel[(k * PanelWidth) + row] = rows[(row * dimension) + k];
        }
    }

    private void PackRow(ReadOnlySpan<float> row, Span<float> panel)
    {
        for (var k = 0; k < dimension; k++) panel[k * PanelWidth] = row.IsEmpty ? 0 : row[k];
    }

    private static void Tile(float* rows, float* panel, int dimension, float* output, int stride)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            WideTile(rows, panel, dimension, output, stride);
            return;
        }

        for (var row = 0; row < RowGroup; row += 4)
        {
            for (var column = 0; column < PanelWidth; column += 16)
            {
                NarrowTile(
                    rows + (row * dimension), panel + column, dimension, output + (row * stride) + column, stride);
            }
        }
    }

    // 8 x 32 products in 16 accumulators: per coordinate 2 loads, 8 broadcasts, 16 fused multiply-adds.
    private static void WideTile(float* rows, float* panel, int dimension, float* output, int stride)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> b4 = default, b5 = default, b6 = default, b7 = default;
        var upper = rows + (4 * dimension);
        for (var k = 0; k < dimension; k++)
        {
            var first = Vector512.Load(panel);
            var second = Vector512.Load(panel + 16);
            panel += PanelWidth;
            Add(rows[k], first, second, ref a0, ref b0);
            Add(rows[k + dimension], first, second, ref a1, ref b1);
            Add(rows[k + (2 * dimension)], first, second, ref a2, ref b2);
            Add(rows[k + (3 * dimension)], first, second, ref a3, ref b3);
            Add(upper[k], first, second, ref a4, ref b4);
            Add(upper[k + dimension], first, second, ref a5, ref b5);
            Add(upper[k + (2 * dimension)], first, second, ref a6, ref b6);
            Add(upper[k + (3 * dimension)], first, second, ref a7, ref b7);
        }

        Store(output, a0, b0);
        Store(output + stride, a1, b1);
        Store(output + (2 * stride), a2, b2);
        Store(output + (3 * stride), a3, b3);
        Store(output + (4 * stride), a4, b4);
        Store(output + (5 * stride), a5, b5);
        Store(output + (6 * stride), a6, b6);
        Store(output + (7 * stride), a7, b7);
    }

    // The same for processors whose vectors hold 8 values: 4 x 16 products in 8 accumulators.
    private static void NarrowTile(float* rows, float* panel, int dimension, float* output, int stride)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        for (var k = 0; k < dimension; k++)
        {
            var first = Vector256.Load(panel);
            var second = Vector256.Load(panel + 8);
            panel += PanelWidth;
            Add(rows[k], first, second, ref a0, ref b0);
            Add(rows[k + dimension], first, second, ref a1, ref b1);
            Add(rows[k + (2 * dimension)], first, second, ref a2, ref b2);
            Add(rows[k + (3 * dimension)], first, second, ref a3, ref b3);
        }

        Store(output, a0, b0);
        Store(output + stride, a1, b1);
        Store(output + (2 * stride), a2, b2);
        Store(output + (3 * stride), a3, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        float value, Vector512<float> first, Vector512<float> second, ref Vector512<float> a, ref Vector512<float> b)
    {
        var all = Vector512.Create(value);
        a = Vector512.FusedMultiplyAdd(all, first, a);
        b = Vector512.FusedMultiplyAdd(all, second, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        float value, Vector256<float> first, Vector256<float> second, ref Vector256<float> a, ref Vector256<float> b)
    {
        var all = Vector256.Create(value);
        a = Vector256.FusedMultiplyAdd(all, first, a);
        b = Vector256.FusedMultiplyAdd(all, second, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* output, Vector512<float> a, Vector512<float> b)
    {
        a.Store(output);
        b.Store(output + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* output, Vector256<float> a, Vector256<float> b)
    {
        a.Store(output);
        b.Store(output + 8);
    }
}
