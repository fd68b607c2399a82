using System.Buffers.Binary;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads MNIST's idx files, plain or gzip: a magic number (two zero bytes, the type 0x08 of unsigned bytes, the number
/// of dimensions), each length as a big-endian int32, then the values.
/// </summary>
public static class IdxFile
{
    private const int UnsignedByte = 0x08;

    /// <summary>Reads images: count, rows, columns, and the values.</summary>
    /// <param name="path">The file.</param>
    /// <param name="work">Cancellation.</param>
    /// <param name="sha256">The SHA-256 that the unpacked file must have, or null.</param>
    /// <exception cref="InputException">
    /// <c>IdxMagicInvalid</c>, <c>IdxHeaderInvalid</c>, <c>ImageFileTruncated</c>, <c>ImageFileTrailingBytes</c>,
    /// <c>ImageFileUnreadable</c>, <c>DatasetNotFound</c>, <c>DatasetHashMismatch</c>.
    /// </exception>
    public static (ImageShape Shape, byte[] Pixels) ReadImages(string path, WorkContext work, string? sha256 = null)
    {
        using var file = PackedFile.Open(path);
        var (count, shape) = ReadImageHeader(file);
        var pixels = file.Take(count * shape.Count, work);
        file.RequireEnd(sha256);
        return (shape, pixels);
    }

    /// <summary>Reads the shape of a file's images, and no image.</summary>
    /// <exception cref="InputException">As <see cref="ReadImages"/>.</exception>
    public static ImageShape ReadShape(string path)
    {
        using var file = PackedFile.Open(path);
        return ReadImageHeader(file).Shape;
    }

    private static (long Count, ImageShape Shape) ReadImageHeader(PackedFile file)
    {
        var lengths = ReadHeader(file, dimensions: 3);
        var (count, height, width) = (lengths[0], lengths[1], lengths[2]);
        if (!ImageShape.IsValid(1, height, width) || count * height * width > Array.MaxLength)
        {
            throw new InputException(
                ImageErrorIds.IdxHeaderInvalid, FaultKind.InvalidData,
                $"'{file.Path}' announces {count} images of {height}x{width} at offset 4; sides are 1 to "
                + $"{ImageShape.MaximumSide}, and an array holds {Array.MaxLength} values.", file.Path);
        }

        return (count, new ImageShape(1, (int)height, (int)width));
    }

    /// <summary>Reads labels.</summary>
    /// <exception cref="InputException">As <see cref="ReadImages"/>.</exception>
    public static int[] ReadLabels(string path, WorkContext work, string? sha256 = null)
    {
        using var file = PackedFile.Open(path);
        var labels = file.Take(ReadHeader(file, dimensions: 1)[0], work);
        file.RequireEnd(sha256);
        return Array.ConvertAll(labels, label => (int)label);
    }

    private static long[] ReadHeader(PackedFile file, int dimensions)
    {
        Span<byte> field = stackalloc byte[sizeof(int)];
        file.Fill(field);
        var magic = BinaryPrimitives.ReadUInt32BigEndian(field);
        var expected = (uint)((UnsignedByte << 8) | dimensions);
        if (magic != expected)
        {
            throw new InputException(
                ImageErrorIds.IdxMagicInvalid, FaultKind.InvalidData,
                $"'{file.Path}' begins with 0x{magic:X8} at offset 0; idx {(dimensions == 1 ? "labels" : "images")} "
                + $"begin with 0x{expected:X8}.", file.Path);
        }

        var lengths = new long[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            file.Fill(field);
            lengths[i] = BinaryPrimitives.ReadUInt32BigEndian(field);
        }

        return lengths;
    }
}
