using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// All pairs of a symmetric product L R^T, each computed once: half the work of a <see cref="BlockProduct"/>. Nothing is
/// stored: as soon as a tile of products is made, whole vectors of it are compared with the floors of their rows and
/// columns, and only the pairs that reach one are handed on.
/// </summary>
internal static class SymmetricProduct
{
    /// <summary>Hands on each pair i &lt; j with <c>l_i . r_j</c> at or above the floor of i or of j.</summary>
    /// <param name="left">N rows, L.</param>
    /// <param name="right">N rows, R, with l_i . r_j = l_j . r_i but for rounding; of the two, l_i . r_j is computed.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <param name="sink">Takes the pairs.</param>
    public static void ForEachPair(
        FeatureMatrix left, FeatureMatrix right, string activity, WorkContext context, IPairSink sink)
    {
        var blocks = (left.Count + Block.Rows - 1) / Block.Rows;
        var done = 0;
        RowParallel.For(blocks, context, () => new Block(left, right, sink), (block, worker) =>
        {
            worker.Multiply(block * Block.Rows, context);
            context.Report(activity, Interlocked.Increment(ref done), blocks);
        });
    }

    // One thread's part: 64 rows of L, packed, against the rows of R from the same row on.
    private sealed unsafe class Block(FeatureMatrix left, FeatureMatrix right, IPairSink sink)
    {
        public const int Rows = 2 * PackedRows.PanelWidth;
        private const int Group = PackedRows.RowGroup;

        // Looks at the cancellation about every 10 ms.
        private const int RowsBetweenChecks = 1 << 14;

        private readonly PackedRows _packed = new(left.Dimension);
        private readonly float[] _tile = new float[Group * Rows];
        private readonly float[] _tail = new float[Group * left.Dimension];
        private readonly float[] _floors = new float[Rows];

        public void Multiply(int first, WorkContext context)
        {
            var dimension = left.Dimension;
            var count = Math.Min(Rows, left.Count - first);
            _packed.Pack(left.Values.AsSpan(first * dimension, count * dimension), count);
            for (var row = first; row < right.Count; row += Group)
            {
                if (((row - first) & (RowsBetweenChecks - 1)) == 0) context.ThrowIfCancelled();
                var group = Math.Min(Group, right.Count - row);
                _packed.Multiply(RowsOfRight(row, group), Group, 0, _tile);
                sink.Floors.AsSpan(first, count).CopyTo(_floors);
                Offer(first, count, row, group);
            }
        }

        // Whole groups from where they are; the last rows of all filled up with zeros.
        private ReadOnlySpan<float> RowsOfRight(int row, int group)
        {
            var values = right.Values.AsSpan(row * right.Dimension, group * right.Dimension);
            if (group == Group) return values;
            Array.Clear(_tail);
            values.CopyTo(_tail);
            return _tail;
        }

        private void Offer(int first, int count, int row, int group)
        {
            fixed (float* tile = _tile, floors = _floors)
            {
                for (var r = 0; r < group; r++)
                {
                    var column = row + r;
                    OfferLine(tile + (r * _packed.Columns), floors, first, Math.Min(count, column - first), column);
                }
            }
        }

        // The products of one row of R with the rows of L before it.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void OfferLine(float* products, float* floors, int first, int count, int column)
        {
            var own = Vector256.Create(sink.Floors[column]);
            for (var at = 0; at < count; at += Vector256<float>.Count)
            {
                var values = Vector256.Load(products + at);
                var reached = Vector256.GreaterThanOrEqual(values, own)
                    | Vector256.GreaterThanOrEqual(values, Vector256.Load(floors + at));
                var bits = reached.ExtractMostSignificantBits();
                while (bits != 0)
                {
                    var i = at + System.Numerics.BitOperations.TrailingZeroCount(bits);
                    bits &= bits - 1;
                    if (i < count) sink.Take(first + i, column, products[i]);
                }
            }
        }
    }
}
