using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Joseph's sums of sixteen neighbouring bins at once. Where these cross a row within 32 pixels, which they do unless
/// bins are much coarser than pixels, two loads and a permutation stand for a gather; other groups go to
/// <see cref="JosephKernel256"/>. The values are the same to the bit.
/// </summary>
internal static unsafe class JosephKernel512
{
    /// <summary>Rays of a group.</summary>
    public const int Lanes = 16;

    // The first ray lies within the first pixel of the window, and the last one needs its right neighbour.
    private const float WidestGroup = 30;

    /// <summary>The sums of a group, if its rays are of one plane and near enough to each other.</summary>
    /// <param name="planes">The image.</param>
    /// <param name="box">Where it is not 0.</param>
    /// <param name="size">Rows, and pixels a row.</param>
    /// <param name="rays">All rays.</param>
    /// <param name="ray">The first of the group.</param>
    /// <param name="sums">Their sums, from the first ray on.</param>
    public static bool TryProject(
        in ProjectionPlanes<float> planes, in PixelBox box, int size, JosephRays<float> rays, int ray, float* sums)
    {
        var transposed = rays.Transposed[ray];
        if (rays.Transposed.AsSpan(ray, Lanes).Contains(!transposed)) return false;
        var (low, high) = (rays.Line(ray), rays.Line(ray + Lanes - 1));
        var (width, turn) = (high.Offset - low.Offset, (size - 1) * (high.Slope - low.Slope));
        if (MathF.Max(MathF.Abs(width), MathF.Abs(width + turn)) > WidestGroup || width * (width + turn) < 0) return false;
        var lowest = width < 0 ? Lanes - 1 : 0;
        if (width < 0) (low, high) = (high, low);
        var (row, end) = JosephRays<float>.Rows(low, high, transposed ? box.Transposed : box);
        fixed (float* offset = &rays.Offset[ray], slope = &rays.Slope[ray], step = &rays.Step[ray])
        {
            Sum(planes.Plane(transposed), planes.Pitch, size, new Group(offset, slope, step, lowest), row, end, sums);
        }

        return true;
    }

    // The second neighbours lie in the same 32 pixels as the first, which begin with those of the leftmost ray.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* plane, int pitch, int size, in Group group, int row, int end, float* sums)
    {
        var (offset, slope) = (Vector512.Load(group.Offset), Vector512.Load(group.Slope));
        var (lowOffset, lowSlope) = (group.Offset[group.Lowest], group.Slope[group.Lowest]);
        var (highOffset, highSlope) = (group.Offset[Lanes - 1 - group.Lowest], group.Slope[Lanes - 1 - group.Lowest]);
        var last = Vector512.Create(size + 1f);
        var values = plane + (row * pitch);
        var sum = Vector512<float>.Zero;
        for (; row < end; row++, values += pitch)
        {
            var low = MathF.FusedMultiplyAdd(row, lowSlope, lowOffset);
            var place = Avx512F.FusedMultiplyAdd(Vector512.Create((float)row), slope, offset);
            if (low < 0 || MathF.FusedMultiplyAdd(row, highSlope, highOffset) > size + 1)
            {
                // Some cross outside of the image.
                low = float.MinNative(float.MaxNative(low, 0), size + 1);
                place = Avx512F.Max(Avx512F.Min(place, last), Vector512.Create(MathF.Truncate(low)));
            }

            var first = float.ConvertToIntegerNative<int>(low);
            var left = Avx512F.ConvertToVector512Int32WithTruncation(place);
            var share = place - Avx512F.ConvertToVector512Single(left);
            left -= Vector512.Create(first);
            var (window, rest) = (Vector512.Load(values + first), Vector512.Load(values + first + Lanes));
            var near = Avx512F.PermuteVar16x32x2(window, left, rest);
            var next = Avx512F.PermuteVar16x32x2(window, left + Vector512<int>.One, rest);
            sum += Avx512F.FusedMultiplyAdd(share, next - near, near);
        }

        (sum * Vector512.Load(group.Step)).Store(sums);
    }

    /// <summary>Lines of a group, and which of its ends is leftmost.</summary>
    private readonly ref struct Group(float* offset, float* slope, float* step, int lowest)
    {
        public readonly float* Offset = offset;
        public readonly float* Slope = slope;
        public readonly float* Step = step;
        public readonly int Lowest = lowest;
    }
}
