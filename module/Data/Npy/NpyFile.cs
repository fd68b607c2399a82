using System.Runtime.InteropServices;
using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads and writes NumPy's npy files. Reading allocates only after the shape was checked against the length of the
/// file, so that a lying header costs nothing.
/// </summary>
public static class NpyFile
{
    private const int ChunkLength = 1 << 23;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">See <see cref="DataErrorIds"/>.</exception>
    public static NpyArray Read(string path, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        return InputFile.Guard(path, () => Read(stream, stream.Length, path, work));
    }

    /// <summary>Reads an array from a stream that holds at most <paramref name="limit"/> bytes.</summary>
    /// <param name="stream">Forward only is enough.</param>
    /// <param name="limit">The bytes that the stream can hold at most; a longer array is refused unread.</param>
    /// <param name="source">The path, for messages.</param>
    /// <param name="work">Cancellation and progress.</param>
    /// <exception cref="InputException">See <see cref="DataErrorIds"/>.</exception>
    public static NpyArray Read(Stream stream, long limit, string source, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(work);
        var header = NpyHeader.Read(stream, source);
        if (header.DataLength > limit - header.DataOffset) throw Truncated(header, source);
        InputFile.RequireMemory(header.DataLength, source);
        var data = ReadData(stream, header, source, work);
        if (stream.ReadByte() >= 0)
        {
            throw new InputException(
                DataErrorIds.TrailingBytes, FaultKind.InvalidData,
                $"'{source}' goes on after the {header.DataLength} bytes of its shape {header.ShapeText}.", source);
        }

        return new NpyArray(
            header.Element, header.Shape, header.FortranOrder ? ToRowMajor(data, header) : data, source);
    }

    /// <summary>Writes a C-order float32, float64, int32 or uint8 array, whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <param name="values">The values, as many as <paramref name="shape"/> says.</param>
    /// <param name="shape">The lengths of the dimensions.</param>
    /// <exception cref="ArgumentException">Another element type, or another number of values.</exception>
    public static void Write<T>(string path, ReadOnlyMemory<T> values, params int[] shape)
        where T : unmanaged
    {
        var count = shape.Aggregate(1L, (product, length) => checked(product * length));
        if (count != values.Length) throw new ArgumentException($"{values.Length} values do not fill {count}.");
        AtomicFile.Write(path, stream => Write(stream, values.Span, shape));
    }

    /// <summary>Writes a C-order float32, float64, int32 or uint8 array into a stream.</summary>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values, params int[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        NpyHeader.Write(stream, ElementOf<T>(), shape);
        for (var rest = values; !rest.IsEmpty;)
        {
            // A span of bytes ends at 2^31, so a large array goes out in pieces.
            var piece = rest[..Math.Min(rest.Length, ChunkLength)];
            stream.Write(MemoryMarshal.AsBytes(piece));
            rest = rest[piece.Length..];
        }
    }

    private static NpyElement ElementOf<T>() => default(T) switch
    {
        float => new NpyElement(NpyKind.Float32, sizeof(float)),
        double => new NpyElement(NpyKind.Float64, sizeof(double)),
        int => new NpyElement(NpyKind.Int32, sizeof(int)),
        byte => new NpyElement(NpyKind.UInt8, sizeof(byte)),
        _ => throw new ArgumentException($"Arrays of {typeof(T).Name} are not written."),
    };

    private static Array ReadData(Stream stream, NpyHeader header, string source, WorkContext work) =>
        header.Element.Kind switch
        {
            NpyKind.Float16 => ReadValues<Half>(stream, header, source, work),
            NpyKind.Float32 => ReadValues<float>(stream, header, source, work),
            NpyKind.Float64 => ReadValues<double>(stream, header, source, work),
            NpyKind.Int8 => ReadValues<sbyte>(stream, header, source, work),
            NpyKind.UInt8 => ReadValues<byte>(stream, header, source, work),
            NpyKind.Int16 => ReadValues<short>(stream, header, source, work),
            NpyKind.UInt16 => ReadValues<ushort>(stream, header, source, work),
            NpyKind.Int32 => ReadValues<int>(stream, header, source, work),
            NpyKind.UInt32 => ReadValues<uint>(stream, header, source, work),
            NpyKind.Int64 => ReadValues<long>(stream, header, source, work),
            NpyKind.UInt64 => ReadValues<ulong>(stream, header, source, work),
            _ => ReadText(stream, header, source, work),
        };

    private static T[] ReadValues<T>(Stream stream, NpyHeader header, string source, WorkContext work)
        where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>(header.Count);
        var step = ChunkLength / header.Element.Size;
        for (var start = 0; start < values.Length; start += Math.Min(step, values.Length - start))
        {
            work.ThrowIfCancelled();
            var piece = MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(step, values.Length - start)));
            Fill(stream, piece, header, source);
            work.Report("Reading an array", start, values.Length);
        }

        return values;
    }

    private static string[] ReadText(Stream stream, NpyHeader header, string source, WorkContext work)
    {
        var texts = new string[header.Count];
        var buffer = new byte[header.Element.Size];
        var decoder = new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true);
        for (var i = 0; i < texts.Length; i++)
        {
            if ((i & 0xFFF) == 0) work.ThrowIfCancelled();
            Fill(stream, buffer, header, source);
            try
            {
                texts[i] = decoder.GetString(buffer).TrimEnd('\0');
            }
            catch (DecoderFallbackException fault)
            {
                throw new InputException(
                    DataErrorIds.ValueInvalid, FaultKind.InvalidData, $"Text {i} of '{source}' is not Unicode.", i, fault);
            }
        }

        return texts;
    }

    private static void Fill(Stream stream, Span<byte> target, NpyHeader header, string source)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw Truncated(header, source);
        }

        header.Element.ToNative(target);
    }

    // By the element type, since .NET takes an array of signed numbers for one of unsigned ones as well.
    private static Array ToRowMajor(Array data, NpyHeader header)
    {
        return header.Element.Kind switch
        {
            NpyKind.Float16 => Ordered<Half>(),
            NpyKind.Float32 => Ordered<float>(),
            NpyKind.Float64 => Ordered<double>(),
            NpyKind.Int8 => Ordered<sbyte>(),
            NpyKind.UInt8 => Ordered<byte>(),
            NpyKind.Int16 => Ordered<short>(),
            NpyKind.UInt16 => Ordered<ushort>(),
            NpyKind.Int32 => Ordered<int>(),
            NpyKind.UInt32 => Ordered<uint>(),
            NpyKind.Int64 => Ordered<long>(),
            NpyKind.UInt64 => Ordered<ulong>(),
            _ => Ordered<string>(),
        };

        T[] Ordered<T>() => NpyOrder.ToRowMajor((T[])data, header.Shape);
    }

    private static InputException Truncated(NpyHeader header, string source) => new(
        DataErrorIds.Truncated, FaultKind.InvalidData,
        $"'{source}' is shorter than the {header.DataLength} bytes of its shape {header.ShapeText}.", source);
}
