using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Thesis.Engine.Runtime;

/// <summary>
/// The products of 8 rows with a packed panel of 32 others, in registers. Each is one chain of fused multiply-adds over
/// the coordinates on every path, so the paths give the same bytes.
/// </summary>
internal static unsafe class ProductTile
{
    /// <summary>Rows of the tile.</summary>
    public const int Rows = 8;

    /// <summary>Rows of the panel.</summary>
    public const int Columns = 32;

    // Of the usual lengths of features; a tile takes about a microsecond.
    private const int ProbeDimension = 256;
    private const int ProbeTiles = 10;

    private static readonly Lazy<KernelPath> Measured = new(Measure);

    /// <summary>The fastest path on this processor, measured once (some ms).</summary>
    public static KernelPath Fastest => Measured.Value;

    /// <summary>Computes a tile.</summary>
    /// <param name="path">Which way; one that has no tile of its own takes the portable one of 256 bits.</param>
    /// <param name="rows">Eight rows, one after another.</param>
    /// <param name="panel">For each coordinate the values of the 32 others.</param>
    /// <param name="dimension">Values a row.</param>
    /// <param name="output">The first of eight lines of 32 products.</param>
    /// <param name="stride">From one line to the next.</param>
    public static void Multiply(KernelPath path, float* rows, float* panel, nint dimension, float* output, nint stride)
    {
        if (path == KernelPath.Vector512)
        {
            Wide(rows, dimension, 1, panel, Columns, dimension, output, stride, isAdded: false);
            return;
        }

        for (var row = 0; row < Rows; row += 4)
        {
            for (var column = 0; column < Columns; column += 16)
            {
                Narrow(rows + (row * dimension), panel + column, dimension, output + (row * stride) + column, stride);
            }
        }
    }

    private static KernelPath Measure()
    {
        var rows = new float[Rows * ProbeDimension];
        var panel = new float[Columns * ProbeDimension];
        var output = new float[Rows * Columns];
        Array.Fill(rows, 1);
        Array.Fill(panel, 1);
        return KernelPaths.Fastest([KernelPath.Scalar, KernelPath.Vector512], path =>
        {
            fixed (float* left = rows, right = panel, products = output)
            {
                for (var tile = 0; tile < ProbeTiles; tile++) Multiply(path, left, right, ProbeDimension, products, Columns);
            }
        });
    }

    /// <summary>
    /// Computes a tile on AVX-512, with other steps in memory: output[r, c] = sum over k of rows[r, k] panel[k, c], or that added
    /// to what stands there.
    /// </summary>
    /// <param name="rows">The first of eight rows.</param>
    /// <param name="rowStride">From one row to the next.</param>
    /// <param name="rowStep">From one coordinate of a row to the next.</param>
    /// <param name="panel">The first coordinate of the 32 others, which lie side by side.</param>
    /// <param name="panelStep">From one coordinate of the panel to the next.</param>
    /// <param name="dimension">Coordinates.</param>
    /// <param name="output">The first of eight lines of 32 products.</param>
    /// <param name="stride">From one line to the next.</param>
    /// <param name="isAdded">Whether the sums begin with what the output holds.</param>
    // 8 x 32 products in 16 accumulators: per coordinate 2 loads, 8 broadcasts, 16 fused multiply-adds. Processors that
    // decode four instructions a cycle keep up as long as there is little else, so the addresses are a pointer and an offset.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide(
        float* rows, nint rowStride, nint rowStep, float* panel, nint panelStep, nint dimension, float* output, nint stride, bool isAdded)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> b4 = default, b5 = default, b6 = default, b7 = default;
        if (isAdded)
        {
            Load(output, out a0, out b0);
            Load(output + stride, out a1, out b1);
            Load(output + (2 * stride), out a2, out b2);
            Load(output + (3 * stride), out a3, out b3);
            Load(output + (4 * stride), out a4, out b4);
            Load(output + (5 * stride), out a5, out b5);
            Load(output + (6 * stride), out a6, out b6);
            Load(output + (7 * stride), out a7, out b7);
        }

        nint two = 2 * rowStride, three = 3 * rowStride;
        var lower = rows + (4 * rowStride);
        for (var end = panel + (panelStep * dimension); panel < end; panel += panelStep)
        {
            var first = Vector512.Load(panel);
            var second = Vector512.Load(panel + 16);
            Add(rows[0], first, second, ref a0, ref b0);
            Add(rows[rowStride], first, second, ref a1, ref b1);
            Add(rows[two], first, second, ref a2, ref b2);
            Add(rows[three], first, second, ref a3, ref b3);
            Add(lower[0], first, second, ref a4, ref b4);
            Add(lower[rowStride], first, second, ref a5, ref b5);
            Add(lower[two], first, second, ref a6, ref b6);
            Add(lower[three], first, second, ref a7, ref b7);
            rows += rowStep;
            lower += rowStep;
        }

        Store(output, a0, b0);
        Store(output + stride, a1, b1);
        Store(output + (2 * stride), a2, b2);
        Store(output + (3 * stride), a3, b3);
        Store(output + (4 * stride), a4, b4);
        Store(output + (5 * stride), a5, b5);
        Store(output + (6 * stride), a6, b6);
        Store(output + (7 * stride), a7, b7);
    }

    // The same for processors whose vectors hold 8 values: 4 x 16 products in 8 accumulators.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* rows, float* panel, nint dimension, float* output, nint stride)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        nint two = 2 * dimension, three = 3 * dimension;
        for (var end = panel + (Columns * dimension); panel < end; panel += Columns)
        {
            var first = Vector256.Load(panel);
            var second = Vector256.Load(panel + 8);
            Add(rows[0], first, second, ref a0, ref b0);
            Add(rows[dimension], first, second, ref a1, ref b1);
            Add(rows[two], first, second, ref a2, ref b2);
            Add(rows[three], first, second, ref a3, ref b3);
            rows++;
        }

        Store(output, a0, b0);
        Store(output + stride, a1, b1);
        Store(output + (2 * stride), a2, b2);
        Store(output + (3 * stride), a3, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        float value, Vector512<float> first, Vector512<float> second, ref Vector512<float> a, ref Vector512<float> b)
    {
        var all = Vector512.Create(value);
        a = Vector512.FusedMultiplyAdd(all, first, a);
        b = Vector512.FusedMultiplyAdd(all, second, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        float value, Vector256<float> first, Vector256<float> second, ref Vector256<float> a, ref Vector256<float> b)
    {
        var all = Vector256.Create(value);
        a = Vector256.FusedMultiplyAdd(all, first, a);
        b = Vector256.FusedMultiplyAdd(all, second, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* output, out Vector512<float> a, out Vector512<float> b) =>
        (a, b) = (Vector512.Load(output), Vector512.Load(output + 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* output, Vector512<float> a, Vector512<float> b)
    {
        a.Store(output);
        b.Store(output + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* output, Vector256<float> a, Vector256<float> b)
    {
        a.Store(output);
        b.Store(output + 8);
    }
}
