using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The two interpolations of <see cref="ParallelRebinning{T}"/>, of a full turn, for eight columns at once: the same operations
/// as the scalar ones, so the same bytes. Each returns how many columns it did; the few that are left are the caller's.
/// </summary>
internal static unsafe class RebinningKernel
{
    private const int Lanes = 8;

    /// <summary>A view's bins at the columns' places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ToColumns(RebinningGrid grid, float[] left, float[] right, float* bins, float* columns)
    {
        var count = grid.Parallel.Bins / Lanes * Lanes;
        fixed (int* place = grid.Bin)
        fixed (float* near = left, far = right)
        {
            for (var column = 0; column < count; column += Lanes)
            {
                var bin = Vector256.Load(place + column);
                var here = Avx2.GatherVector256(bins, bin, sizeof(float));
                var next = Avx2.GatherVector256(bins + 1, bin, sizeof(float));
                ((Vector256.Load(near + column) * here) + (Vector256.Load(far + column) * next)).Store(columns + column);
            }
        }

        return count;
    }

    /// <summary>The columns at an angle's views, and at those of the conjugate rays. AVX-512.</summary>
    /// <param name="grid">The places.</param>
    /// <param name="views">Views of the fan.</param>
    /// <param name="place">The angle in views.</param>
    /// <param name="opposite">The same, half a turn on.</param>
    /// <param name="columns">Columns of all views.</param>
    /// <param name="target">The parallel view.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ToViews(RebinningGrid grid, int views, double place, double opposite, float* columns, float* target)
    {
        var all = grid.Parallel.Bins;
        var count = all / Lanes * Lanes;
        var rising = Vector256.CreateSequence(0, 1);
        var backwards = Vector512.Create(7L, 6, 5, 4, 3, 2, 1, 0);
        var turn = Vector512.Create(grid.TurnInViews);
        fixed (double* fan = grid.FanInViews)
        {
            for (var column = 0; column < count; column += Lanes)
            {
                var mirror = all - Lanes - column;
                var mirrored = Avx512F.PermuteVar8x64(Vector512.Load(fan + mirror), backwards);
                var own = Between(
                    Vector512.Create(place) - Vector512.Load(fan + column), turn, views, all, columns, Vector256.Create(column) + rising);
                var conjugate = Between(
                    Vector512.Create(opposite) - mirrored, turn, views, all, columns, Vector256.Create(all - 1 - column) - rising);
                (own + conjugate).Store(target + column);
            }
        }

        return count;
    }

    private static Vector256<float> Between(
        Vector512<double> place, Vector512<double> turn, int views, int pitch, float* columns, Vector256<int> column)
    {
        var (isBefore, isBehind) = (Vector512.LessThan(place, Vector512<double>.Zero), Vector512.GreaterThanOrEqual(place, turn));
        place = Vector512.ConditionalSelect(isBefore, place + turn, Vector512.ConditionalSelect(isBehind, place - turn, place));
        var view = Vector256.Min(Avx512F.ConvertToVector256Int32WithTruncation(place), Vector256.Create(views - 1));
        var share = Avx512F.ConvertToVector256Single(place - Avx512F.ConvertToVector512Double(view));
        var next = view + Vector256<int>.One;
        next = Vector256.AndNot(next, Vector256.Equals(next, Vector256.Create(views)));
        var here = Avx2.GatherVector256(columns, (view * pitch) + column, sizeof(float));
        var there = Avx2.GatherVector256(columns, (next * pitch) + column, sizeof(float));
        return Fma.MultiplyAdd(share, there - here, here);
    }
}
