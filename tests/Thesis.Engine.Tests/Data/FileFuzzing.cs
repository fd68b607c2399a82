using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>Files with a few of their bytes changed, taken away or added.</summary>
internal static class FileFuzzing
{
    /// <summary>Asserts that each mutation is read or refused, some are refused, and nothing else happens.</summary>
    /// <param name="valid">A file that can be read.</param>
    /// <param name="mutations">How many to try.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="leastRefused">How many must be refused.</param>
    public static void ReadOrRefuse(byte[] valid, int mutations, Action<byte[]> read, int leastRefused = 1)
    {
        var random = new SeededRandom(2020L);
        var refused = 0;
        for (var i = 0; i < mutations; i++)
        {
            var mutant = Mutate(valid, random);
            try
            {
                read(mutant);
            }
            catch (InputException)
            {
                refused++;
            }
            catch (Exception fault)
            {
                Assert.Fail($"Mutation {i}: {fault}");
            }
        }

        Assert.InRange(refused, leastRefused, mutations);
    }

    private static byte[] Mutate(byte[] valid, SeededRandom random)
    {
        var bytes = valid.ToList();
        for (var edits = 1 + random.NextInt32(4); edits > 0 && bytes.Count > 1; edits--)
        {
            var at = random.NextInt32(bytes.Count);
            switch (random.NextInt32(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.NextInt32(8)); break;
                case 1: bytes[at] = (byte)random.NextInt32(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.NextInt32(8))); break;
                case 3: bytes.Insert(at, (byte)random.NextInt32(256)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }
}
