using System.Runtime.InteropServices;

namespace Thesis.Engine.Learning;

/// <summary>The element types of a safetensors file that are read here.</summary>
public enum TensorElement
{
    /// <summary>8-bit, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned 8-bit.</summary>
    U8,

    /// <summary>Signed 8-bit.</summary>
    I8,

    /// <summary>Signed 16-bit.</summary>
    I16,

    /// <summary>Signed 32-bit.</summary>
    I32,

    /// <summary>Signed 64-bit.</summary>
    I64,

    /// <summary>IEEE binary16.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,

    /// <summary>IEEE binary32.</summary>
    F32,

    /// <summary>IEEE binary64.</summary>
    F64,
}

/// <summary>A named tensor's bytes, little-endian, the last index fastest.</summary>
/// <param name="Name">The name as PyTorch's state_dict has it, such as <c>conv1.weight</c>.</param>
/// <param name="Element">The element type.</param>
/// <param name="Shape">The lengths of the dimensions; empty for a scalar.</param>
/// <param name="Data">As many bytes as type and shape ask for.</param>
public sealed record ArchivedTensor(string Name, TensorElement Element, IReadOnlyList<long> Shape, byte[] Data)
{
    /// <summary>A vector of float64.</summary>
    public static ArchivedTensor Of(string name, ReadOnlySpan<double> values) =>
        new(name, TensorElement.F64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Bytes of one element of a type.</summary>
    public static int SizeOf(TensorElement element) => element switch
    {
        TensorElement.Bool or TensorElement.U8 or TensorElement.I8 => 1,
        TensorElement.I16 or TensorElement.F16 or TensorElement.BF16 => 2,
        TensorElement.I32 or TensorElement.F32 => 4,
        _ => 8,
    };

    /// <summary>The values of a vector of float64.</summary>
    public double[] ToDoubles() => Element == TensorElement.F64
        ? MemoryMarshal.Cast<byte, double>(Data).ToArray()
        : throw new InvalidOperationException($"'{Name}' is of type {Element}, not F64.");
}

/// <summary>What a safetensors file holds: tensors by name, and metadata, texts by key.</summary>
public sealed class TensorArchive
{
    private readonly SortedDictionary<string, ArchivedTensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>The tensors, by ordinal order of their names.</summary>
    public IReadOnlyCollection<ArchivedTensor> Tensors => _tensors.Values;

    /// <summary>The metadata.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a tensor; its name must be new.</summary>
    public void Add(ArchivedTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _tensors.Add(tensor.Name, tensor);
    }

    /// <summary>The tensor of a name, or null.</summary>
    public ArchivedTensor? Find(string name) => _tensors.GetValueOrDefault(name);
}
