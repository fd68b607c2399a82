using System.Numerics;
using System.Runtime.CompilerServices;

namespace Thesis.Engine.Faces;

/// <summary>
/// What the default cut does with single rows. It is over before code would be compiled anew, so each of these is compiled at
/// its best the first time; and the generic operations of the tensor library, made for many types and widths, take longer to
/// be compiled than the cut to be computed with them.
/// </summary>
internal static class RowArithmetic
{
    /// <summary>a . b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var width = Vector<float>.Count;
        var (first, second) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i + (2 * width) <= a.Length; i += 2 * width)
        {
            first += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            second += new Vector<float>(a[(i + width)..]) * new Vector<float>(b[(i + width)..]);
        }

        var product = Vector.Sum(first + second);
        for (; i < a.Length; i++) product += a[i] * b[i];
        return product;
    }

    /// <summary>sum . row, and then the row is added to the sum: one pass over both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float AddWithProduct(Span<float> sum, ReadOnlySpan<float> row)
    {
        var width = Vector<float>.Count;
        var (first, second) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i + (2 * width) <= sum.Length; i += 2 * width)
        {
            var (a, c) = (new Vector<float>(sum[i..]), new Vector<float>(sum[(i + width)..]));
            var (b, d) = (new Vector<float>(row[i..]), new Vector<float>(row[(i + width)..]));
            first += a * b;
            second += c * d;
            (a + b).CopyTo(sum[i..]);
            (c + d).CopyTo(sum[(i + width)..]);
        }

        var product = Vector.Sum(first + second);
        for (; i < sum.Length; i++)
        {
            product += sum[i] * row[i];
            sum[i] += row[i];
        }

        return product;
    }

    /// <summary>factor row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(ReadOnlySpan<float> row, float factor, Span<float> scaled)
    {
        var width = Vector<float>.Count;
        var i = 0;
        for (; i + width <= row.Length; i += width) (new Vector<float>(row[i..]) * factor).CopyTo(scaled[i..]);
        for (; i < row.Length; i++) scaled[i] = row[i] * factor;
    }
}
