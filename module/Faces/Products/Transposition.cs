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
        var a = Vector256.Load(source);
        var b = Vector256.Load(source + sourceStride);
        var c = Vector256.Load(source + (2 * sourceStride));
        var d = Vector256.Load(source + (3 * sourceStride));
        var e = Vector256.Load(source + (4 * sourceStride));
        var f = Vector256.Load(source + (5 * sourceStride));
        var g = Vector256.Load(source + (6 * sourceStride));
        var h = Vector256.Load(source + (7 * sourceStride));
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
    private static void Store(
        Vector256<float> firstRows, Vector256<float> lastRows, float* target, int column, int stride)
    {
        Avx.Permute2x128(firstRows, lastRows, 0x20).Store(target + ((long)column * stride));
        Avx.Permute2x128(firstRows, lastRows, 0x31).Store(target + ((long)(column + 4) * stride));
    }
}
