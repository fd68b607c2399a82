using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A rectangle of pixels: rows and columns from First up to, and without, End; empty where First is End.</summary>
internal readonly record struct PixelBox(int FirstRow, int EndRow, int FirstColumn, int EndColumn)
{
    /// <summary>Rows for columns and columns for rows.</summary>
    public PixelBox Transposed => new(FirstColumn, EndColumn, FirstRow, EndRow);

    /// <summary>The smallest that holds this one and its turns by quarters, in a square of so many rows.</summary>
    public PixelBox Turned(int size)
    {
        if (this == default) return default;
        var first = Math.Min(Math.Min(FirstRow, FirstColumn), size - Math.Max(EndRow, EndColumn));
        return new PixelBox(first, size - first, first, size - first);
    }
}

/// <summary>
/// The image as Joseph's rays walk it: a plane of its rows and a plane of its columns, so that a ray of either kind steps
/// through lines that lie after one another. A line begins with a zero and ends with two, so that the neighbours of every
/// crossing exist.
/// </summary>
/// <param name="values">The planes, the transposed one second.</param>
/// <param name="size">Rows, and pixels a row.</param>
internal readonly unsafe struct ProjectionPlanes<T>(T* values, int size)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockRows = 16;

    // Windows of 32 pixels may be read from the last places of the last line, and up to the first ones of the first.
    private const int Slack = 40;

    /// <summary>From one line to the next.</summary>
    public int Pitch => size + 3;

    /// <summary>Values of both planes.</summary>
    public static int LengthOf(int size) => (2 * size * (size + 3)) + (2 * Slack);

    /// <summary>The place before the first pixel of a plane.</summary>
    public T* Plane(bool transposed) => values + Slack + (transposed ? size * Pitch : 0);

    /// <summary>The same, of numbers that T is.</summary>
    public ProjectionPlanes<TOther> As<TOther>()
        where TOther : unmanaged, IFloatingPointIeee754<TOther> => new((TOther*)values, size);

    /// <summary>Takes an image; returns the box outside of which it is 0.</summary>
    public PixelBox Fill(T* image, WorkContext work)
    {
        var planes = this;
        var boxes = new PixelBox[(size + BlockRows - 1) / BlockRows];
        new Span<T>(values, Slack).Clear();
        new Span<T>(values + Slack + (2 * size * Pitch), Slack).Clear();
        Parallel.For(0, boxes.Length, work.Parallel, block => boxes[block] = planes.FillBlock(image, block * BlockRows));
        return Hull(boxes);
    }

    /// <summary>image = the plane of rows + the transpose of the plane of columns.</summary>
    public void Sum(T* image, WorkContext work)
    {
        var planes = this;
        Parallel.For(0, (size + BlockRows - 1) / BlockRows, work.Parallel, block => planes.SumBlock(image, block * BlockRows));
    }

    private PixelBox FillBlock(T* image, int first)
    {
        var end = Math.Min(size, first + BlockRows);
        var (firstRow, endRow, firstColumn, endColumn) = (end, end, size, 0);
        for (var row = first; row < end; row++)
        {
            var from = new Span<T>(image + (row * size), size);
            var line = Plane(transposed: false) + (row * Pitch);
            from.CopyTo(new Span<T>(line + 1, size));
            ClearEnds(line);
            ClearEnds(Plane(transposed: true) + (row * Pitch));
            var bytes = MemoryMarshal.AsBytes(from);
            var left = bytes.IndexOfAnyExcept((byte)0);
            if (left < 0) continue;
            if (firstRow == end) firstRow = row;
            endRow = row + 1;
            firstColumn = Math.Min(firstColumn, left / sizeof(T));
            endColumn = Math.Max(endColumn, (bytes.LastIndexOfAnyExcept((byte)0) / sizeof(T)) + 1);
        }

        Transpose(image, first, end);
        return firstRow == end ? default : new PixelBox(firstRow, endRow, firstColumn, endColumn);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transpose(T* image, int first, int end)
    {
        var target = Plane(transposed: true) + 1;
        var column = 0;
        if (typeof(T) == typeof(float) && Avx.IsSupported && end - first == BlockRows)
        {
            for (; column + Tile8.Side <= size; column += Tile8.Side)
            {
                for (var row = first; row < end; row += Tile8.Side)
                {
                    Tile8.Load((float*)image + (row * size) + column, size).Transposed()
                        .Store((float*)target + (column * Pitch) + row, Pitch);
                }
            }
        }

        for (; column < size; column++)
        {
            for (var row = first; row < end; row++) target[(column * Pitch) + row] = image[(row * size) + column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumBlock(T* image, int first)
    {
        var end = Math.Min(size, first + BlockRows);
        var rows = Plane(transposed: false) + 1;
        var columns = Plane(transposed: true) + 1;
        var column = 0;
        if (typeof(T) == typeof(float) && Avx.IsSupported && end - first == BlockRows)
        {
            for (; column + Tile8.Side <= size; column += Tile8.Side)
            {
                for (var row = first; row < end; row += Tile8.Side)
                {
                    Tile8.Load((float*)columns + (column * Pitch) + row, Pitch).Transposed()
                        .Plus(Tile8.Load((float*)rows + (row * Pitch) + column, Pitch))
                        .Store((float*)image + (row * size) + column, size);
                }
            }
        }

        for (; column < size; column++)
        {
            for (var row = first; row < end; row++)
            {
                image[(row * size) + column] = rows[(row * Pitch) + column] + columns[(column * Pitch) + row];
            }
        }
    }

    private void ClearEnds(T* line) => line[0] = line[size + 1] = line[size + 2] = T.Zero;

    private static PixelBox Hull(PixelBox[] boxes)
    {
        PixelBox hull = default;
        foreach (var box in boxes)
        {
            if (box == default) continue;
            hull = hull == default ? box : new PixelBox(
                hull.FirstRow, box.EndRow,
                Math.Min(hull.FirstColumn, box.FirstColumn), Math.Max(hull.EndColumn, box.EndColumn));
        }

        return hull;
    }
}
