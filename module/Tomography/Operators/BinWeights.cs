using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A factor for every bin, the same in all views. It is its own adjoint.</summary>
internal sealed unsafe class BinWeights<T>(int views, IReadOnlyList<double> factors) : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _factors = [.. factors.Select(T.CreateTruncating)];

    public override int InputLength => views * _factors.Length;

    public override int OutputLength => views * _factors.Length;

    private protected override void ApplyOne(T* input, T* output, WorkContext work)
    {
        for (var i = 0; i < InputLength; i++) output[i] = _factors[i % _factors.Length] * input[i];
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work) => ApplyOne(output, input, work);
}
