using System.Globalization;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>Where one tensor's bytes lie, counted from the end of the header.</summary>
internal readonly record struct TensorRange(string Name, TensorElement Element, long[] Shape, long Start, long End);

/// <summary>
/// Reads the header of a safetensors file: one JSON object that maps each name to <c>dtype</c>, <c>shape</c> and
/// <c>data_offsets</c>, and <c>__metadata__</c> to texts. Whatever is not exactly that is refused.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const int MaximumDimensions = 16;
    private const string MetadataKey = "__metadata__";

    private readonly string _path;

    private SafetensorsHeader(string path) => _path = path;

    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public List<TensorRange> Tensors { get; } = [];

    /// <summary>Reads the JSON text of a header.</summary>
    /// <param name="json">The bytes between the length and the data.</param>
    /// <param name="dataLength">The bytes after the header; the tensors must fill them without a gap or an overlap.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="InputException"><c>SafetensorsHeaderInvalid</c>, <c>SafetensorsOffsetsInvalid</c>.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string path)
    {
        var header = new SafetensorsHeader(path);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            header.ReadRoot(ref reader);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw header.Invalid($"its JSON is broken: {Printable.Reason(fault)}", fault);
        }

        header.CheckRanges(dataLength);
        return header;
    }

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            if (!names.Add(name)) throw Invalid($"the name '{Printable.Text(name)}' stands twice");
            if (name == MetadataKey) ReadMetadata(ref reader);
            else Tensors.Add(ReadTensor(ref reader, name));
        }

        if (reader.Read()) throw Invalid("text follows after the object");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String);
            if (!Metadata.TryAdd(key, reader.GetString()!)) throw Invalid($"the metadata '{Printable.Text(key)}' stand twice");
        }
    }

    private TensorRange ReadTensor(ref Utf8JsonReader reader, string name)
    {
        TensorElement? element = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            switch (reader.GetString())
            {
                case "dtype" when element is null: element = ReadElement(ref reader, name); break;
                case "shape" when shape is null: shape = ReadNumbers(ref reader, name); break;
                case "data_offsets" when offsets is null: offsets = ReadNumbers(ref reader, name); break;
                default: throw Invalid($"tensor '{Printable.Text(name)}' has an unknown key, or one twice");
            }
        }

        return element is null || shape is null || offsets is not { Length: 2 }
            ? throw Invalid($"tensor '{Printable.Text(name)}' lacks dtype, shape or two data_offsets")
            : new TensorRange(name, element.Value, shape, offsets[0], offsets[1]);
    }

    private TensorElement ReadElement(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.String);
        var text = reader.GetString()!;
        foreach (var element in Enum.GetValues<TensorElement>())
        {
            if (SafetensorsFile.NameOf(element) == text) return element;
        }

        throw new InputException(
            SafetensorsFile.TypeUnsupported, FaultKind.NotSupported,
            $"Tensor '{Printable.Text(name)}' of '{_path}' has the dtype '{Printable.Text(text)}', which is not read.", _path);
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        var numbers = new List<long>();
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0
                || numbers.Count == MaximumDimensions)
            {
                throw Invalid($"tensor '{Printable.Text(name)}' has a length or offset that is none, or too many");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private void CheckRanges(long dataLength)
    {
        var end = 0L;
        foreach (var tensor in Tensors.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End))
        {
            var bytes = Bytes(tensor);
            if (tensor.Start != end || tensor.End < tensor.Start || tensor.End - tensor.Start != bytes)
            {
                throw Offsets(
                    $"tensor '{Printable.Text(tensor.Name)}' lies at {tensor.Start} to {tensor.End}; it has {bytes} bytes "
                    + $"and the one before it ends at {end}");
            }

            end = tensor.End;
        }

        if (end != dataLength) throw Offsets($"the tensors end at {end} and the data at {dataLength}");
    }

    private long Bytes(TensorRange tensor)
    {
        if (tensor.Shape.Contains(0)) return 0;
        var bytes = (long)ArchivedTensor.SizeOf(tensor.Element);
        foreach (var length in tensor.Shape)
        {
            // Division, since a product of lying lengths would overflow.
            if (length > Array.MaxLength / bytes)
            {
                throw Offsets($"tensor '{Printable.Text(tensor.Name)}' has over {Array.MaxLength} bytes");
            }

            bytes *= length;
        }

        return bytes;
    }

    private JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw Invalid("its JSON ends too soon");

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (Next(ref reader) != type)
        {
            throw Invalid(string.Create(
                CultureInfo.InvariantCulture, $"a {type} is missing at byte {reader.TokenStartIndex} of the JSON"));
        }
    }

    private InputException Invalid(string reason, Exception? cause = null) => new(
        SafetensorsFile.HeaderInvalid, FaultKind.InvalidData,
        $"'{_path}' has an invalid safetensors header: {reason}.", _path, cause);

    private InputException Offsets(string reason) => new(
        SafetensorsFile.OffsetsInvalid, FaultKind.InvalidData,
        $"'{_path}' has invalid safetensors offsets: {reason}.", _path);
}
