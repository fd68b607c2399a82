using static TorchSharp.torch;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Products of matrices.</summary>
internal static class LinearMaps
{
    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.One("MatMul", 1, "", MatMul),
        OnnxOperator.One("Gemm", 7, "alpha beta transA transB", Gemm),
        OnnxOperator.One("Einsum", 12, "equation", call => einsum(call.Node.Text("equation", ""), call.All())),
    ];

    private static Tensor MatMul(OnnxCall call)
    {
        var (a, b) = (call.X, call.Input(1));
        if (a.dim() >= 2 && b.dim() >= 2)
        {
            var stack = (a.dim() >= b.dim() ? a : b).shape[..^2];
            call.Bound([.. stack, a.shape[^2], b.shape[^1]]);
        }

        return a.matmul(b);
    }

    // alpha A' B' + beta C.
    private static Tensor Gemm(OnnxCall call)
    {
        var a = call.Node.Int("transA", 0) == 0 ? call.X : call.X.t();
        var b = call.Node.Int("transB", 0) == 0 ? call.Input(1) : call.Input(1).t();
        if (a.dim() != 2 || b.dim() != 2) throw OnnxFault.NodeFailed(call.Node, "its inputs are no matrices");
        call.Bound(a.shape[0], b.shape[1]);
        var (alpha, beta) = (call.Node.Float("alpha", 1), call.Node.Float("beta", 1));
        var product = a.mm(b);
        if (alpha != 1) product = product.mul(Held(alpha));
        if (call.Optional(2) is not { } c || beta == 0) return product;
        call.BoundCommon(product, c);
        return product.add(c, alpha: Held(beta));
    }
}
