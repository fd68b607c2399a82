using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The value of one tensor with the gradient of another: BPDA's forward pass f(x) with the backward pass of g(x). The value
/// is f(x) to the bit, which g(x) + (f(x) - g(x)) is not.
/// </summary>
internal sealed class ReplacedGradient : autograd.SingleTensorFunction<ReplacedGradient>
{
    public override string Name => nameof(ReplacedGradient);

    /// <summary>f(x), through which the gradient goes to g(x).</summary>
    /// <param name="value">f(x), without a graph.</param>
    /// <param name="standIn">g(x), of the same shape.</param>
    public static Tensor Of(Tensor value, Tensor standIn)
    {
        if (!value.shape.SequenceEqual(standIn.shape)) throw new ArgumentException("The stand-in has another shape.", nameof(standIn));
        return apply(standIn, value);
    }

    /// <summary>vars: g(x) and f(x).</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[1]).clone();

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output.alias(), null!];
}
