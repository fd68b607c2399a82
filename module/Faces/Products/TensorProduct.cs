using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>The product of two sets of rows on a GPU: blocks of rows by the tensor library's GEMM.</summary>
internal static class TensorProduct
{
    private const long BlockBytes = 96L << 20;

    /// <summary>Whether the context's device is a GPU, or is <c>auto</c> and there is one.</summary>
    public static bool IsFor(WorkContext context)
    {
        if (context.Device.Kind == ComputeDeviceKind.Cpu) return false;
        TorchBackend.EnsureLoaded();
        return IsGpu(context);
    }

    /// <summary>Hands out each row of L R^T, computed on the context's device.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ForEachRow(
        FeatureMatrix left, FeatureMatrix right, string activity, WorkContext context, ProductRow take) =>
        ForEachRow(left, right, TensorDevice.Of(context.Device), activity, context, take);

    /// <summary>Hands out each row of L R^T, computed on a device; the backend must be loaded.</summary>
    public static void ForEachRow(
        FeatureMatrix left, FeatureMatrix right, Device device, string activity, WorkContext context, ProductRow take)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = (int)Math.Clamp(BlockBytes / sizeof(float) / right.Count, 1, left.Count);
        var rightRows = Share(right).to(device);
        var leftRows = ReferenceEquals(left, right) ? rightRows : Share(left).to(device);
        var transposed = rightRows.t();
        for (var start = 0; start < left.Count; start += rows)
        {
            context.ThrowIfCancelled();
            var count = Math.Min(rows, left.Count - start);
            using var step = NewDisposeScope();
            HandOut(leftRows.narrow(0, start, count).mm(transposed).cpu(), start, count, right.Count, context, take);
            context.Report(activity, start + count, left.Count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsGpu(WorkContext context) => TensorDevice.Of(context.Device).type != DeviceType.CPU;

    private static unsafe void HandOut(
        Tensor product, int start, int count, int columns, WorkContext context, ProductRow take)
    {
        var first = (nint)((float*)product.storage<float>().data_ptr() + product.storage_offset());
        RowParallel.For(count, context, row =>
            take(start + row, new Span<float>((float*)first + ((long)row * columns), columns)));
        GC.KeepAlive(product);
    }

    // A tensor over the array itself.
    private static Tensor Share(FeatureMatrix rows) =>
        frombuffer(rows.Values, ScalarType.Float32, (long)rows.Count * rows.Dimension).view(rows.Count, rows.Dimension);
}
