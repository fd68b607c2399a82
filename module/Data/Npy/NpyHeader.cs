using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// The header of NumPy's npy format, versions 1 to 3 (numpy.lib.format): magic, version, length, a dictionary literal.
/// </summary>
/// <param name="Element">The element type.</param>
/// <param name="FortranOrder">Whether the first index runs fastest.</param>
/// <param name="Shape">The lengths of the dimensions, each 0 .. <see cref="Array.MaxLength"/>.</param>
/// <param name="Count">The product of the lengths, 0 .. <see cref="Array.MaxLength"/>.</param>
/// <param name="DataOffset">Bytes before the first element.</param>
public sealed record NpyHeader(NpyElement Element, bool FortranOrder, int[] Shape, int Count, long DataOffset)
{
    /// <summary>The longest header text that is read, in bytes; NumPy's own stay below 128 for plain arrays.</summary>
    public const int MaximumLength = 1 << 16;

    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Bytes of the data that follow the header.</summary>
    public long DataLength => (long)Count * Element.Size;

    /// <summary>The shape as Python writes it.</summary>
    public string ShapeText => ShapeLiteral(Shape);

    /// <summary>Reads the header and leaves the stream at the first element.</summary>
    /// <param name="stream">The file from its first byte.</param>
    /// <param name="source">The path, for messages.</param>
    /// <exception cref="InputException">
    /// <c>FeatureFileTruncated</c>, <c>NpyHeaderInvalid</c>, <c>NpyShapeInvalid</c>, <c>NpyTypeUnsupported</c>,
    /// <c>NpyObjectRefused</c>, <c>FeatureCountTooLarge</c>.
    /// </exception>
    public static NpyHeader Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> start = stackalloc byte[8];
        Fill(stream, start, source);
        if (!start[..6].SequenceEqual(Magic)) throw Invalid(source, "it does not begin with npy's magic bytes");
        var version = start[6];
        if (version is < 1 or > 3 || start[7] != 0) throw Invalid(source, $"version {version}.{start[7]} is unknown");

        Span<byte> lengthBytes = stackalloc byte[version == 1 ? 2 : 4];
        Fill(stream, lengthBytes, source);
        var length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaximumLength) throw Invalid(source, $"its length {length} is beyond {MaximumLength}");

        var bytes = new byte[length];
        Fill(stream, bytes, source);
        var (element, fortranOrder, shape) = NpyHeaderText.Parse(Decode(bytes, version, source), source);
        return new NpyHeader(
            element, fortranOrder, Checked(shape, source), Product(shape, source), 8 + lengthBytes.Length + length);
    }

    /// <summary>Writes a version 1.0 header of an array in C order, padded to 64 bytes as NumPy does.</summary>
    public static void Write(Stream stream, NpyElement element, ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var text = $"{{'descr': '{element.Descriptor}', 'fortran_order': False, 'shape': {ShapeLiteral(shape)}, }}";
        const int before = 10;
        var padded = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var bytes = new byte[padded];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), checked((ushort)(padded - before)));
        bytes.AsSpan(before).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(before));
        bytes[^1] = (byte)'\n';
        stream.Write(bytes);
    }

    private static string ShapeLiteral(ReadOnlySpan<int> shape)
    {
        var text = new StringBuilder("(");
        for (var i = 0; i < shape.Length; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(CultureInfo.InvariantCulture, $"{shape[i]}");
        }

        return text.Append(shape.Length == 1 ? ",)" : ")").ToString();
    }

    private static string Decode(byte[] bytes, int version, string source)
    {
        try
        {
            return version == 3
                ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes)
                : Encoding.Latin1.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw Invalid(source, "its text is not UTF-8", fault);
        }
    }

    private static int[] Checked(long[] shape, string source)
    {
        foreach (var length in shape)
        {
            if (length > Array.MaxLength) throw TooLarge(source, $"a length of {length}");
        }

        return Array.ConvertAll(shape, length => (int)length);
    }

    private static int Product(long[] shape, string source)
    {
        // Each length is below 2^31 here, and a zero anywhere makes the array empty whatever the others say.
        if (shape.Contains(0)) return 0;
        var product = 1L;
        foreach (var length in shape)
        {
            product *= length;
            if (product > Array.MaxLength) throw TooLarge(source, $"at least {product} values");
        }

        return (int)product;
    }

    private static void Fill(Stream stream, Span<byte> target, string source)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length) return;
        throw new InputException(
            DataErrorIds.Truncated, FaultKind.InvalidData, $"'{source}' ends within its npy header.", source);
    }

    private static InputException Invalid(string source, string reason, Exception? cause = null) => new(
        DataErrorIds.NpyHeaderInvalid, FaultKind.InvalidData,
        $"'{source}' has an invalid npy header: {reason}.", source, cause);

    private static InputException TooLarge(string source, string what) => new(
        DataErrorIds.CountTooLarge, FaultKind.InvalidData,
        $"'{source}' announces {what}; an array holds {Array.MaxLength}.", source);
}
