using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Rows stored for fast products: in panels of 32 rows, each panel transposed, so that one load brings the same
/// coordinate of 16 rows. Every product is one chain of fused multiply-adds over the coordinates, so its bytes depend
/// on the two rows alone: not on the number of threads, the blocks, or the width of the vectors.
/// </summary>
/// <param name="dimension">Values a row.</param>
/// <param name="path">How the products are computed; null for the fastest.</param>
internal sealed unsafe class PackedRows(int dimension, KernelPath? path = null)
{
    /// <summary>Rows a panel; the last panel is filled up with zeros.</summary>
    public const int PanelWidth = ProductTile.Columns;

    /// <summary>Left-hand rows a product takes at once.</summary>
    public const int RowGroup = ProductTile.Rows;

    // Rows that are transposed at once.
    private const int Block = 8;

    // In values.
    private const int CacheLine = 16;

    private readonly KernelPath _path = path ?? ProductTile.Fastest;
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

    /// <summary>The products of left-hand rows with all packed rows.</summary>
    /// <param name="left">Left-hand rows, row-major; a multiple of <see cref="RowGroup"/> of them.</param>
    /// <param name="count">How many left-hand rows.</param>
    /// <param name="products">Row r, packed row c goes to <c>r * Columns + c</c>.</param>
    public void Multiply(ReadOnlySpan<float> left, int count, Span<float> products) =>
        Multiply(left, count, 0, Panels, products);

    /// <summary>The products of left-hand rows with the packed rows of some panels; the others' are left as they are.</summary>
    /// <param name="left">Left-hand rows, row-major; a multiple of <see cref="RowGroup"/> of them.</param>
    /// <param name="count">How many left-hand rows.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The one after the last panel.</param>
    /// <param name="products">Row r, packed row c goes to <c>r * Columns + c</c>.</param>
    public void Multiply(ReadOnlySpan<float> left, int count, int firstPanel, int endPanel, Span<float> products)
    {
        if (count % RowGroup != 0) throw new ArgumentException("Whole groups of rows only.", nameof(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endPanel, Panels);
        left = left[..(count * dimension)];
        products = products[..(count * Columns)];
        var share = RowGroup * dimension / Math.Max(1, endPanel - firstPanel);
        fixed (float* values = _values, rows = left, output = products)
        {
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                Fetch(rows + (count * dimension) + ((panel - firstPanel) * share), share);
                for (var row = 0; row < count; row += RowGroup)
                {
                    ProductTile.Multiply(
                        _path, rows + (row * dimension), values + ((nint)panel * PanelWidth * dimension), dimension,
                        output + ((nint)row * Columns) + (panel * PanelWidth), Columns);
                }
            }
        }
    }

    // The rows that are multiplied next mostly lie behind these: they are fetched part by part, while the tiles are
    // computed. An address that is not the caller's does no harm, as nothing is read from it.
    private static void Fetch(float* next, int count)
    {
        if (!Sse.IsSupported) return;
        for (var i = 0; i < count; i += CacheLine) Sse.Prefetch0(next + i);
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
}
