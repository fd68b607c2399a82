using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The codes of both sides of a product L R^T, by one rotation.</summary>
/// <param name="Left">Those of L.</param>
/// <param name="Right">Those of R; the same where L is R.</param>
internal sealed record CodedSides(CodedRows Left, CodedRows Right)
{
    // Half a unit in the last place of 1.
    private const float Unit = 1f / (1 << 24);

    private const int LargestPower = 20;

    /// <summary>
    /// Codes of rows with themselves, or of pairs (<see cref="OfPairs"/>); null where products of so many rows gain nothing by codes
    /// on this processor, where these do not fit, or where a value is none that has any.
    /// </summary>
    public static CodedSides? IfTheyPay(FeatureMatrix left, FeatureMatrix right, WorkContext context)
    {
        if (!CodedRows.Pay(right.Count, right.Dimension)) return null;
        if (!ReferenceEquals(left, right)) return OfPairs(left, right, ByteTile.Fastest, context);
        return CodedRows.TryOf(right, ByteTile.Fastest, context) is { } codes ? new CodedSides(codes, codes) : null;
    }

    /// <summary>
    /// Codes of rows [m, 1, w, b], L, and [w, b, m, 1], R, as learnt similarities have them; null for others. The product is
    /// m_i . w_j + w_i . m_j + b_i + b_j. The last two need no codes, and w a quarter as long with m four times as long, say, gives the
    /// same product with errors that are alike in both halves. The factor is a power of 2, so nothing is rounded.
    /// </summary>
    public static CodedSides? OfPairs(FeatureMatrix left, FeatureMatrix right, KernelPath path, WorkContext context)
    {
        var half = right.Dimension / 2;
        if (half < 2 || 2 * half != right.Dimension) return null;
        var (weights, means, largest) = (0.0, 0.0, 0f);
        for (var i = 0; i < right.Count; i++)
        {
            if ((i & 0xFFFF) == 0) context.ThrowIfCancelled();
            var row = right.Row(i);
            var other = left.Row(i);
            if (row[^1] != 1 || !other[..half].SequenceEqual(row[half..]) || !other[half..].SequenceEqual(row[..half])) return null;
            weights += Math.Sqrt(TensorPrimitives.SumOfSquares(row[..(half - 1)]));
            means += Math.Sqrt(TensorPrimitives.SumOfSquares(row[half..^1]));
            largest = MathF.Max(largest, MathF.Abs(row[half - 1]));
        }

        var power = Math.Round(0.5 * Math.Log2(weights / means));
        if (!(Math.Abs(power) <= LargestPower) || !float.IsFinite(largest)) return null;
        var factor = (float)Math.Pow(2, power);
        var length = 2 * (half - 1);
        var codes = CodedRows.TryOf(
            right.Count, length, (i, values) => Write(right.Row(i), values, values[(half - 1)..], factor), path, context);
        var others = codes is null ? null : CodedRows.TryOf(
            right.Count, length, (i, values) => Write(right.Row(i), values[(half - 1)..], values, factor), path, context);
        if (others is null) return null;

        // Up by what the float32 product, in whose chain b is, and a comparison with a floor may round.
        var rounding = 4 * Unit * (right.Dimension + 16);
        for (var i = 0; i < right.Count; i++)
        {
            var offset = right.Row(i)[half - 1];
            codes!.Offsets[i] = others.Offsets[i] = offset + (rounding * (MathF.Abs(offset) + largest));
        }

        return new CodedSides(others, codes!);
    }

    private static void Write(ReadOnlySpan<float> row, Span<float> weights, Span<float> mean, float factor)
    {
        var half = row.Length / 2;
        TensorPrimitives.Multiply(row[..(half - 1)], 1 / factor, weights);
        TensorPrimitives.Multiply(row[half..^1], factor, mean);
    }
}
