using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// All pairs of a symmetric product L R^T, each computed once: half the work of a <see cref="BlockProduct"/>. Nothing is
/// stored: as soon as a tile of products is made, whole vectors of it are compared with the floors of their rows and
/// columns, and only the pairs that reach one are handed on. Many rows go by their codes first
/// (<see cref="CodedPairs"/>), which leaves few products to be made; the pairs and their bytes are the same.
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
        FeatureMatrix left, FeatureMatrix right, string activity, WorkContext context, IPairSink sink) => ForEachPair(
        left, right, CodedSides.IfTheyPay(left, right, context), activity, context, sink);

    /// <summary>The same, with codes of the rows.</summary>
    /// <param name="left">N rows, L.</param>
    /// <param name="right">N rows, R.</param>
    /// <param name="codes">The codes of both; null for none.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <param name="sink">Takes the pairs.</param>
    public static void ForEachPair(
        FeatureMatrix left, FeatureMatrix right, CodedSides? codes, string activity, WorkContext context, IPairSink sink)
    {
        var rows = codes is null ? BlockRows(left, context.Threads) : CodedPairs.BlockRows(left.Count, context.Threads);
        var blocks = (left.Count + rows - 1) / rows;
        var done = 0;
        RowParallel.For(
            blocks, context,
            () => codes is null
                ? (IPairBlock)new FloatPairs(left, right, rows, sink)
                : new CodedPairs(left, right, codes, rows, sink),
            (block, worker) =>
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
}
