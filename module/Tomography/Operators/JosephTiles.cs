using System.Runtime.CompilerServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The tiles of a block of rows.</summary>
internal static unsafe class JosephTiles
{
    /// <summary>Adds the rays of a plane to the sums of a block.</summary>
    /// <typeparam name="TSums">How a tile of them is added.</typeparam>
    /// <param name="block">The block, whose values are those of all segments.</param>
    /// <param name="segments">The rays.</param>
    /// <param name="size">Pixels a row.</param>
    /// <param name="transposed">The plane.</param>
    /// <param name="work">Cancellation.</param>
    public static void Add<TSums>(JosephTile block, JosephSegments segments, int size, bool transposed, WorkContext work)
        where TSums : struct, IJosephSums
    {
        fixed (float* offset = segments.Offset, slope = segments.Slope)
        {
            foreach (ref readonly var segment in segments.Segments.AsSpan())
            {
                if (segment.Transposed != transposed) continue;
                work.ThrowIfCancelled();
                AddSegment<TSums>(size, block with
                {
                    Offset = offset + segment.Start, Slope = slope + segment.Start, Values = block.Values + segment.Start,
                    Count = segment.Count, Error = segments.Error,
                });
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSegment<TSums>(int size, JosephTile rays)
        where TSums : struct, IJosephSums
    {
        var guess = JosephSegments.Find(rays.Offset, rays.Slope, rays.Count, rays.Row, 0).Ray;
        for (var column = 0; column < size; column += JosephSegments.TileColumns)
        {
            var model = JosephSegments.Locate(rays.Offset, rays.Slope, rays.Count, rays.Row, column, guess);
            guess = model.Ray + (JosephSegments.TileColumns * model.PerPlace);
            var lowest = model.Lowest(rays.Error);
            var start = float.ConvertToIntegerNative<int>(
                MathF.Floor(float.MinNative(float.MaxNative(lowest, -JosephSegments.Window), rays.Count))) + 1;
            if (start >= rays.Count || start <= -JosephSegments.Window) continue;
            TSums.Add(rays with { Column = column, Start = start, Model = model });
        }
    }
}
