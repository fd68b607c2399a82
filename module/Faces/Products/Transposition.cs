using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Transposes small blocks in registers: by halves, quarters and eighths.</summary>
internal static unsafe class Transposition
{
    /// <summary>Whether the processor has what it needs.</summary>
    public static bool IsSupported => KernelPaths.Widest >= KernelPath.Vector256;

    /// <summary>Writes eight rows of eight values as columns.</summary>
    /// <param name="source">The first row; the next begins a stride later.</param>
    /// <param name="sourceStride">The source's stride in values.</param>
    /// <param name="target">The first column, as a row.</param>
    /// <param name="targetStride">The target's stride in values.</param>
    public static void EightByEight(float* source, int sourceStride, float* target, int targetStride)
    {
        var lower = source + (4 * sourceStride);
        Write(
            Vector256.Load(source), Vector256.Load(source + sourceStride), Vector256.Load(source + (2 * sourceStride)),
            Vector256.Load(source + (3 * sourceStride)), Vector256.Load(lower), Vector256.Load(lower + sourceStride),
            Vector256.Load(lower + (2 * sourceStride)), Vector256.Load(lower + (3 * sourceStride)), target, targetStride);
    }

    /// <summary>Writes eight values of each of eight rows, wherever these lie, as columns.</summary>
    /// <param name="rows">Eight pointers.</param>
    /// <param name="at">The first value of a row to be taken.</param>
    /// <param name="target">The first column, as a row of eight; the next follows it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EightByEight(float** rows, nint at, float* target) => Write(
        Vector256.Load(rows[0] + at), Vector256.Load(rows[1] + at), Vector256.Load(rows[2] + at),
        Vector256.Load(rows[3] + at), Vector256.Load(rows[4] + at), Vector256.Load(rows[5] + at),
        Vector256.Load(rows[6] + at), Vector256.Load(rows[7] + at), target, 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d,
        Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h, float* target, int targetStride)
    {
        var (ab, abHigh) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
        var (cd, cdHigh) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        var (ef, efHigh) = (Avx.UnpackLow(e, f), Avx.UnpackHigh(e, f));
        var (gh, ghHigh) = (Avx.UnpackLow(g, h), Avx.UnpackHigh(g, h));
        Store(Avx.Shuffle(ab, cd, 0x44), Avx.Shuffle(ef, gh, 0x44), target, 0, targetStride);
        Store(Avx.Shuffle(ab, cd, 0xEE), Avx.Shuffle(ef, gh, 0xEE), target, 1, targetStride);
        Store(Avx.Shuffle(abHigh, cdHigh, 0x44), Avx.Shuffle(efHigh, ghHigh, 0x44), target, 2, targetStride);
        Store(Avx.Shuffle(abHigh, cdHigh, 0xEE), Avx.Shuffle(efHigh, ghHigh, 0xEE), target, 3, targetStride);
    }

    // Lanes hold columns q (low half) and q + 4 (high half) of rows 0 to 3, and of rows 4 to 7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        Vector256<float> firstRows, Vector256<float> lastRows, float* target, int column, int stride)
    {
        Avx.Permute2x128(firstRows, lastRows, 0x20).Store(target + ((long)column * stride));
        Avx.Permute2x128(firstRows, lastRows, 0x31).Store(target + ((long)(column + 4) * stride));
    }
}
