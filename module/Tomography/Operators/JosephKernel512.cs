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
        if (width < 0) (low, high) = (high, low);
        var (row, end) = JosephRays<float>.Rows(low, high, transposed ? box.Transposed : box);
        Sum(planes.Plane(transposed), planes.Pitch, size, rays, ray, low, row, end).Store(sums);
        return true;
    }

    private static Vector512<float> Sum(
        float* plane, int pitch, int size, JosephRays<float> rays, int ray, (float Offset, float Slope) low, int row, int end)
    {
        var offset = Vector512.Create(rays.Offset, ray);
        var slope = Vector512.Create(rays.Slope, ray);
        var last = Vector512.Create(size + 1f);
        var here = Vector512.Create((float)row);
        var values = plane + (row * pitch);
        var sum = Vector512<float>.Zero;
        for (; row < end; row++, values += pitch, here += Vector512<float>.One)
        {
            var first = float.ConvertToIntegerNative<int>(
                float.MinNative(float.MaxNative(MathF.FusedMultiplyAdd(row, low.Slope, low.Offset), 0), size + 1));
            var place = Avx512F.Min(Avx512F.FusedMultiplyAdd(here, slope, offset), last) - Vector512.Create((float)first);
            place = Avx512F.Max(place, Vector512<float>.Zero);
            var left = Avx512F.ConvertToVector512Int32WithTruncation(place);
            var share = place - Avx512F.ConvertToVector512Single(left);
            var window = values + first;
            var near = Avx512F.PermuteVar16x32x2(Vector512.Load(window), left, Vector512.Load(window + 16));
            var next = Avx512F.PermuteVar16x32x2(Vector512.Load(window + 1), left, Vector512.Load(window + 17));
            sum += Avx512F.FusedMultiplyAdd(share, next - near, near);
        }

        return sum * Vector512.Create(rays.Step, ray);
    }
}
