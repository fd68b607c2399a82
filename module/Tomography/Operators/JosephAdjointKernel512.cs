using System.Runtime.CompilerServices;
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
        fixed (float* block = scratch.Values)
        {
            new Span<float>(block, rows * width).Clear();
            var tile = new JosephTile { Row = first, Rows = rows, Sums = block, Pitch = width, Values = values };
            JosephTiles.Add<OneView>(tile, segments, size, transposed, work);
            for (var row = 0; row < rows; row++)
            {
                new Span<float>(block + (row * width), size).CopyTo(new Span<float>(plane + ((first + row) * pitch) + 1, size));
            }
        }
    }

    private readonly struct OneView : IJosephSums
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Add(in JosephTile tile)
        {
            var crossing = new JosephTileCrossing(tile);
            var (values, values2) = tile.Window(tile.Values);
            var sums = tile.Sums + tile.Column;
            for (var row = 0; row < tile.Rows; row++, sums += tile.Pitch)
            {
                var ray = crossing.Cross(row, out var places, out var places2);
                var sum = Vector512.Load(sums);
                for (var candidate = 0; candidate < crossing.Candidates; candidate++, ray += Vector512<int>.One)
                {
                    var weight = crossing.Weight(ray, places, places2);
                    sum = Avx512F.FusedMultiplyAdd(weight, Avx512F.PermuteVar16x32x2(values, ray, values2), sum);
                }

                sum.Store(sums);
            }
        }
    }
}
