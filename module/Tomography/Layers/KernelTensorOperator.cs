using System.Numerics;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>The CPU path: the kernels on the memory of float32 and float64 tensors.</summary>
internal sealed unsafe class KernelTensorOperator(
    Func<LinearOperator<float>> single, Func<LinearOperator<double>> exact, Func<WorkContext> work) : ITensorOperator
{
    private readonly Lazy<LinearOperator<float>> _single = new(single);
    private readonly Lazy<LinearOperator<double>> _exact = new(exact);

    public Tensor Apply(Tensor input) => input.dtype == ScalarType.Float64
        ? Run(input, _exact.Value, adjoint: false) : Run(input, _single.Value, adjoint: false);

    public Tensor ApplyAdjoint(Tensor output) => output.dtype == ScalarType.Float64
        ? Run(output, _exact.Value, adjoint: true) : Run(output, _single.Value, adjoint: true);

    public void Dispose()
    {
    }

    private Tensor Run<T>(Tensor from, LinearOperator<T> op, bool adjoint)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var source = from.contiguous();
        var count = (int)source.shape[0];
        var to = empty(count, adjoint ? op.InputLength : op.OutputLength, dtype: source.dtype);
        try
        {
            if (adjoint) op.ApplyAdjoint(Address<T>(source), Address<T>(to), count, work());
            else op.Apply(Address<T>(source), Address<T>(to), count, work());
        }
        catch
        {
            to.Dispose();
            throw;
        }

        GC.KeepAlive(source);
        return to;
    }

    private static T* Address<T>(Tensor tensor)
        where T : unmanaged =>
        (T*)tensor.storage<T>().data_ptr() + tensor.storage_offset();
}
