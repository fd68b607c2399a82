using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// <see cref="WinogradConvolution"/> with gradients, once: that of the input is the convolution with the weights turned about and
/// inputs and outputs exchanged. An exception must not leave a backward pass, since it would end the process; gradients are NaN then.
/// </summary>
internal sealed class WinogradFunction : autograd.SingleTensorFunction<WinogradFunction>
{
    public override string Name => nameof(WinogradFunction);

    /// <summary>vars: the input [B, C, H, W] and the weights [K, C, 3, 3].</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([input, weight]);
        using var guard = no_grad();
        using var filter = WinogradConvolution.Filter(weight);
        return WinogradConvolution.Apply(input, filter, (int)weight.shape[0]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (input, weight) = (saved[0], saved[1]);
        try
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var filter = WinogradConvolution.Filter(weight.flip(2, 3).transpose(0, 1));
            var inputs = WinogradConvolution.Apply(grad_output, filter, (int)weight.shape[1]);
            return
            [
                inputs.MoveToOuterDisposeScope(),
                WinogradConvolution.WeightGradient(input, grad_output).MoveToOuterDisposeScope(),
            ];
        }
        catch (Exception)
        {
            return [full(input.shape, Held(double.NaN)), full(weight.shape, Held(double.NaN))];
        }
    }
}
