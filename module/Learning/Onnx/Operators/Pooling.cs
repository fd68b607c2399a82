using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>The largest value, or the mean, of each window, or of a whole image.</summary>
internal static class Pooling
{
    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.One("MaxPool", 1, "auto_pad ceil_mode dilations kernel_shape pads storage_order strides", MaxPool),
        OnnxOperator.One(
            "AveragePool", 1, "auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides", AveragePool),
        OnnxOperator.One("GlobalAveragePool", 1, "", call => call.X.mean(Spatial(call.X), keepdim: true)),
        OnnxOperator.One("GlobalMaxPool", 1, "", call => call.X.amax(Spatial(call.X), keepdim: true)),
    ];

    private static long[] Spatial(Tensor x) => [.. Enumerable.Range(2, (int)x.dim() - 2).Select(axis => (long)axis)];

    private static Tensor MaxPool(OnnxCall call)
    {
        if (call.Node.Outputs.Skip(1).Any(name => name.Length > 0)) throw call.NotCovered("its indices are used");
        var windows = Reach(call, out _);
        var (input, axes) = Lifted(call.X, ref windows);
        // Half a window of padding at most is what the library pads by itself.
        var native = windows.IsSymmetric && Enumerable.Range(0, axes).All(axis => 2 * windows.Begins[axis] <= windows.Kernel[axis]);
        if (!native) input = nn.functional.pad(input, windows.Pads(), value: double.NegativeInfinity);
        var pads = native ? windows.Begins : new long[axes];
        var pooled = axes == 2
            ? nn.functional.max_pool2d(input, windows.Kernel, windows.Strides, pads, windows.Dilations)
            : nn.functional.max_pool3d(input, windows.Kernel, windows.Strides, pads, windows.Dilations);
        return Lowered(call, pooled);
    }

    // The sum over a window of zeros and values, by the number of places that count.
    private static Tensor AveragePool(OnnxCall call)
    {
        var windows = Reach(call, out var beyond);
        var includesPads = call.Node.Int("count_include_pad", 0) != 0;
        var (input, _) = Lifted(call.X, ref windows);
        if (windows.IsUnpadded) return Lowered(call, Mean(input, windows));
        var counted = ones_like(input.narrow(0, 0, 1).narrow(1, 0, 1));
        if (includesPads)
        {
            // The pads count; what a last window reaches beyond them does not.
            var inner = Enumerable.Range(0, windows.Count)
                .Select(axis => windows.Ends[axis] - (axis < beyond.Length ? beyond[axis] : 0)).ToArray();
            counted = nn.functional.pad(counted, Windows.Pads(windows.Begins, inner), value: 1);
            counted = nn.functional.pad(counted, Windows.Pads(new long[windows.Count], [.. windows.Ends.Zip(inner, (end, own) => end - own)]));
        }
        else
        {
            counted = nn.functional.pad(counted, windows.Pads());
        }

        return Lowered(call, Mean(nn.functional.pad(input, windows.Pads()), windows).div(Mean(counted, windows)));
    }

    // Over windows without padding; spread windows as a convolution of each channel.
    private static Tensor Mean(Tensor input, Windows windows)
    {
        if (windows.Dilations.All(dilation => dilation == 1))
        {
            return windows.Count == 2
                ? nn.functional.avg_pool2d(input, windows.Kernel, windows.Strides)
                : nn.functional.avg_pool3d(input, windows.Kernel, windows.Strides);
        }

        var channels = input.shape[1];
        var places = windows.Kernel.Aggregate(1L, (product, length) => product * length);
        var weight = full([channels, 1, .. windows.Kernel], Held(1.0 / places), input.dtype, input.device);
        return windows.Count == 2
            ? nn.functional.conv2d(input, weight, null, windows.Strides, new long[2], windows.Dilations, channels)
            : nn.functional.conv3d(input, weight, null, windows.Strides, new long[3], windows.Dilations, channels);
    }

    /// <summary>
    /// The windows with their padding at the end such that the last one ends there: with ceil_mode a last window may reach
    /// beyond, but must begin in the image or before it.
    /// </summary>
    private static Windows Reach(OnnxCall call, out long[] beyond)
    {
        var windows = Windows.Of(call, call.Node.Ints("kernel_shape") ?? []);
        beyond = new long[windows.Count];
        var ends = (long[])windows.Ends.Clone();
        var outputs = new long[windows.Count];
        for (var axis = 0; axis < windows.Count; axis++)
        {
            var (stride, length) = (windows.Strides[axis], call.X.shape[2 + axis]);
            var free = length + windows.Begins[axis] + windows.Ends[axis] - windows.Span(axis);
            if (free < 0) throw OnnxFault.NodeFailed(call.Node, "its window is larger than its input");
            outputs[axis] = (free / stride) + 1;
            if (call.Node.Int("ceil_mode", 0) == 0 || free % stride == 0) continue;
            if (outputs[axis] * stride >= length + windows.Begins[axis]) continue;
            beyond[axis] = stride - (free % stride);
            ends[axis] += beyond[axis];
            outputs[axis]++;
        }

        call.Bound([.. call.X.shape[..2], .. call.X.shape[2..].Select((length, axis) => length + windows.Begins[axis] + ends[axis])]);
        return windows with { Ends = ends };
    }

    // One axis becomes two, the second of length 1.
    private static (Tensor Input, int Axes) Lifted(Tensor x, ref Windows windows)
    {
        if (windows.Count > 1) return (x, windows.Count);
        windows = new Windows(
            [.. windows.Kernel, 1], [.. windows.Strides, 1], [.. windows.Dilations, 1], [.. windows.Begins, 0], [.. windows.Ends, 0]);
        return (x.unsqueeze(-1), 2);
    }

    private static Tensor Lowered(OnnxCall call, Tensor pooled) => call.X.dim() == 3 ? pooled.squeeze(-1) : pooled;
}
