using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads and writes greyscale PNG files (ISO/IEC 15948) with all their bits: CT slices have 16, and the image libraries
/// that restore here decode to 8. Colours, palettes and interlacing are refused by name.
/// </summary>
public static class GreyPng
{
    private const int MaximumLength = 1 << 26;
    private const int ChunkFrame = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">
    /// <c>PngInvalid</c>, <c>PngUnsupported</c>, <c>ImageTooLarge</c>, or a fault of opening.
    /// </exception>
    public static GreyImage Read(string path)
    {
        using var stream = InputFile.Open(path);
        if (stream.Length > MaximumLength)
        {
            throw new InputException(
                ScanErrorIds.ImageTooLarge, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture, $"'{path}' has {stream.Length} bytes; {MaximumLength} are read."),
                path);
        }

        var bytes = new byte[stream.Length];
        InputFile.Guard(path, () =>
        {
            stream.ReadExactly(bytes);
            return 0;
        });
        return Parse(bytes, path);
    }

    /// <summary>Reads a file that lies in memory.</summary>
    /// <exception cref="InputException"><c>PngInvalid</c>, <c>PngUnsupported</c>, <c>ImageTooLarge</c>.</exception>
    public static GreyImage Parse(ReadOnlySpan<byte> bytes, string source)
    {
        if (!bytes.StartsWith(Signature)) throw Invalid(source, "it does not begin as one");
        var rest = bytes[Signature.Length..];
        var first = TakeChunk(ref rest, source, out var data);
        if (first != "IHDR") throw Invalid(source, "its header is not first");
        var header = PngHeader.Read(data, source);
        using var packed = new MemoryStream();
        for (var type = first; type != "IEND";)
        {
            type = TakeChunk(ref rest, source, out data);
            if (type == "IDAT") packed.Write(data);
            else if (type != "IEND" && char.IsAsciiLetterUpper(type[0])) throw Invalid(source, $"the chunk {type} has no place in it");
        }

        packed.Position = 0;
        return Decode(header, packed, source);
    }

    /// <summary>Writes an image of 8 or 16 bits.</summary>
    public static void Write(Stream stream, GreyImage image)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(image);
        if (image.BitDepth is not (8 or 16)) throw new ArgumentException($"{image.BitDepth} bits are not written.");
        var header = new PngHeader(image.Width, image.Height, image.BitDepth);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var (row, filtered) = (new byte[header.RowLength], new byte[header.RowLength + 1]);
            for (var y = 0; y < image.Height; y++)
            {
                Pack(image.Values.AsSpan(y * image.Width, image.Width), row, image.BitDepth);
                PngFilter.Apply(row, filtered, header.PixelLength);
                deflate.Write(filtered);
            }
        }

        stream.Write(Signature);
        WriteChunk(stream, "IHDR"u8, header.ToBytes());
        WriteChunk(stream, "IDAT"u8, packed.ToArray());
        WriteChunk(stream, "IEND"u8, []);
    }

    internal static InputException Invalid(string source, string reason, Exception? cause = null) => new(
        ScanErrorIds.PngInvalid, FaultKind.InvalidData, $"'{source}' is no valid PNG: {reason}.", source, cause);

    internal static InputException Unsupported(string source, string reason) => new(
        ScanErrorIds.PngUnsupported, FaultKind.NotSupported,
        $"'{source}' is no plain greyscale PNG: {reason}. Save it as greyscale without interlacing.", source);

    private static string TakeChunk(ref ReadOnlySpan<byte> rest, string source, out ReadOnlySpan<byte> data)
    {
        if (rest.Length < ChunkFrame) throw Invalid(source, "it ends before its last chunk");
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - ChunkFrame) throw Invalid(source, $"a chunk of {length} bytes goes beyond its end");
        var checkedPart = rest.Slice(4, 4 + (int)length);
        var stated = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
        var type = checkedPart[..4];
        foreach (var letter in type)
        {
            if (!char.IsAsciiLetter((char)letter)) throw Invalid(source, "a chunk has no name");
        }

        var name = Encoding.ASCII.GetString(type);
        if (Crc32.HashToUInt32(checkedPart) != stated) throw Invalid(source, $"the checksum of chunk {name} is wrong");
        data = checkedPart[4..];
        rest = rest[(ChunkFrame + (int)length)..];
        return name;
    }

    private static GreyImage Decode(PngHeader header, Stream packed, string source)
    {
        var values = new ushort[header.Width * header.Height];
        var (row, above) = (new byte[header.RowLength], new byte[header.RowLength]);
        using var inflate = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            for (var y = 0; y < header.Height; y++)
            {
                var filter = inflate.ReadByte();
                if (filter < 0 || inflate.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                {
                    throw Invalid(source, $"its pixels end in row {y} of {header.Height}");
                }

                if (!PngFilter.Undo((byte)filter, row, above, header.PixelLength))
                {
                    throw Invalid(source, $"row {y} has the unknown filter {filter}");
                }

                Unpack(row, values.AsSpan(y * header.Width, header.Width), header.BitDepth);
                (row, above) = (above, row);
            }

            if (inflate.ReadByte() >= 0) throw Invalid(source, "it has more pixels than its header says");
        }
        catch (InvalidDataException fault)
        {
            throw Invalid(source, "its pixels cannot be unpacked", fault);
        }

        return new GreyImage(header.Width, header.Height, header.BitDepth, values);
    }

    private static void Unpack(ReadOnlySpan<byte> row, Span<ushort> values, int depth)
    {
        var perByte = 8 / Math.Min(8, depth);
        for (var x = 0; x < values.Length; x++)
        {
            values[x] = depth == 16
                ? BinaryPrimitives.ReadUInt16BigEndian(row[(2 * x)..])
                : (ushort)((row[x / perByte] >> (8 - (depth * ((x % perByte) + 1)))) & ((1 << depth) - 1));
        }
    }

    private static void Pack(ReadOnlySpan<ushort> values, Span<byte> row, int depth)
    {
        for (var x = 0; x < values.Length; x++)
        {
            if (depth == 16) BinaryPrimitives.WriteUInt16BigEndian(row[(2 * x)..], values[x]);
            else row[x] = (byte)values[x];
        }
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        stream.Write(number);
    }
}
