using System.Numerics;
using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A factor for every ray of a sinogram [views, bins]. It is its own adjoint.</summary>
internal sealed unsafe class RayWeights<T>(IReadOnlyList<double> factors) : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _factors = [.. factors.Select(T.CreateTruncating)];

    public override int InputLength => _factors.Length;

    public override int OutputLength => _factors.Length;

    private protected override void ApplyOne(T* input, T* output, WorkContext work) => TensorPrimitives.Multiply<T>(
        new ReadOnlySpan<T>(input, InputLength), _factors, new Span<T>(output, OutputLength));

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work) => ApplyOne(output, input, work);
}
