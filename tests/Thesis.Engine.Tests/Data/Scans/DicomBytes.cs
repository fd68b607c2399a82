using System.Buffers.Binary;
using System.Text;

namespace Thesis.Engine.Tests.Data.Scans;

/// <summary>Builds DICOM files by hand, lying ones.</summary>
internal static class DicomBytes
{
    /// <summary>A sequence and an item, both of undefined length and not ended.</summary>
    public static byte[] OpenSequence { get; } =
        [.. Element(0x0008, 0x1140, "SQ", uint.MaxValue), 0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF];

    /// <summary>A file in the explicit syntax whose data set is <paramref name="data"/>.</summary>
    public static byte[] File(byte[] data)
    {
        var uid = Encoding.ASCII.GetBytes("1.2.840.10008.1.2.1\0");
        byte[] syntax = [0x02, 0x00, 0x10, 0x00, (byte)'U', (byte)'I', (byte)uid.Length, 0, .. uid];
        return [.. new byte[128], .. "DICM"u8, .. syntax, .. data];
    }

    /// <summary>The head of an element with a length of 32 bits; no value follows.</summary>
    public static byte[] Element(ushort group, ushort element, string vr, uint length)
    {
        var bytes = new byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, group);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), element);
        Encoding.ASCII.GetBytes(vr, bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), length);
        return bytes;
    }
}
