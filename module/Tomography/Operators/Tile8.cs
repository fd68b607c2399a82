using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>Eight rows of eight pixels.</summary>
internal readonly unsafe struct Tile8(
    Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d,
    Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h)
{
    /// <summary>Its rows, and columns.</summary>
    public const int Side = 8;

    private readonly Vector256<float> _a = a;
    private readonly Vector256<float> _b = b;
    private readonly Vector256<float> _c = c;
    private readonly Vector256<float> _d = d;
    private readonly Vector256<float> _e = e;
    private readonly Vector256<float> _f = f;
    private readonly Vector256<float> _g = g;
    private readonly Vector256<float> _h = h;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile8 Load(float* from, int pitch) => new(
        Vector256.Load(from), Vector256.Load(from + pitch),
        Vector256.Load(from + (2 * pitch)), Vector256.Load(from + (3 * pitch)),
        Vector256.Load(from + (4 * pitch)), Vector256.Load(from + (5 * pitch)),
        Vector256.Load(from + (6 * pitch)), Vector256.Load(from + (7 * pitch)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tile8 Plus(in Tile8 other) => new(
        _a + other._a, _b + other._b, _c + other._c, _d + other._d, _e + other._e, _f + other._f, _g + other._g, _h + other._h);

    // Pairs of rows are woven, then pairs of pairs, then the halves of the vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tile8 Transposed()
    {
        var (ab, cd, ef, gh) = (Avx.UnpackLow(_a, _b), Avx.UnpackLow(_c, _d), Avx.UnpackLow(_e, _f), Avx.UnpackLow(_g, _h));
        var (ab2, cd2, ef2, gh2) = (Avx.UnpackHigh(_a, _b), Avx.UnpackHigh(_c, _d), Avx.UnpackHigh(_e, _f), Avx.UnpackHigh(_g, _h));
        var (r0, r1, r2, r3) = (First(ab, cd), Last(ab, cd), First(ab2, cd2), Last(ab2, cd2));
        var (r4, r5, r6, r7) = (First(ef, gh), Last(ef, gh), First(ef2, gh2), Last(ef2, gh2));
        return new Tile8(
            Avx.Permute2x128(r0, r4, 0x20), Avx.Permute2x128(r1, r5, 0x20),
            Avx.Permute2x128(r2, r6, 0x20), Avx.Permute2x128(r3, r7, 0x20),
            Avx.Permute2x128(r0, r4, 0x31), Avx.Permute2x128(r1, r5, 0x31),
            Avx.Permute2x128(r2, r6, 0x31), Avx.Permute2x128(r3, r7, 0x31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to, int pitch)
    {
        _a.Store(to);
        _b.Store(to + pitch);
        _c.Store(to + (2 * pitch));
        _d.Store(to + (3 * pitch));
        _e.Store(to + (4 * pitch));
        _f.Store(to + (5 * pitch));
        _g.Store(to + (6 * pitch));
        _h.Store(to + (7 * pitch));
    }

    private static Vector256<float> First(Vector256<float> x, Vector256<float> y) => Avx.Shuffle(x, y, 0b01_00_01_00);

    private static Vector256<float> Last(Vector256<float> x, Vector256<float> y) => Avx.Shuffle(x, y, 0b11_10_11_10);
}
