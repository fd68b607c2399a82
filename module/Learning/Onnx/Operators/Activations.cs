using TorchSharp.Modules;
using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Functions of one value.</summary>
internal static class Activations
{
    private const double SeluAlpha = 1.67326319217681884765625;
    private const double SeluGamma = 1.05070102214813232421875;

    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.Unary("Relu", x => x.relu()),
        OnnxOperator.Unary("Sigmoid", x => x.sigmoid()),
        OnnxOperator.Unary("Tanh", x => x.tanh()),
        OnnxOperator.Unary("Softsign", x => x.div(x.abs().Plus(Held(1)))),
        OnnxOperator.Unary("Softplus", Softplus),
        OnnxOperator.Unary("Mish", x => Softplus(x).tanh().mul(x)),
        OnnxOperator.Unary("HardSwish", x => nn.functional.hardswish(x)),
        OnnxOperator.One("LeakyRelu", 1, "alpha", call => call.X.leaky_relu(Held(call.Node.Float("alpha", 0.01)))),
        OnnxOperator.One("Elu", 1, "alpha", call => call.X.elu(Held(call.Node.Float("alpha", 1)), Held(1), Held(1))),
        OnnxOperator.One("Celu", 12, "alpha", Celu),
        OnnxOperator.One("Selu", 1, "alpha gamma", call => call.X.elu(
            Held(call.Node.Float("alpha", SeluAlpha)), Held(call.Node.Float("gamma", SeluGamma)), Held(1))),
        OnnxOperator.One("HardSigmoid", 1, "alpha beta", call => call.X
            .mul(Held(call.Node.Float("alpha", 0.2))).Plus(Held(call.Node.Float("beta", 0.5))).clamp(Held(0), Held(1))),
        OnnxOperator.One("ThresholdedRelu", 10, "alpha", call => call.X
            .mul(call.X.gt(Held(call.Node.Float("alpha", 1))).to_type(call.X.dtype))),
        OnnxOperator.One("Swish", 24, "alpha", call => call.X.mul(call.X.mul(Held(call.Node.Float("alpha", 1))).sigmoid())),
        OnnxOperator.One("Gelu", 20, "approximate", Gelu),
        OnnxOperator.One("PRelu", 7, "", PRelu),
        OnnxOperator.One("Clip", 6, "min max", call => Clip(
            call.X, call.Node.Has("min") ? call.Node.Float("min", 0) : null, call.Node.Has("max") ? call.Node.Float("max", 0) : null)),
        OnnxOperator.One("Clip", 11, "", call => Clip(call.X, Limit(call, 1), Limit(call, 2))),
        OnnxOperator.One("Softmax", 1, "axis", call => AsMatrix(call, x => x.softmax(1))),
        OnnxOperator.One("Softmax", 13, "axis", call => call.X.softmax(call.Axis(call.Node.Int("axis", -1), call.X.dim()))),
        OnnxOperator.One("LogSoftmax", 1, "axis", call => AsMatrix(call, x => x.log_softmax(1))),
        OnnxOperator.One("LogSoftmax", 13, "axis", call =>
            call.X.log_softmax(call.Axis(call.Node.Int("axis", -1), call.X.dim()))),
    ];

    // log(exp(x) + exp(0)), which overflows nowhere.
    private static Tensor Softplus(Tensor x) => x.logaddexp(zeros_like(x));

    private static Tensor Celu(OnnxCall call)
    {
        var alpha = call.Node.Float("alpha", 1);
        return call.X.elu(Held(alpha), Held(1), Held(1 / alpha));
    }

    private static Tensor Gelu(OnnxCall call) => call.Node.Text("approximate", "none") switch
    {
        "none" => call.X.gelu(GELU.Approximate.none),
        "tanh" => call.X.gelu(GELU.Approximate.tanh),
        var other => throw call.NotCovered($"its approximation is {OnnxFault.Quoted(other)}"),
    };

    // Below zero and at it the slope counts, as in PyTorch's gradient.
    private static Tensor PRelu(OnnxCall call)
    {
        call.BoundCommon(call.X, call.Input(1));
        return where(call.X.gt(Held(0)), call.X, call.X.mul(call.Input(1)));
    }

    private static double? Limit(OnnxCall call, int index)
    {
        if (call.Optional(index) is not { } limit) return null;
        using var value = limit.to_type(ScalarType.Float64).reshape(-1).cpu();
        return value.numel() == 1 ? value.data<double>()[0] : throw OnnxFault.NodeFailed(call.Node, "a limit is no single number");
    }

    private static Tensor Clip(Tensor x, double? low, double? high)
    {
        var clipped = low is { } least ? x.clamp_min(Held(least)) : x.alias();
        return high is { } most ? clipped.clamp_max(Held(most)) : clipped;
    }

    // Before operator set 13: the axes from this one on are one.
    private static Tensor AsMatrix(OnnxCall call, Func<Tensor, Tensor> run)
    {
        var axis = call.Axis(call.Node.Int("axis", 1), call.X.dim());
        var rows = call.X.shape.Take(axis).Aggregate(1L, (product, length) => product * length);
        return run(call.X.reshape(rows, -1)).reshape(call.X.shape);
    }
}
