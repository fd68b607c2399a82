using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>Float64 values of an operator, with a copy in the type and on the device that was asked for last.</summary>
internal sealed class TensorTable : IDisposable
{
    private readonly Tensor _values;
    private Tensor? _copy;

    public TensorTable(double[] values, params long[] shape)
    {
        using var scope = NewDisposeScope();
        _values = tensor(values, ScalarType.Float64).view(shape).DetachFromDisposeScope();
    }

    /// <summary>The values in the type and on the device of another tensor; not the caller's to dispose.</summary>
    public Tensor For(Tensor like) => In(like.dtype, like.device);

    /// <summary>The values in a type and on a device; not the caller's to dispose.</summary>
    public Tensor In(ScalarType type, Device device)
    {
        if (_copy is null || _copy.dtype != type || _copy.device.ToString() != device.ToString())
        {
            _copy?.Dispose();
            _copy = _values.to(type, device, copy: true).DetachFromDisposeScope();
        }

        return _copy;
    }

    public void Dispose()
    {
        _copy?.Dispose();
        _values.Dispose();
    }
}
