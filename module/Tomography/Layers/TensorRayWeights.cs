using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary><see cref="RayWeights{T}"/> by tensor operations.</summary>
internal sealed class TensorRayWeights(double[] factors) : ITensorOperator
{
    private readonly TensorTable _factors = new(factors, 1, factors.Length);

    public Tensor Apply(Tensor input) => input.view(-1, factors.Length) * _factors.For(input);

    public Tensor ApplyAdjoint(Tensor output) => Apply(output);

    public void Dispose() => _factors.Dispose();
}
