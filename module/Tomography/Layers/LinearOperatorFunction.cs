using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// y = A x for gradients: the backward pass is the exact adjoint. An exception must not leave a backward pass, since it
/// would end the process; it is kept for the layer, and the gradient is NaN so that no training goes on with it.
/// </summary>
internal sealed class LinearOperatorFunction : autograd.SingleTensorFunction<LinearOperatorFunction>
{
    private const string LayerKey = "layer";
    private const string ShapeKey = "shape";

    public override string Name => nameof(LinearOperatorFunction);

    /// <summary>vars: the input [B, 1, ...] and the <see cref="OperatorLayer"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, layer) = ((Tensor)vars[0], (OperatorLayer)vars[1]);
        ctx.save_data(LayerKey, layer);
        ctx.save_data(ShapeKey, input.shape);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = input.contiguous().view(input.shape[0], -1);
        return layer.OperatorFor(input).Apply(rows).view(layer.OutputShape(input.shape[0])).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var layer = (OperatorLayer)ctx.get_data(LayerKey);
        var shape = (long[])ctx.get_data(ShapeKey);
        try
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            var rows = grad_output.contiguous().view(shape[0], -1);
            var gradient = layer.OperatorFor(grad_output).ApplyAdjoint(rows).view(shape);
            return [gradient.MoveToOuterDisposeScope(), null!];
        }
        catch (Exception fault)
        {
            layer.Fault ??= fault;
            return [full(shape, Held(double.NaN), dtype: grad_output.dtype, device: grad_output.device), null!];
        }
    }
}
