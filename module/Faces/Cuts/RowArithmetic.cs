using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Faces;

/// <summary>
/// What the default cut does with single rows. It runs once and is over before code would be compiled anew, so these, as its
/// other long loops, are compiled at their best the first time. The tensor library's operations, generic over types and
/// widths, would take longer to be compiled than to be done.
/// </summary>
internal static class RowArithmetic
{
    // In values.
    private const int CacheLine = 16;

    private static nuint Width => (nuint)Vector<float>.Count;

    /// <summary>a . b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var (first, second) = (Vector<float>.Zero, Vector<float>.Zero);
        nuint i = 0;
        for (; i + (2 * Width) <= (nuint)a.Length; i += 2 * Width)
        {
            first += Vector.LoadUnsafe(ref x, i) * Vector.LoadUnsafe(ref y, i);
            second += Vector.LoadUnsafe(ref x, i + Width) * Vector.LoadUnsafe(ref y, i + Width);
        }

        var product = Vector.Sum(first + second);
        for (var j = (int)i; j < a.Length; j++) product += a[j] * b[j];
        return product;
    }

    /// <summary>sum . row, and then the row is added to the sum: one pass over both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float AddWithProduct(Span<float> sum, ReadOnlySpan<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, sum.Length);
        ref var x = ref MemoryMarshal.GetReference(sum);
        ref var y = ref MemoryMarshal.GetReference(row);
        var (first, second) = (Vector<float>.Zero, Vector<float>.Zero);
        nuint i = 0;
        for (; i + (2 * Width) <= (nuint)sum.Length; i += 2 * Width)
        {
            var (a, b) = (Vector.LoadUnsafe(ref x, i), Vector.LoadUnsafe(ref y, i));
            var (c, d) = (Vector.LoadUnsafe(ref x, i + Width), Vector.LoadUnsafe(ref y, i + Width));
            first += a * b;
            second += c * d;
            (a + b).StoreUnsafe(ref x, i);
            (c + d).StoreUnsafe(ref x, i + Width);
        }

        var product = Vector.Sum(first + second);
        for (var j = (int)i; j < sum.Length; j++)
        {
            product += sum[j] * row[j];
            sum[j] += row[j];
        }

        return product;
    }

    /// <summary>factor row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(ReadOnlySpan<float> row, float factor, Span<float> scaled)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scaled.Length, row.Length);
        ref var x = ref MemoryMarshal.GetReference(row);
        nuint i = 0;
        for (; i + Width <= (nuint)row.Length; i += Width)
        {
            (Vector.LoadUnsafe(ref x, i) * factor).StoreUnsafe(ref MemoryMarshal.GetReference(scaled), i);
        }

        for (var j = (int)i; j < row.Length; j++) scaled[j] = row[j] * factor;
    }

    /// <summary>Brings a row into the cache, before it is needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Fetch(ReadOnlySpan<float> row)
    {
        if (!Sse.IsSupported) return;
        fixed (float* values = row)
        {
            for (var i = 0; i < row.Length; i += CacheLine) Sse.Prefetch0(values + i);
        }
    }
}
