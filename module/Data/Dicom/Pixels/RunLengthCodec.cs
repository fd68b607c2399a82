using System.Buffers.Binary;

namespace Thesis.Engine.Data;

/// <summary>
/// RLE Lossless (PS3.5, annex G) of 16-bit words: the high bytes and then the low ones, each packed in runs. A byte n of 0
/// to 127 precedes n + 1 bytes as they are, one of 129 to 255 precedes a byte that comes 257 - n times; 128 says nothing.
/// </summary>
internal static class RunLengthCodec
{
    private const int HeaderLength = 64;
    private const int Segments = sizeof(ushort);

    /// <summary>Unpacks words, little-endian; null where the runs do not make that many.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> packed, int words)
    {
        if (packed.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(packed) != Segments) return null;
        var result = new byte[words * Segments];
        for (var segment = 0; segment < Segments; segment++)
        {
            var start = Offset(packed, segment);
            var end = segment + 1 < Segments ? Offset(packed, segment + 1) : (uint)packed.Length;
            if (start < HeaderLength || start > end || end > packed.Length) return null;
            if (!Unpack(packed[(int)start..(int)end], result, Segments - 1 - segment)) return null;
        }

        return result;
    }

    private static uint Offset(ReadOnlySpan<byte> packed, int segment) =>
        BinaryPrimitives.ReadUInt32LittleEndian(packed[(sizeof(uint) * (segment + 1))..]);

    // Every second byte of the result, from the first one given.
    private static bool Unpack(ReadOnlySpan<byte> runs, byte[] result, int place)
    {
        for (var at = 0; place < result.Length;)
        {
            if (at + 1 >= runs.Length) return false;
            var head = runs[at++];
            if (head == 128) continue;
            var isRun = head > 128;
            var count = isRun ? 257 - head : head + 1;
            if (place + ((count - 1) * Segments) >= result.Length || at + (isRun ? 1 : count) > runs.Length) return false;
            for (var i = 0; i < count; i++, place += Segments) result[place] = runs[isRun ? at : at + i];
            at += isRun ? 1 : count;
        }

        return true;
    }
}
