using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Shapes and their changes, which leave every value as it is.</summary>
internal static class Shapes
{
    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.Unary("Identity", x => x.alias()),
        OnnxOperator.One("Dropout", 7, "ratio", Dropout),
        OnnxOperator.One("Dropout", 12, "seed", Dropout),
        OnnxOperator.One("Reshape", 5, "", Reshape),
        OnnxOperator.One("Reshape", 14, "allowzero", Reshape),
        OnnxOperator.One("Flatten", 1, "axis", Flatten),
        OnnxOperator.One("Transpose", 1, "perm", Transpose),
        OnnxOperator.One("Squeeze", 1, "axes", call => Squeeze(call, call.Node.Ints("axes"))),
        OnnxOperator.One("Squeeze", 13, "", call => Squeeze(call, call.Optional(1) is null ? null : call.Integers(1))),
        OnnxOperator.One("Unsqueeze", 1, "axes", call => Unsqueeze(call, call.Node.Ints("axes") ?? [])),
        OnnxOperator.One("Unsqueeze", 13, "", call => Unsqueeze(call, call.Integers(1))),
        OnnxOperator.One("Expand", 8, "", Expand),
        OnnxOperator.One("Tile", 6, "", Tile),
        OnnxOperator.One("DepthToSpace", 1, "blocksize", DepthToSpace),
        OnnxOperator.One("DepthToSpace", 11, "blocksize mode", DepthToSpace),
        OnnxOperator.One("SpaceToDepth", 1, "blocksize", SpaceToDepth),
        OnnxOperator.One("Shape", 1, "", call => Whole(call.X.shape)),
        OnnxOperator.One("Shape", 15, "end start", Shape),
        OnnxOperator.One("Size", 1, "", call => tensor(call.X.numel(), ScalarType.Int64)),
        OnnxOperator.One("Cast", 6, "to", Cast),
        OnnxOperator.One("Cast", 19, "saturate to", Cast),
        OnnxOperator.One("Cast", 24, "round_mode saturate to", Cast),
        OnnxOperator.One("CastLike", 15, "saturate", call => call.X.to_type(call.Input(1).dtype)),
        OnnxOperator.One("Constant", 1, "value", Constant),
        OnnxOperator.One("Constant", 12, "value value_float value_floats value_int value_ints", Constant),
        OnnxOperator.One("ConstantOfShape", 9, "value", ConstantOfShape),
        OnnxOperator.One("Range", 11, "", Range),
    ];

    // In use it drops nothing; its mask, where a graph wants it, says so.
    private static Tensor Dropout(OnnxCall call)
    {
        if (call.Optional(2) is { } training && training.to_type(ScalarType.Bool).any().item<bool>()) throw call.NotCovered("it is in training mode");
        if (call.Node.Outputs.Skip(1).Any(name => name.Length > 0)) throw call.NotCovered("its mask is used");
        return call.X.alias();
    }

    private static Tensor Reshape(OnnxCall call)
    {
        var lengths = call.Integers(1);
        var keepsZero = call.Node.Int("allowzero", 0) != 0;
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] != 0 || keepsZero) continue;
            lengths[axis] = axis < call.X.dim() ? call.X.shape[axis] : throw OnnxFault.NodeFailed(call.Node, $"there is no axis {axis} to keep");
        }

        return call.X.reshape(lengths);
    }

    private static Tensor Flatten(OnnxCall call)
    {
        var axis = call.Node.Int("axis", 1);
        var split = axis == call.X.dim() ? (int)axis : call.Axis(axis, call.X.dim());
        return call.X.reshape(Product(call.X.shape[..split]), Product(call.X.shape[split..]));
    }

    private static Tensor Transpose(OnnxCall call) =>
        call.X.permute(call.Node.Ints("perm") ?? [.. Enumerable.Range(0, (int)call.X.dim()).Reverse().Select(axis => (long)axis)]);

    private static Tensor Squeeze(OnnxCall call, long[]? axes)
    {
        var lengths = call.X.shape;
        var dropped = axes?.Select(axis => call.Axis(axis, lengths.Length)).ToArray()
            ?? [.. Enumerable.Range(0, lengths.Length).Where(axis => lengths[axis] == 1)];
        if (dropped.Any(axis => lengths[axis] != 1)) throw OnnxFault.NodeFailed(call.Node, "an axis that it drops is not of length 1");
        return call.X.reshape([.. lengths.Where((_, axis) => !dropped.Contains(axis))]);
    }

    private static Tensor Unsqueeze(OnnxCall call, long[] axes)
    {
        var dimensions = call.X.dim() + axes.Length;
        var added = axes.Select(axis => call.Axis(axis, dimensions)).Distinct().Order().ToArray();
        if (added.Length != axes.Length) throw OnnxFault.NodeFailed(call.Node, "it adds an axis twice");
        var lengths = call.X.shape.ToList();
        foreach (var axis in added) lengths.Insert(axis, 1);
        return call.X.reshape([.. lengths]);
    }

    private static Tensor Expand(OnnxCall call)
    {
        var wanted = call.Integers(1);
        var dimensions = Math.Max(wanted.Length, (int)call.X.dim());
        long[] own = [.. Enumerable.Repeat(1L, dimensions - (int)call.X.dim()), .. call.X.shape];
        long[] asked = [.. Enumerable.Repeat(1L, dimensions - wanted.Length), .. wanted];
        long[] lengths = [.. own.Zip(asked, (length, other) => length == 1 ? other : length)];
        if (asked.Zip(lengths).Any(pair => pair.First != 1 && pair.First != pair.Second)) throw OnnxFault.NodeFailed(call.Node, "its shapes do not fit");
        call.Bound(lengths);
        return call.X.expand(lengths);
    }

    private static Tensor Tile(OnnxCall call)
    {
        var repeats = call.Integers(1);
        if (repeats.Length != call.X.dim() || repeats.Any(count => count < 0)) throw OnnxFault.NodeFailed(call.Node, "its repeats do not fit");
        call.Bound([.. call.X.shape.Zip(repeats, (length, count) => length * (double)count > long.MaxValue ? long.MaxValue : length * count)]);
        return call.X.repeat(repeats);
    }

    private static Tensor DepthToSpace(OnnxCall call)
    {
        var (n, c, h, w, block) = Block(call, call.X);
        var depth = c / (block * block);
        var split = call.Node.Text("mode", "DCR") switch
        {
            "DCR" => call.X.reshape(n, block, block, depth, h, w).permute(0, 3, 4, 1, 5, 2),
            "CRD" => call.X.reshape(n, depth, block, block, h, w).permute(0, 1, 4, 2, 5, 3),
            var mode => throw call.NotCovered($"its mode is {OnnxFault.Quoted(mode)}"),
        };
        return split.reshape(n, depth, h * block, w * block);
    }

    private static Tensor SpaceToDepth(OnnxCall call)
    {
        var (n, c, h, w, block) = Block(call, call.X);
        return call.X.reshape(n, c, h / block, block, w / block, block).permute(0, 3, 5, 1, 2, 4)
            .reshape(n, c * block * block, h / block, w / block);
    }

    private static (long N, long C, long H, long W, long Block) Block(OnnxCall call, Tensor x)
    {
        var block = call.Node.Int("blocksize", 0);
        if (x.dim() != 4 || block is < 1 or > 1 << 16) throw OnnxFault.NodeFailed(call.Node, $"its block of {block} does not fit its input");
        return (x.shape[0], x.shape[1], x.shape[2], x.shape[3], block);
    }

    private static Tensor Shape(OnnxCall call)
    {
        var dimensions = call.X.dim();
        var (start, end) = (At(call.Node.Int("start", 0)), At(call.Node.Int("end", dimensions)));
        return Whole(start < end ? call.X.shape[start..end] : []);

        int At(long place) => (int)Math.Clamp(place < 0 ? place + dimensions : place, 0, dimensions);
    }

    private static Tensor Cast(OnnxCall call) => call.X.to_type(call.TypeOf(call.Node.Int("to", 0)));

    private static Tensor Constant(OnnxCall call)
    {
        var node = call.Node;
        if (node.Tensor("value") is { } value) return call.Setting.Constant(value);
        if (node.Ints("value_ints") is { } whole) return Whole(whole);
        if (node.Has("value_int")) return tensor(node.Int("value_int", 0), ScalarType.Int64);
        if (node.Floats("value_floats") is { } numbers) return tensor(numbers).to(call.Setting.FloatType, call.Setting.Device);
        if (node.Has("value_float")) return tensor(node.Float("value_float", 0), call.Setting.FloatType, call.Setting.Device);
        throw OnnxFault.NodeFailed(node, "it has no value");
    }

    private static Tensor ConstantOfShape(OnnxCall call)
    {
        var lengths = call.Integers(0);
        if (lengths.Any(length => length < 0)) throw OnnxFault.NodeFailed(call.Node, "a length is below 0");
        call.Bound(lengths);
        if (call.Node.Tensor("value") is not { } proto) return zeros(lengths, call.Setting.FloatType, call.Setting.Device);
        var value = call.Setting.Constant(proto);
        if (value.numel() != 1) throw OnnxFault.NodeFailed(call.Node, "its value is no single number");
        return value.reshape([.. lengths.Select(_ => 1L)]).expand(lengths).clone();
    }

    private static Tensor Range(OnnxCall call)
    {
        double At(int index) => call.Input(index).to_type(ScalarType.Float64).item<double>();
        var (start, limit, step) = (At(0), At(1), At(2));
        var count = Math.Max(0, Math.Ceiling((limit - start) / step));
        if (!double.IsFinite(count)) throw OnnxFault.NodeFailed(call.Node, "its range has no end");
        call.Bound((long)Math.Min(count, long.MaxValue / 2));
        var places = arange(Held(0L), Held((long)count), Held(1L), ScalarType.Int64);
        return call.X.is_floating_point()
            ? places.to(call.X.dtype, call.X.device).mul(Held(step)).Plus(Held(start))
            : places.mul(Held((long)step)).Plus(Held((long)start)).to_type(call.X.dtype);
    }

    private static Tensor Whole(long[] values) => tensor(values, [values.Length], ScalarType.Int64);

    private static long Product(long[] lengths) => lengths.Aggregate(1L, (product, length) => product * length);
}
