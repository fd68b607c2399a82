using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// All pairs of a symmetric product L R^T, each computed once: half the work of a <see cref="BlockProduct"/>. Nothing is
/// stored: as soon as a tile of products is made, whole vectors of it are compared with the floors of their rows and
/// columns, and only the pairs that reach one are handed on.
/// </summary>
internal static class SymmetricProduct
{
    private const int CacheBytes = 384 << 10;
    private const int LeastPanels = 2;
    private const int MostPanels = 8;
    private const int BlocksPerThread = 8;

    /// <summary>Hands on each pair i &lt; j with <c>l_i . r_j</c> at or above the floor of i or of j.</summary>
    /// <param name="left">N rows, L.</param>
    /// <param name="right">N rows, R, with l_i . r_j = l_j . r_i but for rounding; of the two, l_i . r_j is computed.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <param name="sink">Takes the pairs.</param>
    public static void ForEachPair(
        FeatureMatrix left, FeatureMatrix right, string activity, WorkContext context, IPairSink sink)
    {
        var rows = BlockRows(left, context.Threads);
        var blocks = (left.Count + rows - 1) / rows;
        var done = 0;
        RowParallel.For(blocks, context, () => new Block(left, right, rows, sink), (block, worker) =>
        {
            worker.Multiply(block * rows, context);
            context.Report(activity, Interlocked.Increment(ref done), blocks);
        });
    }

    // As many as stay in the second cache, so that a row of R that comes from memory serves all of them, and as leave
    // every thread its share.
    private static int BlockRows(FeatureMatrix left, int threads)
    {
        var fitting = CacheBytes / (left.Dimension * sizeof(float));
        var fair = left.Count / (BlocksPerThread * Math.Max(1, threads));
        return Math.Clamp(Math.Min(fitting, fair) / PackedRows.PanelWidth, LeastPanels, MostPanels) * PackedRows.PanelWidth;
    }

    // One thread's part: some rows of L, packed, against the rows of R from the same row on.
    private sealed unsafe class Block(FeatureMatrix left, FeatureMatrix right, int rows, IPairSink sink)
    {
        private const int Group = PackedRows.RowGroup;

        // Looks at the cancellation about every 10 ms.
        private const int ProductsBetweenChecks = 1 << 20;

        // Compared with the floors at once.
        private const int Line = 32;

        private readonly PackedRows _packed = new(left.Dimension);
        private readonly float[] _tile = new float[Group * rows];
        private readonly float[] _tail = new float[Group * left.Dimension];
        private readonly float[] _floors = new float[rows];

        public void Multiply(int first, WorkContext context)
        {
            var dimension = left.Dimension;
            var count = Math.Min(rows, left.Count - first);
            _packed.Pack(left.Values.AsSpan(first * dimension, count * dimension), count);
            var products = 0;
            for (var row = first; row < right.Count; row += Group)
            {
                if ((products -= Group * count) < 0)
                {
                    products = ProductsBetweenChecks;
                    context.ThrowIfCancelled();
                }

                var group = Math.Min(Group, right.Count - row);
                var panels = Math.Min(_packed.Panels, ((row + group - first - 1) / PackedRows.PanelWidth) + 1);
                _packed.Multiply(RowsOfRight(row, group), Group, 0, panels, _tile);
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

        // The products of one row of R with the rows of L before it, by lines; hardly any line holds one to hand on.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void OfferLine(float* products, float* floors, int first, int count, int column)
        {
            var own = Vector256.Create(sink.Floors[column]);
            for (var at = 0; at < count; at += Line)
            {
                var (a, b) = (Reached(products + at, floors + at, own), Reached(products + at + 8, floors + at + 8, own));
                var (c, d) = (Reached(products + at + 16, floors + at + 16, own), Reached(products + at + 24, floors + at + 24, own));
                if (((a | b) | (c | d)) == Vector256<float>.Zero) continue;
                var bits = a.ExtractMostSignificantBits() | (b.ExtractMostSignificantBits() << 8)
                    | (c.ExtractMostSignificantBits() << 16) | (d.ExtractMostSignificantBits() << 24);
                while (bits != 0)
                {
                    var i = at + System.Numerics.BitOperations.TrailingZeroCount(bits);
                    bits &= bits - 1;
                    if (i < count) sink.Take(first + i, column, products[i]);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Reached(float* products, float* floors, Vector256<float> own) =>
            Vector256.GreaterThanOrEqual(Vector256.Load(products), Vector256.MinNative(own, Vector256.Load(floors)));
    }
}
