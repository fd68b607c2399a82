using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Convolutions of one to three axes, and their transposes.</summary>
internal static class Convolutions
{
    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.One("Conv", 1, "auto_pad dilations group kernel_shape pads strides", Conv),
        OnnxOperator.One(
            "ConvTranspose", 1, "auto_pad dilations group kernel_shape output_padding output_shape pads strides", ConvTranspose),
    ];

    private static Tensor Conv(OnnxCall call)
    {
        var (weight, bias, groups) = (call.Input(1), call.Optional(2), call.Node.Int("group", 1));
        var windows = Windows.Of(call, weight.shape[2..]);
        var outputs = call.X.shape[2..].Select((length, axis) =>
            ((length + windows.Begins[axis] + windows.Ends[axis] - windows.Span(axis)) / windows.Strides[axis]) + 1);
        call.Bound([call.X.shape[0], weight.shape[0], .. outputs]);
        var input = call.X;
        if (!windows.IsSymmetric)
        {
            input = nn.functional.pad(input, windows.Pads());
            windows = windows with { Begins = new long[windows.Count], Ends = new long[windows.Count] };
        }

        var (strides, pads, dilations) = (windows.Strides, windows.Begins, windows.Dilations);
        return windows.Count switch
        {
            1 => nn.functional.conv1d(input, weight, bias, strides[0], pads[0], dilations[0], groups),
            2 => nn.functional.conv2d(input, weight, bias, strides, pads, dilations, groups),
            _ => nn.functional.conv3d(input, weight, bias, strides, pads, dilations, groups),
        };
    }

    // The whole transpose, then what the pads cut off or the output's padding adds, then the bias.
    private static Tensor ConvTranspose(OnnxCall call)
    {
        var (weight, groups) = (call.Input(1), call.Node.Int("group", 1));
        var windows = Windows.Of(call, weight.shape[2..]);
        var added = call.Node.Ints("output_padding") ?? new long[windows.Count];
        var (begins, ends) = Cuts(call, windows, added);
        var lengths = call.X.shape[2..].Select((length, axis) => Whole(windows, length, axis) - begins[axis] + ends[axis]);
        call.Bound([call.X.shape[0], weight.shape[1] * groups, .. lengths]);
        var (input, strides, dilations) = (call.X, windows.Strides, windows.Dilations);
        var zero = new long[windows.Count];
        var whole = windows.Count switch
        {
            1 => nn.functional.conv_transpose1d(input, weight, null, strides[0], 0, 0, dilations[0], groups),
            2 => nn.functional.conv_transpose2d(input, weight, null, strides, zero, zero, dilations, groups),
            _ => nn.functional.conv_transpose3d(input, weight, null, strides, zero, zero, dilations, groups),
        };
        var cut = nn.functional.pad(whole, Windows.Pads([.. begins.Select(begin => -begin)], ends));
        return call.Optional(2) is { } bias ? cut.Plus(bias.reshape([1, -1, .. Enumerable.Repeat(1L, windows.Count)])) : cut;
    }

    private static long Whole(Windows windows, long length, int axis) =>
        ((length - 1) * windows.Strides[axis]) + windows.Span(axis);

    // How much to cut off at the beginning, and to add (or, below 0, cut off) at the end.
    private static (long[] Begins, long[] Ends) Cuts(OnnxCall call, Windows windows, long[] added)
    {
        var automatic = call.Node.Text("auto_pad", "NOTSET");
        var same = automatic is "SAME_UPPER" or "SAME_LOWER";
        var wanted = call.Node.Ints("output_shape")?.TakeLast(windows.Count).ToArray();
        if (added.Length != windows.Count || (wanted is not null && wanted.Length != windows.Count))
        {
            throw OnnxFault.NodeFailed(call.Node, "its output_padding or output_shape does not fit its axes");
        }

        var (begins, ends) = ((long[])windows.Begins.Clone(), new long[windows.Count]);
        for (var axis = 0; axis < windows.Count; axis++)
        {
            ends[axis] = added[axis] - windows.Ends[axis];
            if (wanted is null && !same) continue;
            var length = call.X.shape[2 + axis];
            var total = Math.Max(
                0, Whole(windows, length, axis) + added[axis] - (wanted?[axis] ?? length * windows.Strides[axis]));
            begins[axis] = automatic == "SAME_UPPER" ? total / 2 : total - (total / 2);
            ends[axis] = added[axis] - (total - begins[axis]);
        }

        return (begins, ends);
    }
}
