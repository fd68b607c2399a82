using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Joseph's sums of a group of rays, or of the four groups that a group becomes by quarters of a turn, which cross their
/// planes alike: two loads and a permutation stand for a gather. A group by itself has the bytes that it has among the four.
/// </summary>
internal static unsafe class JosephKernel512
{
    /// <summary>The sums of one turn of a group.</summary>
    /// <param name="planes">The image.</param>
    /// <param name="size">Rows, and pixels a row.</param>
    /// <param name="group">The group.</param>
    /// <param name="quarters">By how many quarters it is turned.</param>
    /// <param name="sums">The sums.</param>
    public static void Sum(in ProjectionPlanes<float> planes, int size, in JosephGroup group, int quarters, float* sums)
    {
        if (group.IsNarrow) Sum<Narrow>(planes, size, group, quarters, sums);
        else Sum<Wide>(planes, size, group, quarters, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TWindow>(in ProjectionPlanes<float> planes, int size, in JosephGroup group, int quarters, float* sums)
        where TWindow : struct, IWindow
    {
        var turn = PlaneTurn.Of(group.Transposed, quarters);
        var lines = new Lines(planes, size, turn, group.Row);
        var sum = Vector512<float>.Zero;
        for (var row = group.Row; row < group.End; row++)
        {
            var first = group.Cross(row, out var left, out var share);
            if (turn.ColumnsReversed)
            {
                var back = Vector512.Create(TWindow.Last) - left;
                sum += TWindow.Interpolate(lines.Row + (size + 1 - TWindow.Last - first), back, back - Vector512<int>.One, share);
            }
            else sum += TWindow.Interpolate(lines.Row + first, left, left + Vector512<int>.One, share);
            lines.Row += lines.Pitch;
        }

        (sum * group.Step).Store(sums);
    }

    /// <summary>The sums of all four turns of a group.</summary>
    /// <param name="planes">The image.</param>
    /// <param name="size">Rows, and pixels a row.</param>
    /// <param name="group">The group.</param>
    /// <param name="sums">The sums of the group as it is.</param>
    /// <param name="one">Those of the group turned by one quarter.</param>
    /// <param name="two">By two.</param>
    /// <param name="three">By three.</param>
    public static void SumTurns(
        in ProjectionPlanes<float> planes, int size, in JosephGroup group, float* sums, float* one, float* two, float* three)
    {
        if (group.IsNarrow) SumTurns<Narrow>(planes, size, group, sums, one, two, three);
        else SumTurns<Wide>(planes, size, group, sums, one, two, three);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumTurns<TWindow>(
        in ProjectionPlanes<float> planes, int size, in JosephGroup group, float* sums, float* one, float* two, float* three)
        where TWindow : struct, IWindow
    {
        // Two of the turns read lines from left to right, and two from right to left.
        var (plain, reversed) = group.Transposed ? (1, 3) : (3, 1);
        var a = new Lines(planes, size, PlaneTurn.Of(group.Transposed, 0), group.Row);
        var b = new Lines(planes, size, PlaneTurn.Of(group.Transposed, plain), group.Row);
        var c = new Lines(planes, size, PlaneTurn.Of(group.Transposed, 2), group.Row);
        var d = new Lines(planes, size, PlaneTurn.Of(group.Transposed, reversed), group.Row);
        var (sumA, sumB, sumC, sumD) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var row = group.Row; row < group.End; row++)
        {
            var first = group.Cross(row, out var left, out var share);
            var next = left + Vector512<int>.One;
            sumA += TWindow.Interpolate(a.Row + first, left, next, share);
            sumB += TWindow.Interpolate(b.Row + first, left, next, share);
            var (back, start) = (Vector512.Create(TWindow.Last) - left, size + 1 - TWindow.Last - first);
            next = back - Vector512<int>.One;
            sumC += TWindow.Interpolate(c.Row + start, back, next, share);
            sumD += TWindow.Interpolate(d.Row + start, back, next, share);
            a.Row += a.Pitch;
            b.Row += b.Pitch;
            c.Row += c.Pitch;
            d.Row += d.Pitch;
        }

        if (!group.Transposed) (sumB, sumD) = (sumD, sumB);
        (sumA * group.Step).Store(sums);
        (sumB * group.Step).Store(one);
        (sumC * group.Step).Store(two);
        (sumD * group.Step).Store(three);
    }

    /// <summary>The pixels of a row in which all rays of a group cross it, right neighbours and all.</summary>
    private interface IWindow
    {
        /// <summary>Its last place.</summary>
        static abstract int Last { get; }

        /// <summary>near + share (next - near), of pixels at places of the window.</summary>
        static abstract Vector512<float> Interpolate(float* pixels, Vector512<int> near, Vector512<int> next, Vector512<float> share);
    }

    /// <summary>The lines of a plane in the order in which a turned ray walks them.</summary>
    private struct Lines
    {
        public float* Row;
        public readonly nint Pitch;

        public Lines(in ProjectionPlanes<float> planes, int size, in PlaneTurn turn, int row)
        {
            var (first, pitch) = turn.RowsReversed ? (size - 1 - row, -planes.Pitch) : (row, planes.Pitch);
            Row = planes.Plane(turn.Transposed) + (first * planes.Pitch);
            Pitch = pitch;
        }
    }

    private readonly struct Narrow : IWindow
    {
        public static int Last => JosephGroup.Lanes - 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Interpolate(float* pixels, Vector512<int> near, Vector512<int> next, Vector512<float> share)
        {
            var window = Vector512.Load(pixels);
            var value = Avx512F.PermuteVar16x32(window, near);
            return Avx512F.FusedMultiplyAdd(share, Avx512F.PermuteVar16x32(window, next) - value, value);
        }
    }

    private readonly struct Wide : IWindow
    {
        public static int Last => JosephGroup.Window - 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Interpolate(float* pixels, Vector512<int> near, Vector512<int> next, Vector512<float> share)
        {
            var (window, rest) = (Vector512.Load(pixels), Vector512.Load(pixels + JosephGroup.Lanes));
            var value = Avx512F.PermuteVar16x32x2(window, near, rest);
            return Avx512F.FusedMultiplyAdd(share, Avx512F.PermuteVar16x32x2(window, next, rest) - value, value);
        }
    }
}
