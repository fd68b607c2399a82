using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Joseph's sums of eight neighbouring bins at once. One 64-bit gather fetches the two pixels of four rays.
/// </summary>
internal static unsafe class JosephKernel256
{
    private const int Lanes = 8;

    /// <summary>The sums of a view: rays <paramref name="first"/> to first + bins - 1.</summary>
    public static void ProjectView(
        float* planes, int size, int pitch, JosephRays<float> rays, int first, int bins, float* sums)
    {
        // A last group that would run over is moved back; it computes some rays twice, to the same bytes.
        for (var start = 0; start < bins; start += Lanes)
        {
            var ray = first + Math.Min(start, bins - Lanes);
            var group = rays.Transposed.AsSpan(ray, Lanes);
            if (!group.Contains(!group[0])) Group(planes, size, pitch, rays, ray, group[0]).Store(sums + ray);
            else Mixed(planes, size, pitch, rays, ray, sums);
        }
    }

    // Rays of both planes: each plane's sums for all, then the right one of each.
    private static void Mixed(float* planes, int size, int pitch, JosephRays<float> rays, int ray, float* sums)
    {
        var plain = Group(planes, size, pitch, rays, ray, transposed: false);
        var turned = Group(planes, size, pitch, rays, ray, transposed: true);
        for (var lane = 0; lane < Lanes; lane++) sums[ray + lane] = (rays.Transposed[ray + lane] ? turned : plain)[lane];
    }

    private static Vector256<float> Group(
        float* planes, int size, int pitch, JosephRays<float> rays, int ray, bool transposed)
    {
        var offset = Vector256.Create(rays.Offset, ray);
        var slope = Vector256.Create(rays.Slope, ray);
        var last = Vector256.Create(size + 1f);
        var (row, end) = Rows(rays, ray, size);
        var values = planes + (transposed ? size * pitch : 0) + (row * pitch);
        var sum = Vector256<float>.Zero;
        for (; row < end; row++, values += pitch)
        {
            var place = Fma.MultiplyAdd(Vector256.Create((float)row), slope, offset);
            place = Vector256.Min(Vector256.Max(place, Vector256<float>.Zero), last);
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

    private static (int First, int End) Rows(JosephRays<float> rays, int ray, int size)
    {
        var (first, end) = rays.Rows(ray, size);
        for (var lane = 1; lane < Lanes; lane++)
        {
            var (from, to) = rays.Rows(ray + lane, size);
            if (from == to) continue;
            (first, end) = first == end ? (from, to) : (Math.Min(first, from), Math.Max(end, to));
        }

        return (first, end);
    }
}
