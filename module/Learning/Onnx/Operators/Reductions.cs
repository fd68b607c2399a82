using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Sums, means, norms and extremes over axes. The axes are an attribute first, an input later.</summary>
internal static class Reductions
{
    private const int AxesAreInput = 18;

    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        .. Reduction("ReduceMean", AxesAreInput, (x, axes, keep) => x.mean(axes, keepdim: keep)),
        .. Reduction("ReduceSum", 13, (x, axes, keep) => x.sum(axes, keepdim: keep)),
        .. Reduction("ReduceMax", AxesAreInput, (x, axes, keep) => x.amax(axes, keepdim: keep)),
        .. Reduction("ReduceMin", AxesAreInput, (x, axes, keep) => x.amin(axes, keepdim: keep)),
        .. Reduction("ReduceProd", AxesAreInput, Product),
        .. Reduction("ReduceL1", AxesAreInput, (x, axes, keep) => x.abs().sum(axes, keepdim: keep)),
        .. Reduction("ReduceL2", AxesAreInput, (x, axes, keep) => x.mul(x).sum(axes, keepdim: keep).sqrt()),
        .. Reduction("ReduceSumSquare", AxesAreInput, (x, axes, keep) => x.mul(x).sum(axes, keepdim: keep)),
        .. Reduction("ReduceLogSum", AxesAreInput, (x, axes, keep) => x.sum(axes, keepdim: keep).log()),
        .. Reduction("ReduceLogSumExp", AxesAreInput, LogSumExp),
        OnnxOperator.One("ArgMax", 1, "axis keepdims", Argmax),
        OnnxOperator.One("ArgMax", 12, "axis keepdims select_last_index", Argmax),
    ];

    private static OnnxOperator[] Reduction(string name, int inputSince, Func<Tensor, long[], bool, Tensor> run) =>
    [
        OnnxOperator.One(name, 1, "axes keepdims", call => Run(call, call.Node.Ints("axes"), run)),
        OnnxOperator.One(name, inputSince, "keepdims noop_with_empty_axes", call =>
            Run(call, call.Optional(1) is null ? null : call.Integers(1), run)),
    ];

    private static Tensor Run(OnnxCall call, long[]? axes, Func<Tensor, long[], bool, Tensor> run)
    {
        var none = axes is null or { Length: 0 };
        if (none && call.Node.Int("noop_with_empty_axes", 0) != 0) return call.X.alias();
        var dimensions = call.X.dim();
        long[] chosen = none
            ? [.. Enumerable.Range(0, (int)dimensions).Select(axis => (long)axis)]
            : [.. axes!.Select(axis => (long)call.Axis(axis, dimensions))];
        if (chosen.Length == 0) return call.X.alias();
        return run(call.X, chosen, call.Node.Int("keepdims", 1) != 0).to_type(call.X.dtype);
    }

    private static Tensor Product(Tensor x, long[] axes, bool keep)
    {
        foreach (var axis in axes.OrderDescending()) x = x.prod(axis, keep);
        return x;
    }

    // Less the largest first, so that nothing overflows.
    private static Tensor LogSumExp(Tensor x, long[] axes, bool keep)
    {
        var largest = x.amax(axes, keepdim: true).detach();
        var sum = x.sub(largest).exp().sum(axes, keepdim: true).log().Plus(largest);
        if (keep) return sum;
        foreach (var axis in axes.OrderDescending()) sum = sum.squeeze(axis);
        return sum;
    }

    private static Tensor Argmax(OnnxCall call)
    {
        if (call.Node.Int("select_last_index", 0) != 0) throw call.NotCovered("it takes the last of equal values");
        return call.X.argmax(call.Axis(call.Node.Int("axis", 0), call.X.dim()), call.Node.Int("keepdims", 1) != 0);
    }
}
