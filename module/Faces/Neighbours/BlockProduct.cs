using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>Takes row <paramref name="row"/> of a product; the values may be overwritten.</summary>
internal delegate void ProductRow(int row, Span<float> values);

/// <summary>
/// The product of two sets of rows, L R^T, a block of rows at a time: the matrix is never held whole. The blocks are
/// GEMMs of the tensor library on the context's device; the rows of a block are handed out in parallel.
/// </summary>
internal static class BlockProduct
{
    private const long BlockBytes = 96L << 20;

    /// <summary>Hands out each row i of L R^T, <c>values[j] = l_i . r_j</c>.</summary>
    /// <param name="left">The rows of L.</param>
    /// <param name="right">The rows of R, of the same length.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <param name="take">Called once a row, from several threads.</param>
    public static void ForEachRow(
        FeatureMatrix left, FeatureMatrix right, string activity, WorkContext context, ProductRow take)
    {
        TorchBackend.EnsureLoaded();
        Multiply(left, right, activity, context, take);
    }

    /// <summary>Rows a block, so that a block of the product stays below 96 MB.</summary>
    public static int BlockRows(int rightCount) =>
        (int)Math.Clamp(BlockBytes / sizeof(float) / Math.Max(1, rightCount), 1, 4096);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Multiply(
        FeatureMatrix left, FeatureMatrix right, string activity, WorkContext context, ProductRow take)
    {
        if (left.Count == 0 || right.Count == 0) return;
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var device = TensorDevice.Of(context.Device);
        var rows = Math.Min(left.Count, BlockRows(right.Count));
        var rightRows = Share(right).to(device);
        var transposed = rightRows.t();
        var leftRows = ReferenceEquals(left, right) ? rightRows : Share(left).to(device);
        var buffer = empty([rows, right.Count], ScalarType.Float32, device);
        var onCpu = device.type == DeviceType.CPU;
        for (var start = 0; start < left.Count; start += rows)
        {
            context.ThrowIfCancelled();
            var count = Math.Min(rows, left.Count - start);
            using var step = NewDisposeScope();
            var block = leftRows.narrow(0, start, count);
            var product = count == rows ? buffer : buffer.narrow(0, 0, count);
            product.addmm_(block, transposed, beta: 0, alpha: 1);
            HandOut(onCpu ? product : product.cpu(), start, count, right.Count, context, take);
            context.Report(activity, start + count, left.Count);
        }
    }

    private static unsafe void HandOut(
        Tensor product, int start, int count, int columns, WorkContext context, ProductRow take)
    {
        var first = (nint)((float*)product.storage<float>().data_ptr() + product.storage_offset());
        try
        {
            Parallel.For(0, count, context.Parallel, row =>
                take(start + row, new Span<float>((float*)first + ((long)row * columns), columns)));
        }
        catch (AggregateException faults) when (faults.InnerException is InputException fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        GC.KeepAlive(product);
    }

    // A tensor over the array itself.
    private static Tensor Share(FeatureMatrix rows) =>
        frombuffer(rows.Values, ScalarType.Float32).view(rows.Count, rows.Dimension);
}
