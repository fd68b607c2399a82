using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Backprojection in tiles of 8 rows, whose sums stay in registers over all views. With AVX-512 a tile is 16 pixels
/// wide: all its pixels fall on 32 consecutive bins, so that two loads and permutations stand for gathers.
/// </summary>
internal static unsafe class BackprojectionKernel
{
    private const int TileRows = 8;
    private const int Window = 32;

    // Wider margins mean bins much finer than pixels; the copy would be large and the tile's window too small.
    private const int WidestMargin = 4096;

    public static void Run(
        ScanGeometry geometry, ParallelViews views, KernelPath path, float* sinogram, float* image, WorkContext work)
    {
        // The farthest that two pixels of a 16 x 8 tile can lie apart, with the neighbour of the last.
        var span = (Math.Sqrt((15 * 15) + (7 * 7)) * views.Scale) + 3;
        var wide = path == KernelPath.Vector512 && span < Window && views.Margin < WidestMargin;
        var margin = wide ? Math.Max(0, (int)Math.Ceiling(views.Margin)) + 2 : 1;
        var pitch = margin + geometry.Bins + margin + (wide ? Window : 1);
        using var scratch = new Scratch<float>(geometry.Views * pitch);
        fixed (float* buffer = scratch.Values)
        {
            var rows = buffer;
            Pad(geometry, sinogram, rows, margin, pitch);
            var task = new Tiles(geometry, views, rows, margin, pitch, image);
            var blocks = (geometry.ImageSize + TileRows - 1) / TileRows;
            Parallel.For(0, blocks, work.Parallel, block =>
            {
                if (wide) Wide(task, block * TileRows, work);
                else Narrow(task, block * TileRows, work);
            });
        }
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

    private static void Wide(in Tiles tiles, int row, WorkContext work)
    {
        for (var column = 0; column < tiles.Size; column += Vector512<float>.Count)
        {
            work.ThrowIfCancelled();
            WideTile(tiles, row, column);
        }
    }

    private static void WideTile(in Tiles tiles, int row, int column)
    {
        var lanes = Vector512.CreateSequence(0f, 1f);
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<float> s4 = default, s5 = default, s6 = default, s7 = default;
        var values = tiles.Rows;
        for (var view = 0; view < tiles.Views.Base.Length; view++, values += tiles.Pitch)
        {
            var (across, down) = (tiles.Views.Across[view], tiles.Views.Down[view]);
            var start = tiles.Views.Base[view] + (column * across) - (row * down) + tiles.Margin;
            var first = (int)(start + Math.Min(0, 15 * across) + Math.Min(0, -7 * down));
            var place = Vector512.FusedMultiplyAdd(
                lanes, Vector512.Create((float)across), Vector512.Create((float)(start - first)));
            var step = Vector512.Create((float)-down);
            var low = Vector512.Load(values + first);
            var high = Vector512.Load(values + first + 16);
            var lowRise = Vector512.Load(values + first + 1) - low;
            var highRise = Vector512.Load(values + first + 17) - high;
            s0 = Add(s0, place, low, high, lowRise, highRise);
            s1 = Add(s1, place + step, low, high, lowRise, highRise);
            s2 = Add(s2, At(2, step, place), low, high, lowRise, highRise);
            s3 = Add(s3, At(3, step, place), low, high, lowRise, highRise);
            s4 = Add(s4, At(4, step, place), low, high, lowRise, highRise);
            s5 = Add(s5, At(5, step, place), low, high, lowRise, highRise);
            s6 = Add(s6, At(6, step, place), low, high, lowRise, highRise);
            s7 = Add(s7, At(7, step, place), low, high, lowRise, highRise);
        }

        Write(tiles, row, column, s0);
        Write(tiles, row + 1, column, s1);
        Write(tiles, row + 2, column, s2);
        Write(tiles, row + 3, column, s3);
        Write(tiles, row + 4, column, s4);
        Write(tiles, row + 5, column, s5);
        Write(tiles, row + 6, column, s6);
        Write(tiles, row + 7, column, s7);
    }

    private static Vector512<float> At(int row, Vector512<float> step, Vector512<float> place) =>
        Vector512.FusedMultiplyAdd(Vector512.Create((float)row), step, place);

    private static Vector512<float> Add(
        Vector512<float> sum,
        Vector512<float> place,
        Vector512<float> low,
        Vector512<float> high,
        Vector512<float> lowRise,
        Vector512<float> highRise)
    {
        var bin = Avx512F.ConvertToVector512Int32WithTruncation(place);
        var share = place - Avx512F.ConvertToVector512Single(bin);
        var value = Avx512F.PermuteVar16x32x2(low, bin, high);
        var rise = Avx512F.PermuteVar16x32x2(lowRise, bin, highRise);
        return Vector512.FusedMultiplyAdd(share, rise, sum) + value;
    }

    private static void Write(in Tiles tiles, int row, int column, Vector512<float> sum)
    {
        if (row >= tiles.Size) return;
        sum *= tiles.Weight;
        var target = tiles.Image + (row * tiles.Size) + column;
        if (column + Vector512<float>.Count <= tiles.Size) sum.Store(target);
        else
        {
            for (var lane = 0; lane < tiles.Size - column; lane++) target[lane] = sum[lane];
        }
    }

    private static void Narrow(in Tiles tiles, int firstRow, WorkContext work)
    {
        var end = Math.Min(tiles.Size, firstRow + TileRows);
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
        for (var view = 0; view < tiles.Views.Base.Length; view++, values += tiles.Pitch)
        {
            // Counted from the zero before the first bin; a tile far outside stays at the zeros of one end. The whole
            // part is split off in double, so that the share keeps its digits.
            var across = tiles.Views.Across[view];
            var start = tiles.Views.Base[view] + (column * across) - (row * tiles.Views.Down[view]) + tiles.Margin;
            var whole = Math.Floor(start);
            var place = Fma.MultiplyAdd(lanes, Vector256.Create((float)across), Vector256.Create((float)(start - whole)));
            var floor = Avx.Floor(place);
            var share = place - floor;
            var bin = floor + Vector256.Create((float)whole);
            var inside = Vector256.GreaterThanOrEqual(bin, Vector256<float>.Zero) & Vector256.LessThan(bin, last);
            var index = Avx.ConvertToVector256Int32WithTruncation(bin & inside);
            var here = Avx2.GatherVector256(values, index, sizeof(float));
            var next = Avx2.GatherVector256(values + 1, index, sizeof(float));
            sum += Fma.MultiplyAdd(share, next - here, here) & inside;
        }

        sum *= tiles.Weight;
        var target = tiles.Image + (row * tiles.Size) + column;
        for (var lane = 0; lane < Math.Min(Vector256<float>.Count, tiles.Size - column); lane++) target[lane] = sum[lane];
    }

    private readonly struct Tiles(
        ScanGeometry geometry, ParallelViews views, float* rows, int margin, int pitch, float* image)
    {
        public readonly ParallelViews Views = views;
        public readonly float* Rows = rows;
        public readonly int Margin = margin;
        public readonly int Pitch = pitch;
        public readonly float* Image = image;
        public readonly int Size = geometry.ImageSize;
        public readonly int Bins = geometry.Bins;
        public readonly float Weight = (float)(Math.PI / geometry.Views);
    }
}
