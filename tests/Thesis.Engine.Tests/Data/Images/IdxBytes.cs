using System.Buffers.Binary;
using System.IO.Compression;

namespace Thesis.Engine.Tests.Data.Images;

/// <summary>Builds idx files by hand, true and lying ones.</summary>
internal static class IdxBytes
{
    public static byte[] Images(int count, int height, int width, byte[] values) =>
        [.. Words(0x803, count, height, width), .. values];

    public static byte[] Labels(int count, byte[] values) => [.. Words(0x801, count), .. values];

    public static byte[] Words(params int[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), words[i]);
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal)) stream.Write(bytes);
        return packed.ToArray();
    }
}
