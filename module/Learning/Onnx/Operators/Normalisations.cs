using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Normalisations by means and variances.</summary>
internal static class Normalisations
{
    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.One("BatchNormalization", 9, "epsilon momentum", BatchNormalization),
        OnnxOperator.One("BatchNormalization", 14, "epsilon momentum training_mode", BatchNormalization),
        OnnxOperator.One("InstanceNormalization", 6, "epsilon", call => nn.functional.instance_norm(
            call.X, weight: call.Input(1), bias: call.Input(2), eps: call.Node.Float("epsilon", 1e-5))),
        OnnxOperator.One("LayerNormalization", 17, "axis epsilon stash_type", LayerNormalization),
        OnnxOperator.One("GroupNormalization", 18, "epsilon num_groups", call => GroupNormalization(call, isOfGroups: true)),
        OnnxOperator.One("GroupNormalization", 21, "epsilon num_groups stash_type", call => GroupNormalization(call, isOfGroups: false)),
        OnnxOperator.One("RMSNormalization", 23, "axis epsilon stash_type", RootMeanSquare),
        OnnxOperator.One("LRN", 1, "alpha beta bias size", LocalResponse),
        OnnxOperator.One("LpNormalization", 1, "axis p", LpNormalization),
    ];

    private static Tensor BatchNormalization(OnnxCall call)
    {
        if (call.Node.Int("training_mode", 0) != 0) throw call.NotCovered("it is in training mode");
        RequireOneOutput(call);
        return nn.functional.batch_norm(
            call.X, call.Input(3), call.Input(4), call.Input(1), call.Input(2), training: false,
            eps: call.Node.Float("epsilon", 1e-5));
    }

    private static Tensor LayerNormalization(OnnxCall call)
    {
        RequireOneOutput(call);
        var axis = call.Axis(call.Node.Int("axis", -1), call.X.dim());
        var normalised = nn.functional.layer_norm(call.X, call.X.shape[axis..], eps: call.Node.Float("epsilon", 1e-5));
        var scaled = normalised.mul(call.Input(1));
        return call.Optional(2) is { } bias ? scaled.Plus(bias) : scaled;
    }

    private static Tensor RootMeanSquare(OnnxCall call)
    {
        var axis = call.Axis(call.Node.Int("axis", -1), call.X.dim());
        long[] axes = [.. Enumerable.Range(axis, (int)call.X.dim() - axis).Select(one => (long)one)];
        var mean = call.X.mul(call.X).mean(axes, keepdim: true).Plus(Held(call.Node.Float("epsilon", 1e-5)));
        return call.X.div(mean.sqrt()).mul(call.Input(1));
    }

    // Scale and bias are of the groups before operator set 21, of the channels from there on.
    private static Tensor GroupNormalization(OnnxCall call, bool isOfGroups)
    {
        var (groups, channels) = (call.Node.Int("num_groups", 0), call.X.shape[1]);
        if (groups < 1 || channels % groups != 0) throw OnnxFault.NodeFailed(call.Node, $"{channels} channels are no {groups} groups");
        var (scale, bias) = (call.Input(1), call.Input(2));
        if (isOfGroups) (scale, bias) = (scale.repeat_interleave(channels / groups), bias.repeat_interleave(channels / groups));
        return nn.functional.group_norm(call.X, groups, scale, bias, call.Node.Float("epsilon", 1e-5));
    }

    // x / (bias + alpha / size sum x^2)^beta over neighbouring channels.
    private static Tensor LocalResponse(OnnxCall call)
    {
        var size = call.Node.Int("size", 0);
        if (size is < 1 or > 1 << 16) throw OnnxFault.NodeFailed(call.Node, $"its size is {size}");
        var flat = call.X.mul(call.X).reshape(call.X.shape[0], 1, call.X.shape[1], -1);
        var padded = nn.functional.pad(flat, [0, 0, (size - 1) / 2, size / 2]);
        var mean = nn.functional.avg_pool2d(padded, [size, 1], [1L, 1L]).reshape(call.X.shape);
        var scale = mean.mul(Held(call.Node.Float("alpha", 1e-4))).Plus(Held(call.Node.Float("bias", 1)));
        return call.X.div(scale.pow(Held(call.Node.Float("beta", 0.75))));
    }

    private static Tensor LpNormalization(OnnxCall call)
    {
        long[] axis = [call.Axis(call.Node.Int("axis", -1), call.X.dim())];
        return call.Node.Int("p", 2) switch
        {
            1 => call.X.div(call.X.abs().sum(axis, keepdim: true)),
            2 => call.X.div(call.X.mul(call.X).sum(axis, keepdim: true).sqrt()),
            var p => throw call.NotCovered($"its p is {p}"),
        };
    }

    private static void RequireOneOutput(OnnxCall call)
    {
        if (call.Node.Outputs.Skip(1).Any(name => name.Length > 0)) throw call.NotCovered("its statistics are used");
    }
}
