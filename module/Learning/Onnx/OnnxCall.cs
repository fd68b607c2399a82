using static TorchSharp.torch;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>What an operator gets: its node, the values of its inputs, and the type of the graph's float32.</summary>
/// <param name="Node">The node.</param>
/// <param name="Inputs">The inputs; null where one is left out.</param>
/// <param name="Setting">What all nodes of the network share.</param>
internal sealed record OnnxCall(OnnxNode Node, Tensor?[] Inputs, OnnxSetting Setting)
{
    /// <summary>The first input.</summary>
    public Tensor X => Input(0);

    /// <summary>An input that must be there.</summary>
    public Tensor Input(int index) => Optional(index) ?? throw OnnxFault.NodeFailed(Node, $"its input {index} is missing");

    /// <summary>An input, or null.</summary>
    public Tensor? Optional(int index) => index < Inputs.Length ? Inputs[index] : null;

    /// <summary>All inputs, none of them left out.</summary>
    public Tensor[] All() => [.. Enumerable.Range(0, Inputs.Length).Select(Input)];

    /// <summary>The values of an input of whole numbers.</summary>
    public long[] Integers(int index) => Optional(index) is { } values
        ? Values(values) ?? []
        : throw OnnxFault.NodeFailed(Node, $"its input {index} is missing");

    /// <summary>The values of an input of whole numbers, of an attribute in its place, or null.</summary>
    public long[]? Integers(int index, string attribute) =>
        Optional(index) is { } values ? Values(values) : Node.Ints(attribute);

    /// <summary>The values of an input of numbers, or null where it is left out or empty.</summary>
    public float[]? Numbers(int index)
    {
        if (Optional(index) is not { } values || values.numel() == 0) return null;
        using var held = values.detach().cpu().to_type(ScalarType.Float32).contiguous();
        return held.data<float>().ToArray();
    }

    /// <summary>An axis, counted from 0.</summary>
    /// <param name="axis">The axis; below 0 it counts from the last.</param>
    /// <param name="dimensions">The dimensions that there are.</param>
    public int Axis(long axis, long dimensions)
    {
        var counted = axis < 0 ? axis + dimensions : axis;
        return counted >= 0 && counted < dimensions
            ? (int)counted
            : throw OnnxFault.NodeFailed(Node, $"there is no axis {axis} of {dimensions}");
    }

    /// <summary>The type here of an element type of the format.</summary>
    public ScalarType TypeOf(long format)
    {
        var type = OnnxTensors.TypeOf(format) ?? throw NotCovered($"it makes values of the type {format}");
        return type == ScalarType.Float32 ? Setting.FloatType : type;
    }

    /// <summary>Refuses a value of that shape where it would not fit; the shape comes from the file.</summary>
    public void Bound(params ReadOnlySpan<long> lengths)
    {
        var bytes = (double)sizeof(float);
        foreach (var length in lengths) bytes *= Math.Max(0, length);
        if (bytes > Setting.MaximumBytes)
        {
            throw OnnxFault.NodeFailed(Node, $"its output of {string.Join(" x ", lengths.ToArray())} values is too large");
        }
    }

    /// <summary>Refuses two shapes whose common shape would not fit.</summary>
    public void BoundCommon(Tensor left, Tensor right)
    {
        var (longer, shorter) = left.dim() >= right.dim() ? (left.shape, right.shape) : (right.shape, left.shape);
        var common = (long[])longer.Clone();
        var shift = longer.Length - shorter.Length;
        for (var i = 0; i < shorter.Length; i++) common[i + shift] = Math.Max(common[i + shift], shorter[i]);
        Bound(common);
    }

    /// <summary>The fault of a setting without a twin.</summary>
    public Runtime.InputException NotCovered(string reason) => OnnxFault.NotCovered(Node, reason);

    private static long[] Values(Tensor values)
    {
        using var held = values.detach().cpu().to_type(ScalarType.Int64).contiguous();
        return held.data<long>().ToArray();
    }
}

/// <summary>What all nodes of a network share.</summary>
/// <param name="Opset">The version of the operators.</param>
/// <param name="FloatType">What float32 of the file is here.</param>
/// <param name="Device">Where the floats are.</param>
/// <param name="MaximumBytes">The most that one value may take.</param>
/// <param name="Tensors">Reads tensors of the file.</param>
internal sealed record OnnxSetting(int Opset, ScalarType FloatType, Device Device, double MaximumBytes, OnnxTensors Tensors)
{
    /// <summary>A tensor of the file: floats on the device, whole numbers on the CPU, where shapes are computed.</summary>
    public Tensor Constant(Format.TensorProto proto)
    {
        using var scope = NewDisposeScope();
        var read = Tensors.Read(proto);
        if (read.dtype == ScalarType.Float32) read = read.to_type(FloatType);
        return (read.is_floating_point() ? read.to(Device) : read).MoveToOuterDisposeScope();
    }
}
