namespace Thesis.Engine.Learning.Onnx;

/// <summary>
/// How a window moves over the axes of an image: what Conv, ConvTranspose and the poolings share. A window of one axis is
/// that of two whose second has the length 1.
/// </summary>
internal sealed record Windows(long[] Kernel, long[] Strides, long[] Dilations, long[] Begins, long[] Ends)
{
    /// <summary>The number of axes.</summary>
    public int Count => Kernel.Length;

    /// <summary>Whether nothing is added before or after.</summary>
    public bool IsUnpadded => Begins.All(pad => pad == 0) && Ends.All(pad => pad == 0);

    /// <summary>Whether the same is added before and after.</summary>
    public bool IsSymmetric => Begins.SequenceEqual(Ends);

    /// <summary>Reads the attributes; automatic padding is made explicit for the input's lengths.</summary>
    /// <param name="call">The node, with an input of N x C x axes.</param>
    /// <param name="kernel">The lengths of the window.</param>
    public static Windows Of(OnnxCall call, long[] kernel)
    {
        var axes = (int)call.X.dim() - 2;
        if (axes is < 1 or > 3) throw call.NotCovered($"its input has {call.X.dim()} dimensions");
        var windows = new Windows(
            Lengths(call, kernel, axes, "kernel_shape"), Lengths(call, call.Node.Ints("strides") ?? Ones(axes), axes, "strides"),
            Lengths(call, call.Node.Ints("dilations") ?? Ones(axes), axes, "dilations"), new long[axes], new long[axes]);
        return windows.Padded(call, axes);
    }

    /// <summary>The span of the window along an axis.</summary>
    public long Span(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;

    /// <summary>The pads of all axes from the last on, as the tensor library wants them.</summary>
    public long[] Pads() => Pads(Begins, Ends);

    /// <summary>Pads of all axes from the last on.</summary>
    public static long[] Pads(long[] begins, long[] ends)
    {
        var pads = new List<long>();
        for (var axis = begins.Length - 1; axis >= 0; axis--) pads.AddRange([begins[axis], ends[axis]]);
        return [.. pads];
    }

    private Windows Padded(OnnxCall call, int axes)
    {
        var kind = call.Node.Text("auto_pad", "NOTSET");
        if (kind is "VALID") return this;
        if (kind is "SAME_UPPER" or "SAME_LOWER") return Same(call.X.shape[2..], kind == "SAME_UPPER");
        if (kind is not "NOTSET") throw call.NotCovered($"its padding is {OnnxFault.Quoted(kind)}");
        var pads = call.Node.Ints("pads") ?? new long[2 * axes];
        if (pads.Length != 2 * axes || pads.Any(pad => pad is < 0 or > int.MaxValue))
        {
            throw OnnxFault.NodeFailed(call.Node, "its pads do not fit its axes");
        }

        return this with { Begins = pads[..axes], Ends = pads[axes..] };
    }

    // As many windows as strides begin in the input; an odd pad goes to the end, or to the beginning.
    private Windows Same(long[] lengths, bool upper)
    {
        var (less, more) = (new long[Count], new long[Count]);
        for (var axis = 0; axis < Count; axis++)
        {
            var outputs = (lengths[axis] + Strides[axis] - 1) / Strides[axis];
            var total = Math.Max(0, ((outputs - 1) * Strides[axis]) + Span(axis) - lengths[axis]);
            (less[axis], more[axis]) = (total / 2, total - (total / 2));
        }

        return this with { Begins = upper ? less : more, Ends = upper ? more : less };
    }

    private static long[] Ones(int axes) => [.. Enumerable.Repeat(1L, axes)];

    private static long[] Lengths(OnnxCall call, long[] lengths, int axes, string what) =>
        lengths.Length == axes && lengths.All(length => length is >= 1 and <= int.MaxValue)
            ? lengths
            : throw OnnxFault.NodeFailed(call.Node, $"its {what} do not fit its {axes} axes");
}
