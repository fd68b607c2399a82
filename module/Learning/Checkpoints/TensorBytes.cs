using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>Tensors as archived bytes, and back; call after <see cref="Runtime.TorchBackend.EnsureLoaded"/>.</summary>
internal static class TensorBytes
{
    private static readonly (TensorElement Element, ScalarType Type)[] Types =
    [
        (TensorElement.Bool, ScalarType.Bool), (TensorElement.U8, ScalarType.Byte), (TensorElement.I8, ScalarType.Int8),
        (TensorElement.I16, ScalarType.Int16), (TensorElement.I32, ScalarType.Int32), (TensorElement.I64, ScalarType.Int64),
        (TensorElement.F16, ScalarType.Float16), (TensorElement.BF16, ScalarType.BFloat16),
        (TensorElement.F32, ScalarType.Float32), (TensorElement.F64, ScalarType.Float64),
    ];

    /// <summary>The tensor library's name of a type.</summary>
    public static ScalarType TypeOf(TensorElement element) => Types.First(pair => pair.Element == element).Type;

    /// <summary>A copy of the tensor's values.</summary>
    public static ArchivedTensor Archive(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = tensor.detach().cpu().contiguous();
        var element = Types.First(pair => pair.Type == tensor.dtype).Element;
        return new ArchivedTensor(name, element, tensor.shape, values.bytes.ToArray());
    }

    /// <summary>A new tensor on the CPU.</summary>
    public static Tensor Restore(ArchivedTensor archived)
    {
        var tensor = empty([.. archived.Shape], dtype: TypeOf(archived.Element));
        archived.Data.CopyTo(tensor.bytes);
        return tensor;
    }
}
