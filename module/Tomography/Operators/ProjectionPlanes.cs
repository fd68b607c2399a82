using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A rectangle of pixels: rows and columns from First up to, and without, End; empty where First is End.</summary>
internal readonly record struct PixelBox(int FirstRow, int EndRow, int FirstColumn, int EndColumn)
{
    /// <summary>Rows for columns and columns for rows.</summary>
    public PixelBox Transposed => new(FirstColumn, EndColumn, FirstRow, EndRow);
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
    private const int Edge = 8;

    // Windows of 32 pixels may be read from the last places of the last line.
    private const int Slack = 40;

    /// <summary>From one line to the next.</summary>
    public int Pitch => size + 3;

    /// <summary>Values of both planes.</summary>
    public static int LengthOf(int size) => (2 * size * (size + 3)) + Slack;

    /// <summary>The place before the first pixel of a plane.</summary>
    public T* Plane(bool transposed) => values + (transposed ? size * Pitch : 0);

    /// <summary>Takes an image; returns the box outside of which it is 0.</summary>
    public PixelBox Fill(T* image, WorkContext work)
    {
        var planes = this;
        var boxes = new PixelBox[(size + BlockRows - 1) / BlockRows];
        new Span<T>(values + (2 * size * Pitch), Slack).Clear();
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

    private void Transpose(T* image, int first, int end)
    {
        var target = Plane(transposed: true) + 1;
        var column = 0;
        if (typeof(T) == typeof(float) && Avx.IsSupported && end - first == BlockRows)
        {
            for (; column + Edge <= size; column += Edge)
            {
                for (var row = first; row < end; row += Edge)
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

    private void SumBlock(T* image, int first)
    {
        var end = Math.Min(size, first + BlockRows);
        var rows = Plane(transposed: false) + 1;
        var columns = Plane(transposed: true) + 1;
        var column = 0;
        if (typeof(T) == typeof(float) && Avx.IsSupported && end - first == BlockRows)
        {
            for (; column + Edge <= size; column += Edge)
            {
                for (var row = first; row < end; row += Edge)
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

    /// <summary>Eight rows of eight pixels.</summary>
    private readonly struct Tile8(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d,
        Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h)
    {
        private readonly Vector256<float> _a = a;
        private readonly Vector256<float> _b = b;
        private readonly Vector256<float> _c = c;
        private readonly Vector256<float> _d = d;
        private readonly Vector256<float> _e = e;
        private readonly Vector256<float> _f = f;
        private readonly Vector256<float> _g = g;
        private readonly Vector256<float> _h = h;

        public static Tile8 Load(float* from, int pitch) => new(
            Vector256.Load(from), Vector256.Load(from + pitch),
            Vector256.Load(from + (2 * pitch)), Vector256.Load(from + (3 * pitch)),
            Vector256.Load(from + (4 * pitch)), Vector256.Load(from + (5 * pitch)),
            Vector256.Load(from + (6 * pitch)), Vector256.Load(from + (7 * pitch)));

        public Tile8 Plus(in Tile8 other) => new(
            _a + other._a, _b + other._b, _c + other._c, _d + other._d, _e + other._e, _f + other._f, _g + other._g, _h + other._h);

        // Pairs of rows are woven, then pairs of pairs, then the halves of the vectors.
        public Tile8 Transposed()
        {
            var (ab, cd, ef, gh) = (Avx.UnpackLow(_a, _b), Avx.UnpackLow(_c, _d), Avx.UnpackLow(_e, _f), Avx.UnpackLow(_g, _h));
            var (ab2, cd2, ef2, gh2) = (Avx.UnpackHigh(_a, _b), Avx.UnpackHigh(_c, _d), Avx.UnpackHigh(_e, _f), Avx.UnpackHigh(_g, _h));
            var (r0, r1, r2, r3) = (First(ab, cd), Last(ab, cd), First(ab2, cd2), Last(ab2, cd2));
            var (r4, r5, r6, r7) = (First(ef, gh), Last(ef, gh), First(ef2, gh2), Last(ef2, gh2));
            return new Tile8(
                Avx.Permute2x128(r0, r4, 0x20), Avx.Permute2x128(r1, r5, 0x20),
                Avx.Permute2x128(r2, r6, 0x20), Avx.Permute2x128(r3, r7, 0x20),
                Avx.Permute2x128(r0, r4, 0x31), Avx.Permute2x128(r1, r5, 0x31),
                Avx.Permute2x128(r2, r6, 0x31), Avx.Permute2x128(r3, r7, 0x31));
        }

        public void Store(float* to, int pitch)
        {
            _a.Store(to);
            _b.Store(to + pitch);
            _c.Store(to + (2 * pitch));
            _d.Store(to + (3 * pitch));
            _e.Store(to + (4 * pitch));
            _f.Store(to + (5 * pitch));
            _g.Store(to + (6 * pitch));
            _h.Store(to + (7 * pitch));
        }

        private static Vector256<float> First(Vector256<float> x, Vector256<float> y) => Avx.Shuffle(x, y, 0b01_00_01_00);

        private static Vector256<float> Last(Vector256<float> x, Vector256<float> y) => Avx.Shuffle(x, y, 0b11_10_11_10);
    }
}
