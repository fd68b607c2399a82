using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Backprojection in tiles whose sums stay in registers over all views. With AVX-512 a tile is 8 pixels wide and its
/// vectors hold two rows; it is as high as 32 consecutive bins allow, so that two loads and permutations stand for
/// gathers: 16 rows of pixels with one bin a pixel, fewer of pixels that see more bins.
/// </summary>
internal static unsafe class BackprojectionKernel
{
    private const int TileColumns = 8;
    private const int NarrowRows = 8;
    private const int Window = 32;

    // Column and row of a vector's lanes.
    private static ReadOnlySpan<float> Across => [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7];

    private static ReadOnlySpan<float> Down => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];

    // Wider margins mean bins much finer than pixels; the copy would be large and no tile fits.
    private const float WidestMargin = 4096;

    private delegate void WideTile(in Tiles tiles, int row, int column);

    public static void Run(
        ScanGeometry geometry, ParallelViews views, KernelPath path, float* sinogram, bool[]? wanted, float* image, WorkContext work)
    {
        var (wide, height) = path == KernelPath.Vector512 && views.Margin < WidestMargin ? Fitting(views.Scale) : default;
        var margin = wide is null ? 1 : Math.Max(0, (int)Math.Ceiling(views.Margin)) + 2;
        var pitch = margin + geometry.Bins + margin + (wide is null ? 1 : Window);
        var rows = wide is null ? NarrowRows : height;
        using var scratch = new Scratch<float>(geometry.Views * pitch);
        using var table = new Scratch<View>(geometry.Views);
        fixed (float* buffer = scratch.Values)
        fixed (View* placed = table.Values)
        {
            Pad(geometry, sinogram, buffer, margin, pitch);
            Place(views, margin, rows, placed);
            var task = new Tiles(geometry, placed, buffer, pitch, image);
            var blocks = (geometry.ImageSize + rows - 1) / rows;
            Parallel.For(0, blocks, work.Parallel, block =>
            {
                if (wide is null) Narrow(task, block * rows, work);
                else Wide(wide, task, block * rows, rows, wanted, work);
            });
        }
    }

    // The highest tile whose pixels lie on 32 bins in every view; null where bins are too fine for any.
    private static (WideTile? Tile, int Height) Fitting(double scale) =>
        Fits(16, scale) ? (Tile<Rows16>, 16)
        : Fits(12, scale) ? (Tile<Rows12>, 12)
        : Fits(8, scale) ? (Tile<Rows8>, 8)
        : Fits(4, scale) ? (Tile<Rows4>, 4)
        : default((WideTile?, int));

    // A tile begins within its first bin, and rounding may cost a little of the last.
    private static bool Fits(int height, double scale)
    {
        var diagonal = Math.Sqrt(((TileColumns - 1) * (TileColumns - 1)) + ((height - 1) * (height - 1)));
        return 1 + (diagonal * scale) < Window - 0.1;
    }

    private static void Pad(ScanGeometry geometry, float* sinogram, float* rows, int margin, int pitch)
    {
        new Span<float>(rows, geometry.Views * pitch).Clear();
        for (var view = 0; view < geometry.Views; view++)
        {
            new Span<float>(sinogram + (view * geometry.Bins), geometry.Bins)
                .CopyTo(new Span<float>(rows + (view * pitch) + margin, geometry.Bins));
        }
    }

    private static void Place(ParallelViews views, int margin, int rows, View* placed)
    {
        for (var view = 0; view < views.Base.Length; view++)
        {
            var (across, down) = (views.Across[view], views.Down[view]);
            var lowest = Math.Min(0, (TileColumns - 1) * across) + Math.Min(0, (1 - rows) * down);
            placed[view] = new View(views.Base[view] + margin, across, down, lowest);
        }
    }

    private static void Wide(WideTile tile, in Tiles tiles, int row, int height, bool[]? wanted, WorkContext work)
    {
        var end = Math.Min(tiles.Size, row + height);
        if (wanted is not null) new Span<float>(tiles.Image + (row * tiles.Size), (end - row) * tiles.Size).Clear();
        for (var column = 0; column < tiles.Size; column += TileColumns)
        {
            work.ThrowIfCancelled();
            if (wanted is null || IsWanted(wanted, tiles.Size, row, end, column)) tile(tiles, row, column);
        }
    }

    private static bool IsWanted(bool[] wanted, int size, int row, int end, int column)
    {
        for (; row < end; row++)
        {
            if (wanted.AsSpan((row * size) + column, Math.Min(TileColumns, size - column)).Contains(true)) return true;
        }

        return false;
    }

    private static void Tile<TRows>(in Tiles tiles, int row, int column)
        where TRows : struct, ITileRows
    {
        var sums = stackalloc float[TRows.Count * TileColumns];
        Sum<TRows>(tiles.Views, tiles.Count, tiles.Rows, tiles.Pitch, row, column, sums);
        for (var i = 0; i < TRows.Count; i++) Write(tiles, row + i, column, Vector256.Load(sums + (i * TileColumns)));
    }

    // It calls nothing, so that no sum leaves its register, and is compiled in full from the first call on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TRows>(
        View* views, int count, float* rows, int pitch, double row, double column, float* sums)
        where TRows : struct, ITileRows
    {
        var lanes = Vector512.CreateSequence(0f, 1f);
        var (across8, down2) = (Vector512.Create(Across), Vector512.Create(Down));
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<float> s4 = default, s5 = default, s6 = default, s7 = default;
        var end = views + count;
        for (var view = views; view != end; view++, rows += pitch)
        {
            var start = view->Start + (column * view->Across) - (row * view->Down);
            var first = double.ConvertToIntegerNative<long>(start + view->Lowest);
            var step = Vector512.Create((float)-view->Down);
            var place = Vector512.FusedMultiplyAdd(
                down2, step,
                Vector512.FusedMultiplyAdd(across8, Vector512.Create((float)view->Across), Vector512.Create((float)(start - first))));
            step += step;
            var line = new Line(rows + first, lanes);
            s0 = line.Add(s0, place);
            s1 = line.Add(s1, place + step);
            if (TRows.Count > 4) s2 = line.Add(s2, At(2, step, place));
            if (TRows.Count > 4) s3 = line.Add(s3, At(3, step, place));
            if (TRows.Count > 8) s4 = line.Add(s4, At(4, step, place));
            if (TRows.Count > 8) s5 = line.Add(s5, At(5, step, place));
            if (TRows.Count > 12) s6 = line.Add(s6, At(6, step, place));
            if (TRows.Count > 12) s7 = line.Add(s7, At(7, step, place));
        }

        s0.Store(sums);
        s1.Store(sums + 16);
        if (TRows.Count > 4) s2.Store(sums + 32);
        if (TRows.Count > 4) s3.Store(sums + 48);
        if (TRows.Count > 8) s4.Store(sums + 64);
        if (TRows.Count > 8) s5.Store(sums + 80);
        if (TRows.Count > 12) s6.Store(sums + 96);
        if (TRows.Count > 12) s7.Store(sums + 112);
    }

    private static Vector512<float> At(int pair, Vector512<float> step, Vector512<float> place) =>
        Vector512.FusedMultiplyAdd(Vector512.Create((float)pair), step, place);

    private static void Write(in Tiles tiles, int row, int column, Vector256<float> sums)
    {
        if (row >= tiles.Size) return;
        var values = sums * tiles.Weight;
        var target = tiles.Image + (row * tiles.Size) + column;
        if (column + TileColumns <= tiles.Size) values.Store(target);
        else
        {
            for (var lane = 0; lane < tiles.Size - column; lane++) target[lane] = values[lane];
        }
    }

    private static void Narrow(in Tiles tiles, int firstRow, WorkContext work)
    {
        var end = Math.Min(tiles.Size, firstRow + NarrowRows);
        for (var row = firstRow; row < end; row++)
        {
            work.ThrowIfCancelled();
            for (var column = 0; column < tiles.Size; column += Vector256<float>.Count) NarrowTile(tiles, row, column);
        }
    }

    private static void NarrowTile(in Tiles tiles, int row, int column)
    {
        var lanes = Vector256.CreateSequence(0f, 1f);
        var sum = Vector256<float>.Zero;
        var last = Vector256.Create(tiles.Bins + 1f);
        var values = tiles.Rows;
        for (var view = tiles.Views; view != tiles.Views + tiles.Count; view++, values += tiles.Pitch)
        {
            // Counted from the zero before the first bin; a tile far outside stays at the zeros of one end. The whole
            // part is split off in double, so that the share keeps its digits.
            var start = view->Start + (column * view->Across) - (row * view->Down);
            var whole = Math.Floor(start);
            var place = Fma.MultiplyAdd(lanes, Vector256.Create((float)view->Across), Vector256.Create((float)(start - whole)));
            var floor = Avx.Floor(place);
            var share = place - floor;
            var bin = floor + Vector256.Create((float)whole);
            var inside = Vector256.GreaterThanOrEqual(bin, Vector256<float>.Zero) & Vector256.LessThan(bin, last);
            var index = Avx.ConvertToVector256Int32WithTruncation(bin & inside);
            var here = Avx2.GatherVector256(values, index, sizeof(float));
            var next = Avx2.GatherVector256(values + 1, index, sizeof(float));
            sum += Fma.MultiplyAdd(share, next - here, here) & inside;
        }

        Write(tiles, row, column, sum);
    }

    /// <summary>A view: the padded place of pixel (0, 0), what a column and a row add and take, and the least place of a tile.</summary>
    private readonly record struct View(double Start, double Across, double Down, double Lowest);

    private readonly struct Tiles(ScanGeometry geometry, View* views, float* rows, int pitch, float* image)
    {
        public readonly View* Views = views;
        public readonly int Count = geometry.Views;
        public readonly float* Rows = rows;
        public readonly int Pitch = pitch;
        public readonly float* Image = image;
        public readonly int Size = geometry.ImageSize;
        public readonly int Bins = geometry.Bins;
        public readonly float Weight = (float)(Math.PI / geometry.Views);
    }

    // Between bins k and k + 1 a view is the line Intercept[k] + place Slope[k], for the 32 bins from the window's first.
    private readonly struct Line
    {
        private readonly Vector512<float> _low;
        private readonly Vector512<float> _high;
        private readonly Vector512<float> _lowSlope;
        private readonly Vector512<float> _highSlope;

        public Line(float* values, Vector512<float> lanes)
        {
            var (low, high) = (Vector512.Load(values), Vector512.Load(values + 16));
            _lowSlope = Vector512.Load(values + 1) - low;
            _highSlope = Vector512.Load(values + 17) - high;
            _low = Avx512F.FusedMultiplyAddNegated(lanes, _lowSlope, low);
            _high = Avx512F.FusedMultiplyAddNegated(lanes + Vector512.Create(16f), _highSlope, high);
        }

        public Vector512<float> Add(Vector512<float> sum, Vector512<float> place)
        {
            var bin = Avx512F.ConvertToVector512Int32WithTruncation(place);
            var intercept = Avx512F.PermuteVar16x32x2(_low, bin, _high);
            var slope = Avx512F.PermuteVar16x32x2(_lowSlope, bin, _highSlope);
            return Vector512.FusedMultiplyAdd(place, slope, sum) + intercept;
        }
    }

    private interface ITileRows
    {
        static abstract int Count { get; }
    }

    private readonly struct Rows16 : ITileRows
    {
        public static int Count => 16;
    }

    private readonly struct Rows12 : ITileRows
    {
        public static int Count => 12;
    }

    private readonly struct Rows8 : ITileRows
    {
        public static int Count => 8;
    }

    private readonly struct Rows4 : ITileRows
    {
        public static int Count => 4;
    }
}
