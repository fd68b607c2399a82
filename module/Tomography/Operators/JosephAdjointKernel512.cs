using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The adjoint of Joseph's sums, gathered: a pixel takes the few neighbouring rays of a view that cross its row less than
/// a column away, times 1 - distance. The rays that a tile of 16 x 8 pixels can reach are held in registers, and
/// permutations stand for gathers.
/// </summary>
internal static unsafe class JosephAdjointKernel512
{
    /// <summary>Adds up the rays of a plane in some of its rows, which become their sum.</summary>
    /// <param name="segments">The rays.</param>
    /// <param name="values">Their values, as <see cref="JosephSegments.Order"/> orders them.</param>
    /// <param name="transposed">Which plane.</param>
    /// <param name="plane">The plane, of which row <paramref name="first"/> is written and those after it.</param>
    /// <param name="size">Rows and pixels a row, which begin one place after a row's begin.</param>
    /// <param name="pitch">From one row to the next.</param>
    /// <param name="first">The first row of the block.</param>
    /// <param name="work">Cancellation.</param>
    public static void Gather(
        JosephSegments segments, float* values, bool transposed, float* plane, int size, int pitch, int first, WorkContext work)
    {
        var width = (size + JosephSegments.TileColumns - 1) / JosephSegments.TileColumns * JosephSegments.TileColumns;
        var rows = Math.Min(JosephSegments.TileRows, size - first);
        using var scratch = new Scratch<float>(JosephSegments.TileRows * width);
        fixed (float* block = scratch.Values, offset = segments.Offset, slope = segments.Slope)
        {
            new Span<float>(block, rows * width).Clear();
            foreach (ref readonly var segment in segments.Segments.AsSpan())
            {
                if (segment.Transposed != transposed) continue;
                work.ThrowIfCancelled();
                var rays = new Rays(offset + segment.Start, slope + segment.Start, values + segment.Start, segment.Count);
                Add(rays, segments.Error, block, width, first, rows, size);
            }

            for (var row = 0; row < rows; row++)
            {
                new Span<float>(block + (row * width), size).CopyTo(new Span<float>(plane + ((first + row) * pitch) + 1, size));
            }
        }
    }

    private static void Add(in Rays rays, float error, float* block, int width, int first, int rows, int size)
    {
        var guess = JosephSegments.Find(rays.Offset, rays.Slope, rays.Count, first, 0).Ray;
        for (var column = 0; column < size; column += JosephSegments.TileColumns)
        {
            var model = JosephSegments.Locate(rays.Offset, rays.Slope, rays.Count, first, column, guess);
            guess = model.Ray + (JosephSegments.TileColumns * model.PerPlace);
            var lowest = model.Lowest(error);
            var start = float.ConvertToIntegerNative<int>(
                MathF.Floor(float.MinNative(float.MaxNative(lowest, -JosephSegments.Window), rays.Count))) + 1;
            if (start >= rays.Count || start <= -JosephSegments.Window) continue;
            AddTile(rays, model, error, start, block + column, width, first, column, rows);
        }
    }

    private static void AddTile(
        in Rays rays, in JosephSegments.TileModel model, float error, int start, float* block, int width, int first, int column, int rows)
    {
        var (lanes, one) = (Vector512.CreateSequence(0f, 1f), Vector512<float>.One);
        var (offsets, offsets2) = (Vector512.Load(rays.Offset + start), Vector512.Load(rays.Offset + start + 16));
        var (slopes, slopes2) = (Vector512.Load(rays.Slope + start), Vector512.Load(rays.Slope + start + 16));
        var (values, values2) = (Vector512.Load(rays.Values + start), Vector512.Load(rays.Values + start + 16));
        var columns = lanes + Vector512.Create(column + 1f);

        // The first ray that a pixel can reach, counted from the window's, plus 1, which truncation takes away.
        var reach = lanes * Vector512.Create(model.PerPlace);
        var begin = model.At(0, 0) - model.PerPlace - error + 1 - start;
        var candidates = model.Candidates(error);
        for (var row = 0; row < rows; row++, block += width)
        {
            var at = Vector512.Create((float)(first + row));
            var places = Avx512F.FusedMultiplyAdd(at, slopes, offsets);
            var places2 = Avx512F.FusedMultiplyAdd(at, slopes2, offsets2);
            var ray = Avx512F.ConvertToVector512Int32WithTruncation(reach + Vector512.Create(begin + (row * model.PerRow)));
            var sum = Vector512.Load(block);
            for (var candidate = 0; candidate < candidates; candidate++, ray += Vector512<int>.One)
            {
                var distance = Vector512.Abs(Avx512F.PermuteVar16x32x2(places, ray, places2) - columns);
                var weight = Avx512F.Max(one - distance, Vector512<float>.Zero);
                sum = Avx512F.FusedMultiplyAdd(weight, Avx512F.PermuteVar16x32x2(values, ray, values2), sum);
            }

            sum.Store(block);
        }
    }

    private readonly struct Rays(float* offset, float* slope, float* values, int count)
    {
        public readonly float* Offset = offset;
        public readonly float* Slope = slope;
        public readonly float* Values = values;
        public readonly int Count = count;
    }
}
