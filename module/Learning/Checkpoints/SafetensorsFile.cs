using System.Buffers.Binary;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>
/// Reads and writes safetensors files: the length of the header as a little-endian uint64, the header in JSON, the
/// tensors' bytes. Nothing of such a file is executed. The header is bounded, and the tensors must fill the data exactly
/// before any of it is allocated.
/// </summary>
public static class SafetensorsFile
{
    /// <summary>The longest header, in bytes; the format's own limit.</summary>
    public const int MaximumHeaderLength = 100_000_000;

    /// <summary>The error id of a file that cannot be opened or read.</summary>
    public const string Unreadable = "SafetensorsUnreadable";

    /// <summary>The error id of a file that is shorter than it says.</summary>
    public const string Truncated = "SafetensorsTruncated";

    /// <summary>The error id of a header that is none.</summary>
    public const string HeaderInvalid = "SafetensorsHeaderInvalid";

    /// <summary>The error id of offsets that overlap, leave gaps or end elsewhere than the file.</summary>
    public const string OffsetsInvalid = "SafetensorsOffsetsInvalid";

    /// <summary>The error id of an element type that is not read.</summary>
    public const string TypeUnsupported = "SafetensorsTypeUnsupported";

    private const int Alignment = 8;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">
    /// <c>SafetensorsUnreadable</c>, <c>SafetensorsTruncated</c>, <c>SafetensorsHeaderInvalid</c>,
    /// <c>SafetensorsOffsetsInvalid</c>, <c>SafetensorsTypeUnsupported</c>, <c>MemoryInsufficient</c>.
    /// </exception>
    public static TensorArchive Read(string path, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var stream = InputFile.Open(path, Unreadable, Unreadable);
        return InputFile.Guard(path, () => Read(stream, path, work), Unreadable);
    }

    /// <summary>Writes a file, whole or not at all. The same archive gives the same bytes.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(string path, TensorArchive archive, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(archive);
        AtomicFile.Write(path, stream => Write(stream, archive), overwrite);
    }

    /// <summary>The format's name of a type, such as <c>F32</c>.</summary>
    internal static string NameOf(TensorElement element) => element == TensorElement.Bool ? "BOOL" : element.ToString();

    /// <summary>Reads from a stream whose length is known.</summary>
    internal static TensorArchive Read(Stream stream, string path, WorkContext work)
    {
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        Fill(stream, field, path);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(field);
        if (length is < 2 or > MaximumHeaderLength)
        {
            throw new InputException(
                HeaderInvalid, FaultKind.InvalidData,
                $"'{path}' is no safetensors file: its first 8 bytes give a header of {length} bytes; 2 to "
                + $"{MaximumHeaderLength} are allowed.", path);
        }

        var dataLength = stream.Length - stream.Position - (long)length;
        if (dataLength < 0)
        {
            throw new InputException(
                Truncated, FaultKind.InvalidData,
                $"'{path}' has {stream.Length} bytes and announces a header of {length}.", path);
        }

        var json = new byte[length];
        Fill(stream, json, path);
        var header = SafetensorsHeader.Parse(json, dataLength, path);
        InputFile.RequireMemory(dataLength, path);
        return ReadTensors(stream, header, path, work);
    }

    /// <summary>Writes to a stream: larger elements first, then by name, so that every tensor is aligned.</summary>
    internal static void Write(Stream stream, TensorArchive archive)
    {
        var ordered = archive.Tensors.OrderByDescending(tensor => ArchivedTensor.SizeOf(tensor.Element)).ToArray();
        var json = Header(archive, ordered);
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(field, (ulong)json.Length);
        stream.Write(field);
        stream.Write(json);
        foreach (var tensor in ordered) stream.Write(tensor.Data);
    }

    private static byte[] Header(TensorArchive archive, IReadOnlyList<ArchivedTensor> tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (archive.Metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in archive.Metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }

            var start = 0L;
            foreach (var tensor in tensors)
            {
                WriteEntry(json, tensor, start);
                start += tensor.Data.Length;
            }

            json.WriteEndObject();
        }

        // Blanks fill the header up, as the format allows, so that the data begin at a multiple of 8.
        while (buffer.Length % Alignment != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, ArchivedTensor tensor, long start)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", NameOf(tensor.Element));
        json.WriteStartArray("shape");
        foreach (var length in tensor.Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(start + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static TensorArchive ReadTensors(Stream stream, SafetensorsHeader header, string path, WorkContext work)
    {
        var archive = new TensorArchive();
        foreach (var (key, value) in header.Metadata) archive.Metadata.Add(key, value);
        foreach (var tensor in header.Tensors.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End))
        {
            work.ThrowIfCancelled();
            var data = new byte[tensor.End - tensor.Start];
            Fill(stream, data, path);
            archive.Add(new ArchivedTensor(tensor.Name, tensor.Element, tensor.Shape, data));
        }

        return archive;
    }

    private static void Fill(Stream stream, Span<byte> target, string path)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length) return;
        throw new InputException(Truncated, FaultKind.InvalidData, $"'{path}' ends at offset {stream.Length}.", path);
    }
}
