using System.Runtime.InteropServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using DataType = Thesis.Engine.Learning.Onnx.Format.TensorProto.Types.DataType;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>
/// The tensors of a file as tensors here. A tensor must hold as many bytes as its shape and type ask for, before any memory
/// is taken for it.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class OnnxTensors(string path)
{
    private static readonly (DataType Format, ScalarType Type)[] Types =
    [
        (DataType.Float, ScalarType.Float32), (DataType.Double, ScalarType.Float64), (DataType.Float16, ScalarType.Float16),
        (DataType.Bfloat16, ScalarType.BFloat16), (DataType.Int64, ScalarType.Int64), (DataType.Int32, ScalarType.Int32),
        (DataType.Int16, ScalarType.Int16), (DataType.Int8, ScalarType.Int8), (DataType.Uint8, ScalarType.Byte),
        (DataType.Bool, ScalarType.Bool),
    ];

    /// <summary>The type here of a type of the format, or null.</summary>
    public static ScalarType? TypeOf(long format)
    {
        var known = Array.FindIndex(Types, pair => (long)pair.Format == format);
        return known < 0 ? null : Types[known].Type;
    }

    /// <summary>A new tensor on the CPU.</summary>
    /// <exception cref="InputException"><c>OnnxInvalid</c>, <c>OnnxOperatorUncovered</c>, <c>MemoryInsufficient</c>.</exception>
    public Tensor Read(TensorProto proto)
    {
        var type = TypeOf(proto.DataType) ?? throw new InputException(
            OnnxFault.Uncovered, FaultKind.NotSupported,
            $"The tensor {OnnxFault.Quoted(proto.Name)} of '{path}' is of type {(DataType)proto.DataType}, which is not covered.",
            path);
        var bytes = Length(proto, type);
        var values = Bytes(proto, bytes);
        var tensor = empty([.. proto.Dims], dtype: type);
        values.CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>The file of external data that a tensor names, which must lie in the model's folder; null for none.</summary>
    /// <exception cref="InputException"><c>OnnxInvalid</c>.</exception>
    public string? ExternalFile(TensorProto proto)
    {
        if (proto.DataLocation != TensorProto.Types.DataLocation.External) return null;
        var location = Entry(proto, "location") ?? throw Invalid(proto, "names no file of its external data");
        var folder = Path.GetFullPath(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = Path.GetFullPath(Path.Combine(folder, location));
        var inside = location.Length > 0 && !Path.IsPathRooted(location)
            && file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (!inside) throw Invalid(proto, $"names external data outside of the model's folder, {OnnxFault.Quoted(location)}");
        for (var part = file; part.Length > folder.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null) throw Invalid(proto, $"names external data through a link, {OnnxFault.Quoted(location)}");
        }

        return File.Exists(file) ? file : throw Invalid(proto, $"names external data that is not there, {OnnxFault.Quoted(location)}");
    }

    private long Length(TensorProto proto, ScalarType type)
    {
        if (proto.Dims.Count > 16) throw Invalid(proto, $"has {proto.Dims.Count} dimensions");
        if (proto.Dims.Contains(0)) return 0;
        var bytes = (long)type.ElementSize();
        foreach (var length in proto.Dims)
        {
            // Division, since a product of lying lengths would overflow.
            if (length < 0 || length > Array.MaxLength / bytes) throw Invalid(proto, $"has a length of {length}, or over 2 GiB");
            bytes *= length;
        }

        return bytes;
    }

    private ReadOnlySpan<byte> Bytes(TensorProto proto, long length)
    {
        var values = proto switch
        {
            _ when ExternalFile(proto) is { } file => External(proto, file, length),
            { HasRawData: true } => proto.RawData.Span,
            { FloatData.Count: > 0 } when Is(proto, DataType.Float) => Of(proto.FloatData.ToArray()),
            { DoubleData.Count: > 0 } when Is(proto, DataType.Double) => Of(proto.DoubleData.ToArray()),
            { Int64Data.Count: > 0 } when Is(proto, DataType.Int64) => Of(proto.Int64Data.ToArray()),
            { Int32Data.Count: > 0 } when Is(proto, DataType.Int32) => Of(proto.Int32Data.ToArray()),
            { Int32Data.Count: > 0 } when Is(proto, DataType.Int16, DataType.Float16, DataType.Bfloat16) =>
                Of(Array.ConvertAll(proto.Int32Data.ToArray(), value => (short)value)),
            { Int32Data.Count: > 0 } when Is(proto, DataType.Int8, DataType.Uint8, DataType.Bool) =>
                Of(Array.ConvertAll(proto.Int32Data.ToArray(), value => (byte)value)),
            _ => [],
        };
        return values.Length == length ? values : throw Invalid(proto, $"has {values.Length} bytes; its shape asks for {length}");
    }

    private byte[] External(TensorProto proto, string file, long length)
    {
        var (offset, given) = (Number(proto, "offset", 0), Number(proto, "length", length));
        using var stream = InputFile.Open(file);
        if (given != length || offset < 0 || offset > stream.Length - length)
        {
            throw Invalid(proto, $"has external data of {given} bytes at {offset} of {stream.Length}; its shape asks for {length}");
        }

        InputFile.RequireMemory(2 * length, path);
        var values = new byte[length];
        return InputFile.Guard(file, () =>
        {
            stream.Position = offset;
            stream.ReadExactly(values);
            return values;
        });
    }

    private long Number(TensorProto proto, string key, long absent)
    {
        if (Entry(proto, key) is not { } text) return absent;
        return long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Invalid(proto, $"has external data whose {key} is {OnnxFault.Quoted(text)}");
    }

    private static string? Entry(TensorProto proto, string key) =>
        proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static bool Is(TensorProto proto, params ReadOnlySpan<DataType> types) => types.Contains((DataType)proto.DataType);

    private static ReadOnlySpan<byte> Of<T>(T[] values)
        where T : struct => MemoryMarshal.AsBytes(values.AsSpan());

    private InputException Invalid(TensorProto proto, string reason) =>
        OnnxFault.File(path, $"its tensor {OnnxFault.Quoted(proto.Name)} {reason}");
}
