using System.Collections;
using Razorvine.Pickle;

namespace Thesis.Engine.Learning;

/// <summary>
/// Reads the pickle of a state_dict: dictionaries, tensors and plain values. A pickle is a program that may name any
/// function; here it may name those of <see cref="Allowed"/>, which build values and nothing else. The name of any other
/// becomes an inert record of its name.
/// </summary>
internal sealed class PickledTensors : Unpickler
{
    // torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks), and what else state_dicts name.
    private static readonly (string Module, string Name, IObjectConstructor Constructor)[] Allowed =
    [
        ("collections", "OrderedDict", new Builder(_ => new PickledDictionary())),
        ("torch._utils", "_rebuild_tensor_v2", new Builder(PickledTensor.Of)),
        ("torch._utils", "_rebuild_parameter", new Builder(values => values[0])),
        .. new (string Name, TensorElement Element)[]
        {
            ("FloatStorage", TensorElement.F32), ("DoubleStorage", TensorElement.F64), ("HalfStorage", TensorElement.F16),
            ("BFloat16Storage", TensorElement.BF16), ("LongStorage", TensorElement.I64), ("IntStorage", TensorElement.I32),
            ("ShortStorage", TensorElement.I16), ("CharStorage", TensorElement.I8), ("ByteStorage", TensorElement.U8),
            ("BoolStorage", TensorElement.Bool),
        }.Select(pair => ("torch", pair.Name, (IObjectConstructor)new StorageType(pair.Element))),
    ];

    static PickledTensors()
    {
        foreach (var (module, name, constructor) in Allowed) registerConstructor(module, name, constructor);
    }

    /// <summary>A storage by its key: ('storage', type, key, device, count).</summary>
    protected override object persistentLoad(object pid) => pid is object[] { Length: >= 5 } parts && parts[1] is StorageType type
        ? new PickledStorage(type.Element, Convert.ToString(parts[2], System.Globalization.CultureInfo.InvariantCulture)!)
        : throw new PickleException("a storage is of an unknown type");

    private sealed class Builder(Func<object[], object> build) : IObjectConstructor
    {
        public object construct(object[] args) => build(args);
    }

    /// <summary>The name of a type of storage.</summary>
    private sealed class StorageType(TensorElement element) : IObjectConstructor
    {
        public TensorElement Element => element;

        public object construct(object[] args) => throw new PickleException("a storage is made, not named");
    }
}

/// <summary>A dictionary of Python; what is set on it beside its items is left alone.</summary>
internal sealed class PickledDictionary : Hashtable
{
    /// <summary>The library looks for this name.</summary>
#pragma warning disable CA1822, IDE1006, IDE0060 // The name and the signature are the library's.
    public void __setstate__(Hashtable state)
    {
    }
#pragma warning restore CA1822, IDE1006, IDE0060
}

/// <summary>A storage: an entry of the archive.</summary>
internal sealed record PickledStorage(TensorElement Element, string Key);

/// <summary>A tensor: a view of a storage. Nothing has been read yet.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Stride)
{
    /// <summary>From the arguments of PyTorch's function.</summary>
    public static object Of(object[] values) => values.Length >= 4 && values[0] is PickledStorage storage
        ? new PickledTensor(storage, Whole(values[1]), Lengths(values[2]), Lengths(values[3]))
        : throw new PickleException("a tensor has no storage");

    private static long[] Lengths(object values) => Array.ConvertAll((object[])values, Whole);

    private static long Whole(object value) => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);
}
