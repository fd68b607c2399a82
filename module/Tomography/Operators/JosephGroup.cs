using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Sixteen neighbouring rays of a plane that cross each row within 32 pixels, which they do unless bins are much coarser
/// than pixels.
/// </summary>
internal readonly struct JosephGroup
{
    /// <summary>Rays of a group.</summary>
    public const int Lanes = 16;

    /// <summary>Pixels of a row in which all of them cross it.</summary>
    public const int Window = 32;

    // The first ray lies within the first pixel of the window, and the last one needs its right neighbour.
    private const float WidestGroup = Window - 2;
    private const float NarrowGroup = Lanes - 2;

    private readonly Vector512<float> _offset;
    private readonly Vector512<float> _slope;
    private readonly (float Offset, float Slope) _low;
    private readonly (float Offset, float Slope) _high;
    private readonly float _last;

    private JosephGroup(JosephRays<float> rays, int ray, (float Offset, float Slope) low, (float Offset, float Slope) high, float last)
    {
        (_offset, _slope) = (Vector512.Create(rays.Offset, ray), Vector512.Create(rays.Slope, ray));
        Step = Vector512.Create(rays.Step, ray);
        (_low, _high, _last) = (low, high, last);
    }

    /// <summary>Whether sixteen pixels of a row are enough.</summary>
    public bool IsNarrow { get; private init; }

    /// <summary>The plane.</summary>
    public bool Transposed { get; private init; }

    /// <summary>The first row in which they can cross the box.</summary>
    public int Row { get; private init; }

    /// <summary>The row after the last one.</summary>
    public int End { get; private init; }

    /// <summary>The length of each in a row.</summary>
    public Vector512<float> Step { get; }

    /// <summary>The group, if its rays are of one plane and near enough to each other.</summary>
    /// <param name="rays">All rays.</param>
    /// <param name="ray">The first of the group.</param>
    /// <param name="box">Where the image is not 0.</param>
    /// <param name="size">Rows, and pixels a row.</param>
    /// <param name="group">The group.</param>
    public static bool TryCreate(JosephRays<float> rays, int ray, in PixelBox box, int size, out JosephGroup group)
    {
        group = default;
        var transposed = rays.Transposed[ray];
        if (rays.Transposed.AsSpan(ray, Lanes).Contains(!transposed)) return false;
        var (low, high) = (rays.Line(ray), rays.Line(ray + Lanes - 1));
        var (width, turn) = (high.Offset - low.Offset, (size - 1) * (high.Slope - low.Slope));
        var widest = MathF.Max(MathF.Abs(width), MathF.Abs(width + turn));
        if (widest > WidestGroup || width * (width + turn) < 0) return false;
        if (width < 0) (low, high) = (high, low);
        var (row, end) = JosephRays<float>.Rows(low, high, transposed ? box.Transposed : box);
        group = new JosephGroup(rays, ray, low, high, size + 1f)
        {
            Transposed = transposed, Row = row, End = end, IsNarrow = widest <= NarrowGroup,
        };
        return true;
    }

    /// <summary>Where they cross a row: the first pixel of the window, and from it the left neighbour of each.</summary>
    /// <param name="row">The row.</param>
    /// <param name="left">The left neighbours, 0 to 30.</param>
    /// <param name="share">What the right neighbours have of 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Cross(int row, out Vector512<int> left, out Vector512<float> share)
    {
        var low = MathF.FusedMultiplyAdd(row, _low.Slope, _low.Offset);
        var place = Avx512F.FusedMultiplyAdd(Vector512.Create((float)row), _slope, _offset);
        if (low < 0 || MathF.FusedMultiplyAdd(row, _high.Slope, _high.Offset) > _last)
        {
            // Some cross outside of the image.
            low = float.MinNative(float.MaxNative(low, 0), _last);
            place = Avx512F.Max(Avx512F.Min(place, Vector512.Create(_last)), Vector512.Create(MathF.Truncate(low)));
        }

        var first = float.ConvertToIntegerNative<int>(low);
        left = Avx512F.ConvertToVector512Int32WithTruncation(place);
        share = place - Avx512F.ConvertToVector512Single(left);
        left -= Vector512.Create(first);
        return first;
    }
}
