using System.Buffers.Binary;
using System.Text;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Relaxes a required symbol version in an ELF64 little-endian library: the <c>vernaux</c> entries of that name in
/// <c>.gnu.version_r</c> get <c>VER_FLG_WEAK</c>, and the dynamic linker then accepts a library that lacks it.
/// TorchSharp's library names GLIBCXX_3.4.32 for a symbol of GCC 13's iostream that it never calls.
/// </summary>
internal static class ElfSymbolVersion
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Marks the entries in place.</summary>
    /// <returns>How many entries were marked; 0 when the file has none of that name.</returns>
    /// <exception cref="InvalidDataException">The bytes are no well-formed ELF64 little-endian file.</exception>
    public static int MarkWeak(byte[] file, string version)
    {
        var image = new Image(file);
        if (file.Length < 64 || image.Bytes(0, 4).SequenceEqual("\u007fELF"u8) is false || file[4] != 2 || file[5] != 1)
        {
            throw new InvalidDataException("Not an ELF64 little-endian file.");
        }

        var sections = image.Int64(0x28);
        var sectionSize = image.UInt16(0x3A);
        var sectionCount = image.UInt16(0x3C);
        var marked = 0;
        for (var i = 0; i < sectionCount; i++)
        {
            var header = sections + ((long)i * sectionSize);
            if (image.UInt32(header + 4) != VersionNeedSection) continue;
            var strings = image.Int64(sections + ((long)image.UInt32(header + 0x28) * sectionSize) + 0x18);
            marked += MarkSection(image, image.Int64(header + 0x18), image.UInt32(header + 0x2C), strings, version);
        }

        return marked;
    }

    private static int MarkSection(Image image, long need, uint needCount, long strings, string version)
    {
        var marked = 0;
        for (var i = 0u; i < needCount; i++)
        {
            var auxCount = image.UInt16(need + 2);
            var aux = need + image.UInt32(need + 8);
            for (var j = 0; j < auxCount; j++)
            {
                if (image.TextIs(strings + image.UInt32(aux + 8), version))
                {
                    image.SetUInt16(aux + 4, (ushort)(image.UInt16(aux + 4) | WeakFlag));
                    marked++;
                }

                aux += image.UInt32(aux + 12);
            }

            need += image.UInt32(need + 12);
        }

        return marked;
    }

    private readonly struct Image(byte[] file)
    {
        public ReadOnlySpan<byte> Bytes(long offset, int count)
        {
            if (offset < 0 || offset > file.Length - count) throw new InvalidDataException("An offset leaves the file.");
            return file.AsSpan((int)offset, count);
        }

        public long Int64(long offset) => BinaryPrimitives.ReadInt64LittleEndian(Bytes(offset, 8));

        public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(offset, 4));

        public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(offset, 2));

        public void SetUInt16(long offset, ushort value)
        {
            Bytes(offset, 2);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan((int)offset, 2), value);
        }

        public bool TextIs(long offset, string text)
        {
            if (offset < 0 || offset > file.Length - text.Length - 1) return false;
            var bytes = Bytes(offset, text.Length + 1);
            return bytes[^1] == 0 && bytes[..^1].SequenceEqual(Encoding.ASCII.GetBytes(text));
        }
    }
}
