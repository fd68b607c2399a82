using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Thesis.Engine.Learning;

/// <summary>
/// The transforms of the minimal filtering F(4 x 4, 3 x 3) (Winograd 1980; Lavin and Gray 2016), of sixteen channels at once:
/// <code>
/// Y = A' [ (G g G') (.) (B' d B) ] A       d: 6 x 6 values, Y: the 4 x 4 outputs of a filter g of 3 x 3, (.): by elements
///
///      4  0 -5  0  1  0                 1  1  1  1  1  0                 1/4    0     0
///      0 -4 -4  1  1  0                 0  1 -1  2 -2  0                -1/6  -1/6  -1/6
/// B' = 0  4 -4 -1  1  0            A' = 0  1  1  4  4  0            G = -1/6   1/6  -1/6
///      0 -2 -1  2  1  0                 0  1 -1  8 -8  1                 1/24  1/12  1/6
///      0  2 -1 -2  1  0                                                  1/24 -1/12  1/6
///      0  4  0 -5  0  1                                                   0     0     1
/// </code>
/// 36 products stand for 144. In float32 the result differs from the exact one by 1e-5 of the
/// largest value at most, where a plain sum does by some 1e-6.
/// </summary>
internal static unsafe class WinogradTransforms
{
    /// <summary>The side of the values that a tile reads.</summary>
    public const int Reach = 6;

    /// <summary>The side of a tile's outputs.</summary>
    public const int Side = 4;

    /// <summary>Products of a tile.</summary>
    public const int Products = Reach * Reach;

    /// <summary>Channels at once.</summary>
    public const int Lanes = 16;

    /// <summary>The side of a filter.</summary>
    public const int FilterSide = 3;

    private const int CacheLine = 64;

    /// <summary>B' d B.</summary>
    /// <param name="values">The first of 6 x 6 pixels.</param>
    /// <param name="row">From one row to the next.</param>
    /// <param name="pixel">From one pixel to the next.</param>
    /// <param name="products">Where the first of the 36 goes.</param>
    /// <param name="plane">From one of them to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfInput(float* values, nint row, nint pixel, float* products, nint plane)
    {
        var raw = stackalloc float[(Products * Lanes) + Lanes];
        var half = Aligned(raw);
        for (var column = 0; column < Reach; column++, values += pixel)
        {
            OfInput(values, row, half + (column * Lanes), Reach * Lanes);
        }

        for (var line = 0; line < Reach; line++)
        {
            OfInput(half + (line * Reach * Lanes), Lanes, products + (line * Reach * plane), plane);
        }
    }

    /// <summary>A' m A.</summary>
    /// <param name="products">The first of the 36 products.</param>
    /// <param name="plane">From one to the next.</param>
    /// <param name="bias">Added to each output.</param>
    /// <param name="least">What smaller outputs become: 0 for a ReLU, minus infinity for none.</param>
    /// <param name="outputs">The first of 4 x 4 pixels.</param>
    /// <param name="row">From one row to the next.</param>
    /// <param name="pixel">From one pixel to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToOutput(
        float* products, nint plane, Vector512<float> bias, Vector512<float> least, float* outputs, nint row, nint pixel)
    {
        var raw = stackalloc float[(Side * Reach * Lanes) + Lanes];
        var half = Aligned(raw);
        for (var column = 0; column < Reach; column++, products += plane)
        {
            ToOutput(products, Reach * plane, out var y0, out var y1, out var y2, out var y3);
            var place = half + (column * Lanes);
            y0.Store(place);
            y1.Store(place + (Reach * Lanes));
            y2.Store(place + (2 * Reach * Lanes));
            y3.Store(place + (3 * Reach * Lanes));
        }

        for (var line = 0; line < Side; line++, outputs += row)
        {
            ToOutput(half + (line * Reach * Lanes), Lanes, out var y0, out var y1, out var y2, out var y3);
            Vector512.Max(y0 + bias, least).Store(outputs);
            Vector512.Max(y1 + bias, least).Store(outputs + pixel);
            Vector512.Max(y2 + bias, least).Store(outputs + (2 * pixel));
            Vector512.Max(y3 + bias, least).Store(outputs + (3 * pixel));
        }
    }

    /// <summary>A y A', what the adjoint of <see cref="ToOutput(float*, nint, Vector512{float}, Vector512{float}, float*, nint, nint)"/> gives.</summary>
    /// <param name="outputs">The first of 4 x 4 pixels.</param>
    /// <param name="row">From one row to the next.</param>
    /// <param name="pixel">From one pixel to the next.</param>
    /// <param name="products">Where the first of the 36 goes.</param>
    /// <param name="plane">From one of them to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfOutput(float* outputs, nint row, nint pixel, float* products, nint plane)
    {
        var raw = stackalloc float[(Reach * Side * Lanes) + Lanes];
        var half = Aligned(raw);
        for (var column = 0; column < Side; column++, outputs += pixel)
        {
            OfOutput(outputs, row, half + (column * Lanes), Side * Lanes);
        }

        for (var line = 0; line < Reach; line++)
        {
            OfOutput(half + (line * Side * Lanes), Lanes, products + (line * Reach * plane), plane);
        }
    }

    /// <summary>G g G'.</summary>
    /// <param name="filter">The first of 3 x 3 weights.</param>
    /// <param name="weight">From one of them to the next.</param>
    /// <param name="products">Where the first of the 36 goes.</param>
    /// <param name="plane">From one of them to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfFilter(float* filter, nint weight, float* products, nint plane)
    {
        var raw = stackalloc float[(Reach * FilterSide * Lanes) + Lanes];
        var half = Aligned(raw);
        for (var column = 0; column < FilterSide; column++, filter += weight)
        {
            OfFilterLine(filter, FilterSide * weight, half + (column * Lanes), FilterSide * Lanes);
        }

        for (var line = 0; line < Reach; line++)
        {
            OfFilterLine(half + (line * FilterSide * Lanes), Lanes, products + (line * Reach * plane), plane);
        }
    }

    /// <summary>G' u G, the adjoint of <see cref="OfFilter"/>.</summary>
    /// <param name="products">The first of the 36.</param>
    /// <param name="plane">From one of them to the next.</param>
    /// <param name="filter">Where the first of 3 x 3 weights goes.</param>
    /// <param name="weight">From one of them to the next.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToFilter(float* products, nint plane, float* filter, nint weight)
    {
        var raw = stackalloc float[(FilterSide * Reach * Lanes) + Lanes];
        var half = Aligned(raw);
        for (var column = 0; column < Reach; column++, products += plane)
        {
            ToFilterLine(products, Reach * plane, half + (column * Lanes), Reach * Lanes);
        }

        for (var line = 0; line < FilterSide; line++)
        {
            ToFilterLine(half + (line * Reach * Lanes), Lanes, filter + (line * FilterSide * weight), weight);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OfInput(float* d, nint step, float* v, nint plane)
    {
        var (d0, d1, d2) = (Vector512.Load(d), Vector512.Load(d + step), Vector512.Load(d + (2 * step)));
        var (d3, d4, d5) = (Vector512.Load(d + (3 * step)), Vector512.Load(d + (4 * step)), Vector512.Load(d + (5 * step)));
        var (four, five) = (Vector512.Create(4f), Vector512.Create(-5f));
        var (even, odd) = (d4 - (four * d2), d3 - (four * d1));
        var (near, far) = (d4 - d2, d3 - d1);
        far += far;
        Vector512.FusedMultiplyAdd(four, d0, Vector512.FusedMultiplyAdd(five, d2, d4)).Store(v);
        (even + odd).Store(v + plane);
        (even - odd).Store(v + (2 * plane));
        (near + far).Store(v + (3 * plane));
        (near - far).Store(v + (4 * plane));
        Vector512.FusedMultiplyAdd(four, d1, Vector512.FusedMultiplyAdd(five, d3, d5)).Store(v + (5 * plane));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToOutput(
        float* m, nint step, out Vector512<float> y0, out Vector512<float> y1, out Vector512<float> y2, out Vector512<float> y3)
    {
        var (m1, m2) = (Vector512.Load(m + step), Vector512.Load(m + (2 * step)));
        var (m3, m4) = (Vector512.Load(m + (3 * step)), Vector512.Load(m + (4 * step)));
        var (near, far, nearTurn, farTurn) = (m1 + m2, m3 + m4, m1 - m2, m3 - m4);
        y0 = Vector512.Load(m) + near + far;
        y1 = Vector512.FusedMultiplyAdd(Vector512.Create(2f), farTurn, nearTurn);
        y2 = Vector512.FusedMultiplyAdd(Vector512.Create(4f), far, near);
        y3 = Vector512.FusedMultiplyAdd(Vector512.Create(8f), farTurn, nearTurn) + Vector512.Load(m + (5 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OfOutput(float* y, nint step, float* m, nint plane)
    {
        var (y0, y1) = (Vector512.Load(y), Vector512.Load(y + step));
        var (y2, y3) = (Vector512.Load(y + (2 * step)), Vector512.Load(y + (3 * step)));
        var (even, odd) = (y0 + y2, y1 + y3);
        var farEven = Vector512.FusedMultiplyAdd(Vector512.Create(4f), y2, y0);
        var farOdd = Vector512.FusedMultiplyAdd(Vector512.Create(8f), y3, y1 + y1);
        y0.Store(m);
        (even + odd).Store(m + plane);
        (even - odd).Store(m + (2 * plane));
        (farEven + farOdd).Store(m + (3 * plane));
        (farEven - farOdd).Store(m + (4 * plane));
        y3.Store(m + (5 * plane));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OfFilterLine(float* g, nint step, float* u, nint plane)
    {
        var (g0, g1, g2) = (Vector512.Load(g), Vector512.Load(g + step), Vector512.Load(g + (2 * step)));
        var (sixth, twelfth) = (Vector512.Create(-1f / 6), Vector512.Create(1f / 12));
        var (even, far) = (sixth * (g0 + g2), Vector512.FusedMultiplyAdd(Vector512.Create(1f / 24), g0, g2 * Vector512.Create(1f / 6)));
        (g0 * Vector512.Create(0.25f)).Store(u);
        Vector512.FusedMultiplyAdd(sixth, g1, even).Store(u + plane);
        (even - (sixth * g1)).Store(u + (2 * plane));
        Vector512.FusedMultiplyAdd(twelfth, g1, far).Store(u + (3 * plane));
        (far - (twelfth * g1)).Store(u + (4 * plane));
        g2.Store(u + (5 * plane));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToFilterLine(float* u, nint step, float* g, nint weight)
    {
        var (u1, u2) = (Vector512.Load(u + step), Vector512.Load(u + (2 * step)));
        var (u3, u4) = (Vector512.Load(u + (3 * step)), Vector512.Load(u + (4 * step)));
        var (near, far) = ((u1 + u2) * Vector512.Create(-1f / 6), u3 + u4);
        Vector512.FusedMultiplyAdd(Vector512.Create(0.25f), Vector512.Load(u), near + (far * Vector512.Create(1f / 24))).Store(g);
        Vector512.FusedMultiplyAdd(Vector512.Create(1f / 12), u3 - u4, (u2 - u1) * Vector512.Create(1f / 6)).Store(g + weight);
        (near + Vector512.FusedMultiplyAdd(Vector512.Create(1f / 6), far, Vector512.Load(u + (5 * step)))).Store(g + (2 * weight));
    }

    private static float* Aligned(float* place) => (float*)(((nint)place + CacheLine - 1) & -CacheLine);
}
