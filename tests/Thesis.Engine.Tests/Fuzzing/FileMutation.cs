using System.Buffers.Binary;
using System.IO.Hashing;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tests.Fuzzing;

/// <summary>A file with a few of its bytes changed, taken away, added or put elsewhere.</summary>
internal static class FileMutation
{
    private const int MostEdits = 4;
    private const int LongestPart = 8;

    // What lengths and counts are when they lie.
    private static readonly uint[] Numbers = [0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    /// <summary>The mutation of a number; the same bytes each time.</summary>
    /// <param name="valid">A file that can be read.</param>
    /// <param name="random">The generator of this mutation.</param>
    public static byte[] Of(byte[] valid, SeededRandom random)
    {
        var bytes = valid.ToList();
        for (var edits = 1 + random.NextInt32(MostEdits); edits > 0 && bytes.Count > 1; edits--)
        {
            var at = Place(bytes, random);
            var length = Math.Min(bytes.Count - at, 1 + random.NextInt32(LongestPart));
            switch (random.NextInt32(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.NextInt32(8)); break;
                case 1: bytes[at] = (byte)random.NextInt32(256); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.Insert(at, (byte)random.NextInt32(256)); break;
                case 4: Put(bytes, at, Numbers[random.NextInt32(Numbers.Length)], random.NextInt32(2) == 0); break;
                case 5: bytes.InsertRange(random.NextInt32(bytes.Count), bytes.GetRange(at, length)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        var mutant = bytes.ToArray();
        if (random.NextInt32(2) == 0) RepairChunks(mutant);
        return mutant;
    }

    // Long runs of zeros, as between the pages of a database, are met less often.
    private static int Place(List<byte> bytes, SeededRandom random)
    {
        var at = random.NextInt32(bytes.Count);
        for (var tries = 0; tries < 8 && bytes[at] == 0; tries++) at = random.NextInt32(bytes.Count);
        return at;
    }

    private static void Put(List<byte> bytes, int at, uint number, bool isLittle)
    {
        for (var i = 0; i < sizeof(uint) && at + i < bytes.Count; i++)
        {
            bytes[at + i] = (byte)(number >> (8 * (isLittle ? i : sizeof(uint) - 1 - i)));
        }
    }

    // A PNG's chunks get their checksums anew, so that what is in them is looked at.
    private static void RepairChunks(byte[] bytes)
    {
        const int signature = 8;
        if (!bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])) return;
        for (var at = signature; at + 12 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - 12) return;
            var content = bytes.AsSpan(at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 8 + (int)length), Crc32.HashToUInt32(content));
            at += 12 + (int)length;
        }
    }
}
