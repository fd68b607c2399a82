using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Takes row <paramref name="row"/> of a product; the values may be overwritten.</summary>
internal delegate void ProductRow(int row, Span<float> values);

/// <summary>
/// The product of two sets of rows, L R^T, handed out row by row: the matrix is never held whole. On the CPU each thread
/// keeps a few rows of L packed and lets the rows of R stream by, so nothing is copied and no native library is needed,
/// and a value depends on its two rows alone. On a GPU the blocks are products of the tensor library.
/// </summary>
internal static class BlockProduct
{
    // Rows of L a thread takes at once: each row of R that comes from memory serves all of them.
    private const int WideBlock = 2 * PackedRows.PanelWidth;
    private const long BufferBytes = 256L << 20;

    /// <summary>Hands out each row i of L R^T, <c>values[j] = l_i . r_j</c>.</summary>
    /// <param name="left">The rows of L.</param>
    /// <param name="right">The rows of R, of the same length.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <param name="take">Called once a row, from several threads.</param>
    public static void ForEachRow(
        FeatureMatrix left, FeatureMatrix right, string activity, WorkContext context, ProductRow take)
    {
        if (left.Count == 0 || right.Count == 0) return;
        if (TensorProduct.IsFor(context))
        {
            TensorProduct.ForEachRow(left, right, activity, context, take);
            return;
        }

        var rows = BlockRows(left.Count, right.Count, context.Threads);
        var blocks = (left.Count + rows - 1) / rows;
        var done = 0;
        RowParallel.For(blocks, context, () => new StreamedBlock(rows, right), (block, kernel) =>
        {
            var first = block * rows;
            var count = Math.Min(rows, left.Count - first);
            kernel.Multiply(left, first, count, 0, context);
            for (var row = 0; row < count; row++) take(first + row, kernel.Products(row));
            context.Report(activity, Interlocked.Add(ref done, count), left.Count);
        });
    }

    /// <summary>
    /// Hands out each row i of the symmetric product X X^T from its diagonal on, <c>values[j] = x_i . x_(i + j)</c>, on the
    /// CPU: little more than half of the work.
    /// </summary>
    /// <param name="rows">The rows of X.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <param name="take">Called once a row, from several threads.</param>
    public static void ForEachUpperRow(FeatureMatrix rows, string activity, WorkContext context, ProductRow take)
    {
        var height = BlockRows(rows.Count, rows.Count, context.Threads);
        var blocks = (rows.Count + height - 1) / height;
        var done = 0;
        RowParallel.For(blocks, context, () => new StreamedBlock(height, rows), (block, kernel) =>
        {
            var first = block * height;
            var count = Math.Min(height, rows.Count - first);
            kernel.Multiply(rows, first, count, first, context);
            for (var row = first; row < first + count; row++) take(row, kernel.Products(row - first)[row..]);
            context.Report(activity, Interlocked.Add(ref done, count), rows.Count);
        });
    }

    // Few rows are shared among the threads; many are taken 64 at a time, or 32 where the buffers would be too large.
    private static int BlockRows(int leftCount, int rightCount, int threads) =>
        leftCount <= threads * PackedRows.PanelWidth || (long)WideBlock * rightCount * sizeof(float) * threads > BufferBytes
            ? PackedRows.PanelWidth
            : WideBlock;
}
