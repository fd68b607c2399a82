using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Arithmetic and comparisons of one, two and more values, which are broadcast to a common shape.</summary>
internal static class Arithmetic
{
    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.Unary("Sqrt", x => x.sqrt()),
        OnnxOperator.Unary("Exp", x => x.exp()),
        OnnxOperator.Unary("Log", x => x.log()),
        OnnxOperator.Unary("Neg", x => x.neg()),
        OnnxOperator.Unary("Abs", x => x.abs()),
        OnnxOperator.Unary("Erf", x => x.erf()),
        OnnxOperator.Unary("Sin", x => x.sin()),
        OnnxOperator.Unary("Cos", x => x.cos()),
        OnnxOperator.Unary("Floor", x => x.floor()),
        OnnxOperator.Unary("Ceil", x => x.ceil()),
        OnnxOperator.Unary("Round", x => x.round()),
        OnnxOperator.Unary("Sign", x => x.sign()),
        OnnxOperator.Unary("Reciprocal", x => x.reciprocal()),
        OnnxOperator.Unary("Not", x => x.logical_not()),
        Binary("Add", 7, (a, b) => a.Plus(b)),
        Binary("Sub", 7, (a, b) => a.sub(b)),
        Binary("Mul", 7, (a, b) => a.mul(b)),
        Binary("Div", 7, Divide),
        Binary("Pow", 7, Power),
        Binary("Equal", 7, (a, b) => a.eq(b)),
        Binary("Greater", 7, (a, b) => a.gt(b)),
        Binary("GreaterOrEqual", 12, (a, b) => a.ge(b)),
        Binary("Less", 7, (a, b) => a.lt(b)),
        Binary("LessOrEqual", 12, (a, b) => a.le(b)),
        Binary("And", 7, (a, b) => a.logical_and(b)),
        Binary("Or", 7, (a, b) => a.logical_or(b)),
        Many("Min", (a, b) => a.minimum(b)),
        Many("Max", (a, b) => a.maximum(b)),
        Many("Sum", (a, b) => a.Plus(b)),
        OnnxOperator.One("Mean", 8, "", call => Fold(call, (a, b) => a.Plus(b)).div(Held(call.Inputs.Length))),
        OnnxOperator.One("Where", 9, "", Where),
    ];

    private static OnnxOperator Binary(string name, int since, Func<Tensor, Tensor, Tensor> run) =>
        OnnxOperator.One(name, since, "", call =>
        {
            call.BoundCommon(call.X, call.Input(1));
            return run(call.X, call.Input(1));
        });

    private static OnnxOperator Many(string name, Func<Tensor, Tensor, Tensor> run) =>
        OnnxOperator.One(name, 8, "", call => Fold(call, run));

    private static Tensor Fold(OnnxCall call, Func<Tensor, Tensor, Tensor> run) => call.All().Aggregate((a, b) =>
    {
        call.BoundCommon(a, b);
        return run(a, b);
    });

    // Whole numbers are divided towards zero.
    private static Tensor Divide(Tensor a, Tensor b) =>
        a.is_floating_point() ? a.div(b) : a.div(b, RoundingMode.trunc);

    // The result has the type of the base.
    private static Tensor Power(Tensor a, Tensor b)
    {
        if (a.is_floating_point() && !b.requires_grad && b.numel() == 1) return a.pow(Held(b.to_type(ScalarType.Float64).item<double>()));
        return a.pow(b).to_type(a.dtype);
    }

    private static Tensor Where(OnnxCall call)
    {
        var (chosen, other) = (call.Input(1), call.Input(2));
        call.BoundCommon(chosen, other);
        call.BoundCommon(call.X, chosen.dim() >= other.dim() ? chosen : other);
        return where(call.X, chosen, other);
    }
}
