using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The discrete Hartley transform of a power of two, H[k] = sum over n of (cos + sin)(2 pi k n / N) x[n], of vectors x[n] in
/// place: forward from the natural order to that of reversed bits, backward from there to the natural one. Both are the
/// same sums; one after the other gives N times x.
/// </summary>
internal sealed class HartleyTransform
{
    private readonly float[] _cosines;
    private readonly float[] _sines;

    /// <summary>Creates a transform of so many vectors, a power of two.</summary>
    public HartleyTransform(int length)
    {
        Length = length;
        (_cosines, _sines) = (new float[length / 2], new float[length / 2]);
        for (var k = 0; k < length / 2; k++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * k / length);
            (_cosines[k], _sines[k]) = ((float)cosine, (float)sine);
        }
    }

    /// <summary>N.</summary>
    public int Length { get; }

    /// <summary>The frequency at a place of the transformed vectors, in cycles a sample, 0 to .5: a negative one counts as positive.</summary>
    public double Frequency(int place)
    {
        var (reversed, left) = (0, place);
        for (var bit = 1; bit < Length; bit *= 2, left /= 2) reversed = (2 * reversed) + (left % 2);
        return (double)Math.Min(reversed, Length - reversed) / Length;
    }

    /// <summary>Transforms, to the order of reversed bits.</summary>
    /// <param name="vectors">The vectors, one after another.</param>
    /// <param name="width">The length of each, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(Span<float> vectors, int width)
    {
        ref var origin = ref MemoryMarshal.GetReference(vectors);
        for (var half = Length / 2; half > 0; half /= 2)
        {
            for (var first = 0; first < Length; first += 2 * half)
            {
                Untwisted(ref origin, first, half, width);
                for (var k = 1; k < half / 2; k++)
                {
                    var turn = k * (Length / (2 * half));
                    Part(ref origin, width, first + k, first + half - k, half, _cosines[turn], _sines[turn]);
                }
            }
        }
    }

    /// <summary>Transforms, from the order of reversed bits.</summary>
    /// <param name="vectors">The vectors, one after another.</param>
    /// <param name="width">The length of each, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(Span<float> vectors, int width)
    {
        ref var origin = ref MemoryMarshal.GetReference(vectors);
        for (var half = 1; half < Length; half *= 2)
        {
            for (var first = 0; first < Length; first += 2 * half)
            {
                Untwisted(ref origin, first, half, width);
                for (var k = 1; k < half / 2; k++)
                {
                    var turn = k * (Length / (2 * half));
                    Join(ref origin, width, first + k, first + half - k, half, _cosines[turn], _sines[turn]);
                }
            }
        }
    }

    // k = 0 and k = half / 2, whose factors are 0 and 1.
    private static void Untwisted(ref float origin, int first, int half, int width)
    {
        SumAndDifference(ref origin, width, first, first + half);
        if (half > 1) SumAndDifference(ref origin, width, first + (half / 2), first + half + (half / 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumAndDifference(ref float origin, int width, int one, int other)
    {
        ref var a = ref Unsafe.Add(ref origin, one * width);
        ref var b = ref Unsafe.Add(ref origin, other * width);
        for (var i = 0; i < width; i += Vector<float>.Count)
        {
            var (x, y) = (Vector.LoadUnsafe(ref a, (nuint)i), Vector.LoadUnsafe(ref b, (nuint)i));
            (x + y).StoreUnsafe(ref a, (nuint)i);
            (x - y).StoreUnsafe(ref b, (nuint)i);
        }
    }

    // E[k] = x[k] + x[k + h] and O[k] = cos (x[k] - x[k + h]) + sin (x[h - k] - x[2 h - k]); h - k has the same sine and the negative cosine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part(ref float origin, int width, int k, int mirror, int half, float cosine, float sine)
    {
        ref var a = ref Unsafe.Add(ref origin, k * width);
        ref var b = ref Unsafe.Add(ref origin, (k + half) * width);
        ref var c = ref Unsafe.Add(ref origin, mirror * width);
        ref var d = ref Unsafe.Add(ref origin, (mirror + half) * width);
        var (cos, sin) = (new Vector<float>(cosine), new Vector<float>(sine));
        for (var i = 0; i < width; i += Vector<float>.Count)
        {
            var (x, y) = (Vector.LoadUnsafe(ref a, (nuint)i), Vector.LoadUnsafe(ref b, (nuint)i));
            var (z, w) = (Vector.LoadUnsafe(ref c, (nuint)i), Vector.LoadUnsafe(ref d, (nuint)i));
            var (u, v) = (x - y, z - w);
            (x + y).StoreUnsafe(ref a, (nuint)i);
            (z + w).StoreUnsafe(ref c, (nuint)i);
            ((cos * u) + (sin * v)).StoreUnsafe(ref b, (nuint)i);
            ((sin * u) - (cos * v)).StoreUnsafe(ref d, (nuint)i);
        }
    }

    // H[k] = E[k] + u and H[k + h] = E[k] - u with u = cos O[k] + sin O[h - k].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(ref float origin, int width, int k, int mirror, int half, float cosine, float sine)
    {
        ref var a = ref Unsafe.Add(ref origin, k * width);
        ref var b = ref Unsafe.Add(ref origin, (k + half) * width);
        ref var c = ref Unsafe.Add(ref origin, mirror * width);
        ref var d = ref Unsafe.Add(ref origin, (mirror + half) * width);
        var (cos, sin) = (new Vector<float>(cosine), new Vector<float>(sine));
        for (var i = 0; i < width; i += Vector<float>.Count)
        {
            var (e, o) = (Vector.LoadUnsafe(ref a, (nuint)i), Vector.LoadUnsafe(ref b, (nuint)i));
            var (f, p) = (Vector.LoadUnsafe(ref c, (nuint)i), Vector.LoadUnsafe(ref d, (nuint)i));
            var (u, v) = ((cos * o) + (sin * p), (sin * o) - (cos * p));
            (e + u).StoreUnsafe(ref a, (nuint)i);
            (e - u).StoreUnsafe(ref b, (nuint)i);
            (f + v).StoreUnsafe(ref c, (nuint)i);
            (f - v).StoreUnsafe(ref d, (nuint)i);
        }
    }
}
