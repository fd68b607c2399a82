using System.Buffers.Binary;
using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The IHDR chunk of a greyscale PNG.</summary>
/// <param name="Width">1 .. <see cref="MaximumSide"/>.</param>
/// <param name="Height">1 .. <see cref="MaximumSide"/>.</param>
/// <param name="BitDepth">1, 2, 4, 8 or 16.</param>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth)
{
    /// <summary>The most pixels a side that are read.</summary>
    public const int MaximumSide = DicomCtImage.MaximumSide;

    /// <summary>Bytes of the chunk.</summary>
    public const int Length = 13;

    private static readonly string[] ColourTypes =
        ["greyscale", "1", "RGB", "a palette", "greyscale with alpha", "5", "RGB with alpha"];

    /// <summary>Bytes of a row without its filter.</summary>
    public int RowLength => ((Width * BitDepth) + 7) / 8;

    /// <summary>Bytes from a pixel to the one before, for the filters; at least 1.</summary>
    public int PixelLength => Math.Max(1, BitDepth / 8);

    /// <summary>Reads the chunk; nothing has been allocated for the pixels yet.</summary>
    /// <exception cref="InputException"><c>PngInvalid</c>, <c>PngUnsupported</c>, <c>ImageTooLarge</c>.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> chunk, string source)
    {
        if (chunk.Length != Length) throw GreyPng.Invalid(source, "its header has a wrong length");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]));
        if (width == 0 || height == 0) throw GreyPng.Invalid(source, "it has no pixels");
        if (width > MaximumSide || height > MaximumSide)
        {
            throw new InputException(
                ScanErrorIds.ImageTooLarge, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{source}' has {width} x {height} pixels; up to {MaximumSide} a side are read."),
                source);
        }

        var (depth, colour, interlace) = (chunk[8], chunk[9], chunk[12]);
        if (chunk[10] != 0 || chunk[11] != 0 || interlace > 1) throw GreyPng.Invalid(source, "its header has an unknown method");
        if (colour != 0)
        {
            var name = colour < ColourTypes.Length ? ColourTypes[colour] : colour.ToString(CultureInfo.InvariantCulture);
            throw GreyPng.Unsupported(source, $"its colours are {name}");
        }

        if (depth is not (1 or 2 or 4 or 8 or 16)) throw GreyPng.Invalid(source, $"its bit depth is {depth}");
        if (interlace == 1) throw GreyPng.Unsupported(source, "it is interlaced");
        return new PngHeader((int)width, (int)height, depth);
    }

    /// <summary>The chunk's bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Height);
        bytes[8] = (byte)BitDepth;
        return bytes;
    }
}
