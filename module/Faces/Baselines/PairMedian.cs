using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The exact median of all pairs of a symmetric matrix, without sorting them: by the bits of the values.</summary>
internal static class PairMedian
{
    private const int Bits = 16;

    /// <summary>The median of s(i, k), k above i; the mean of the middle two where their number is even.</summary>
    public static double Of(SquareMatrix matrix, WorkContext context)
    {
        var pairs = (long)matrix.Count * (matrix.Count - 1) / 2;
        var upper = ValueAt(matrix, pairs / 2, context);
        return pairs % 2 == 1 ? upper : ((double)upper + ValueAt(matrix, (pairs / 2) - 1, context)) / 2;
    }

    // The value with so many below it: its upper bits by a count of all, then its lower ones by a count of those alike.
    private static float ValueAt(SquareMatrix matrix, long below, WorkContext context)
    {
        var upper = Bucket(Count(matrix, key => (int)(key >> Bits), context), ref below);
        var lower = Bucket(
            Count(matrix, key => key >> Bits == (uint)upper ? (int)(key & ((1 << Bits) - 1)) : -1, context), ref below);
        var key = ((uint)upper << Bits) | (uint)lower;
        var bits = (int)key ^ int.MinValue;
        return BitConverter.Int32BitsToSingle(bits ^ ((bits >> 31) & int.MaxValue));
    }

    private static long[] Count(SquareMatrix matrix, Func<uint, int> bucket, WorkContext context)
    {
        var total = new long[1 << Bits];
        var gate = new Lock();
        Parallel.For(0, matrix.Count, context.Parallel, () => new long[1 << Bits], (i, _, counts) =>
        {
            foreach (var value in matrix.Row(i)[(i + 1)..])
            {
                // As SimilarityKey has it: bits in the order of the floats.
                var bits = BitConverter.SingleToInt32Bits(value + 0f);
                var key = (uint)(bits ^ ((bits >> 31) & int.MaxValue) ^ int.MinValue);
                if (bucket(key) is var at && at >= 0) counts[at]++;
            }

            return counts;
        }, counts =>
        {
            lock (gate)
            {
                for (var at = 0; at < counts.Length; at++) total[at] += counts[at];
            }
        });
        return total;
    }

    private static int Bucket(long[] counts, ref long below)
    {
        for (var at = 0; ; at++)
        {
            if (below < counts[at]) return at;
            below -= counts[at];
        }
    }
}
