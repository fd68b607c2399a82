using System.Runtime.ExceptionServices;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A linear operator of a scan as a layer without parameters, batched, float32 or float64: by the CPU kernels where the
/// tensor is on the CPU, by tensor operations elsewhere. The gradient is the operator's exact adjoint. Call
/// <see cref="TorchBackend.EnsureLoaded"/> before a layer is made.
/// </summary>
public abstract class OperatorLayer : nn.Module<Tensor, Tensor>
{
    private readonly Lazy<ITensorOperator> _kernels;
    private readonly Lazy<ITensorOperator> _tensors;
    private readonly (int Rows, int Columns) _inputSide;
    private readonly (int Rows, int Columns) _outputSide;

    private protected OperatorLayer(
        string name,
        (int Rows, int Columns) from,
        (int Rows, int Columns) to,
        Func<LinearOperator<float>> single,
        Func<LinearOperator<double>> exact,
        Func<ITensorOperator> tensors)
        : base(name)
    {
        (_inputSide, _outputSide) = (from, to);
        _kernels = new Lazy<ITensorOperator>(() => new KernelTensorOperator(single, exact, () => Work));
        _tensors = new Lazy<ITensorOperator>(tensors);
    }

    /// <summary>Threads and cancellation of the CPU kernels.</summary>
    public WorkContext Work { get; set; } = WorkContext.Default;

    /// <summary>Whether tensor operations are used on the CPU too, to compare them with the kernels.</summary>
    internal bool TensorsOnly { get; init; }

    /// <summary>What went wrong in a backward pass, whose gradient is NaN then.</summary>
    internal Exception? Fault { get; set; }

    /// <summary>[B, 1, rows, columns] to [B, 1, rows, columns].</summary>
    /// <exception cref="InputException"><c>TensorShapeMismatch</c>: another shape or element type.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ThrowIfFaulted();
        var shape = input.shape;
        var typed = input.dtype is ScalarType.Float32 or ScalarType.Float64;
        if (!typed || shape is not [> 0, 1, var rows, var columns] || (rows, columns) != _inputSide)
        {
            throw new InputException(
                "TensorShapeMismatch", FaultKind.InvalidArgument,
                $"The tensor is {input.dtype} [{string.Join(", ", shape)}]; {GetName()} takes float32 or float64 "
                + $"[B, 1, {_inputSide.Rows}, {_inputSide.Columns}].");
        }

        return LinearOperatorFunction.apply(input, this);
    }

    /// <summary>
    /// Throws what went wrong in a backward pass since the last call, a cancellation included; call it after the pass.
    /// </summary>
    public void ThrowIfFaulted()
    {
        if (Fault is not { } fault) return;
        Fault = null;
        ExceptionDispatchInfo.Throw(fault);
    }

    internal ITensorOperator OperatorFor(Tensor tensor) =>
        TensorsOnly || tensor.device_type != DeviceType.CPU ? _tensors.Value : _kernels.Value;

    internal long[] OutputShape(long batch) => [batch, 1, _outputSide.Rows, _outputSide.Columns];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _tensors.IsValueCreated) _tensors.Value.Dispose();
        base.Dispose(disposing);
    }
}
