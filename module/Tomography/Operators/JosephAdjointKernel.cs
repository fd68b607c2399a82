using System.Runtime.Intrinsics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The adjoint of Joseph's sums without scatter. The lanes of a vector are neighbouring rows of a plane, whose columns
/// lie after one another in a buffer of a thread's own. A ray crosses the rows of such a block within a few columns,
/// since its slope is 1 at most, and each of these takes the ray's value times max(0, 1 - distance), the weight of the
/// interpolation; most of those weights are not 0.
/// </summary>
internal static unsafe class JosephAdjointKernel
{
    // Columns to each side of the plane that rays may write to; a block's rows cross no more.
    private const int Border = 20;

    /// <summary>Rows of a block.</summary>
    public static int Rows(KernelPath path) =>
        path == KernelPath.Vector512 ? Vector512<float>.Count : Vector256<float>.Count;

    /// <summary>Spreads the rays of a plane over some of its rows, which become their sum.</summary>
    /// <param name="rays">The rays.</param>
    /// <param name="sinogram">Their values.</param>
    /// <param name="bins">Rays a view.</param>
    /// <param name="transposed">Which plane.</param>
    /// <param name="plane">The plane, of which row <paramref name="first"/> is written and those after it.</param>
    /// <param name="size">Rows and pixels a row, which begin one place after a row's begin.</param>
    /// <param name="pitch">From one row to the next.</param>
    /// <param name="first">The first row of the block.</param>
    /// <param name="path">Vector256 or Vector512.</param>
    /// <param name="work">Cancellation.</param>
    public static void Spread(
        JosephRays<float> rays,
        float* sinogram,
        int bins,
        bool transposed,
        float* plane,
        int size,
        int pitch,
        int first,
        KernelPath path,
        WorkContext work)
    {
        var rows = Rows(path);
        using var scratch = new Scratch<float>((size + 2 + (2 * Border)) * rows);
        fixed (float* buffer = scratch.Values)
        {
            new Span<float>(buffer, scratch.Values.Length).Clear();
            var columns = buffer + (Border * rows);
            for (var ray = 0; ray < rays.Step.Length; ray++)
            {
                if (ray % bins == 0) work.ThrowIfCancelled();
                if (rays.Transposed[ray] != transposed || sinogram[ray] == 0) continue;
                var value = sinogram[ray] * rays.Step[ray];
                var (offset, slope) = (rays.Offset[ray], rays.Slope[ray]);
                var place = MathF.FusedMultiplyAdd(first, slope, offset);
                var across = (rows - 1) * slope;
                var left = MathF.Floor(place + MathF.Min(across, 0));
                // As many columns for every ray of that slope, so that the branch is foreseen.
                var count = (int)MathF.Abs(across) + 3;
                if (!(left > -Border && left < size + 1)) continue;
                var target = columns + ((int)left * rows);
                if (path == KernelPath.Vector512) Add512(target, count, left, first, offset, slope, value);
                else Add256(target, count, left, first, offset, slope, value);
            }

            for (var row = 0; row < Math.Min(rows, size - first); row++)
            {
                var to = plane + ((first + row) * pitch);
                for (var column = 1; column <= size; column++) to[column] = columns[(column * rows) + row];
            }
        }
    }

    private static void Add512(float* target, int count, float left, int first, float offset, float slope, float value)
    {
        var one = Vector512<float>.One;
        var rows = Vector512.CreateSequence(0f, 1f) + Vector512.Create((float)first);
        var distance = Vector512.FusedMultiplyAdd(rows, Vector512.Create(slope), Vector512.Create(offset)) - Vector512.Create(left);
        for (var column = 0; column < count; column++, target += Vector512<float>.Count)
        {
            var weight = Vector512.MaxNative(one - Vector512.Abs(distance), Vector512<float>.Zero);
            Vector512.FusedMultiplyAdd(weight, Vector512.Create(value), Vector512.Load(target)).Store(target);
            distance -= one;
        }
    }

    private static void Add256(float* target, int count, float left, int first, float offset, float slope, float value)
    {
        var one = Vector256<float>.One;
        var rows = Vector256.CreateSequence(0f, 1f) + Vector256.Create((float)first);
        var distance = Vector256.FusedMultiplyAdd(rows, Vector256.Create(slope), Vector256.Create(offset)) - Vector256.Create(left);
        for (var column = 0; column < count; column++, target += Vector256<float>.Count)
        {
            var weight = Vector256.MaxNative(one - Vector256.Abs(distance), Vector256<float>.Zero);
            Vector256.FusedMultiplyAdd(weight, Vector256.Create(value), Vector256.Load(target)).Store(target);
            distance -= one;
        }
    }
}
