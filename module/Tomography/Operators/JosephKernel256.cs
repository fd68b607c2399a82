using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Joseph's sums of eight neighbouring bins at once. One 64-bit gather fetches the two pixels of four rays.
/// </summary>
internal static unsafe class JosephKernel256
{
    private const int Lanes = 8;

    /// <summary>The sums of <paramref name="count"/> rays of a view, 8 at least.</summary>
    public static void Project(
        in ProjectionPlanes<float> planes, in PixelBox box, int size, JosephRays<float> rays, int first, int count, float* sums)
    {
        // A last group that would run over is moved back; it computes some rays twice, to the same bytes.
        for (var start = 0; start < count; start += Lanes)
        {
            var ray = first + Math.Min(start, count - Lanes);
            var group = rays.Transposed.AsSpan(ray, Lanes);
            if (!group.Contains(!group[0])) Group(planes, box, size, rays, ray, group[0]).Store(sums + ray);
            else Mixed(planes, box, size, rays, ray, sums);
        }
    }

    // Rays of both planes: each plane's sums for all, then the right one of each.
    private static void Mixed(
        in ProjectionPlanes<float> planes, in PixelBox box, int size, JosephRays<float> rays, int ray, float* sums)
    {
        var plain = Group(planes, box, size, rays, ray, transposed: false);
        var turned = Group(planes, box, size, rays, ray, transposed: true);
        for (var lane = 0; lane < Lanes; lane++) sums[ray + lane] = (rays.Transposed[ray + lane] ? turned : plain)[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> Group(
        in ProjectionPlanes<float> planes, in PixelBox box, int size, JosephRays<float> rays, int ray, bool transposed)
    {
        var offset = Vector256.Create(rays.Offset, ray);
        var slope = Vector256.Create(rays.Slope, ray);
        var last = Vector256.Create(size + 1f);
        var (row, end) = Rows(rays, ray, transposed ? box.Transposed : box);
        var pitch = planes.Pitch;
        var values = planes.Plane(transposed) + (row * pitch);
        var sum = Vector256<float>.Zero;
        for (; row < end; row++, values += pitch)
        {
            var place = Fma.MultiplyAdd(Vector256.Create((float)row), slope, offset);
            place = Avx.Min(Avx.Max(place, Vector256<float>.Zero), last);
            var left = Avx.ConvertToVector256Int32WithTruncation(place);
            var share = place - Avx.ConvertToVector256Single(left);
            // Lanes 0 1 4 5 and 2 3 6 7, so that the shuffles below bring them back in order.
            var order = Avx2.Permute4x64(left.AsInt64(), 0b11_01_10_00).AsInt32();
            var low = Avx2.GatherVector256((long*)values, order.GetLower(), sizeof(float)).AsSingle();
            var high = Avx2.GatherVector256((long*)values, order.GetUpper(), sizeof(float)).AsSingle();
            var here = Avx.Shuffle(low, high, 0b10_00_10_00);
            var next = Avx.Shuffle(low, high, 0b11_01_11_01);
            sum += Fma.MultiplyAdd(share, next - here, here);
        }

        return sum * Vector256.Create(rays.Step, ray);
    }

    private static (int First, int End) Rows(JosephRays<float> rays, int ray, in PixelBox box)
    {
        var (first, end) = (box.EndRow, box.FirstRow);
        for (var lane = 0; lane < Lanes; lane++)
        {
            var line = rays.Line(ray + lane);
            var (from, to) = JosephRays<float>.Rows(line, line, box);
            if (from < to) (first, end) = (Math.Min(first, from), Math.Max(end, to));
        }

        return (first, Math.Max(first, end));
    }
}
