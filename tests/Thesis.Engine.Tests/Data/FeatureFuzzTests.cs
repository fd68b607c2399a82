using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

public sealed class FeatureFuzzTests
{
    private static readonly WorkContext Work = WorkContext.Default;

    [Theory]
    [InlineData("float32.npy", 4000)]
    [InlineData("people.npy", 2000)]
    [InlineData("stored.npz", 3000)]
    [InlineData("compressed.npz", 3000)]
    [InlineData("csv", 4000)]
    public void A_mutated_file_is_read_or_refused_and_nothing_else(string name, int mutations)
    {
        var valid = name == "csv"
            ? "id,identity,a,b\nx,Ada,1,2\n\"y,1\",Bob,-3.5e-2,4\n"u8.ToArray()
            : File.ReadAllBytes(TestFolder.Format(name));
        var random = new SeededRandom(2020L);
        var refused = 0;
        for (var i = 0; i < mutations; i++)
        {
            var mutant = Mutate(valid, random);
            try
            {
                Read(name, mutant);
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

        Assert.InRange(refused, 1, mutations);
    }

    private static void Read(string name, byte[] bytes)
    {
        var stream = new MemoryStream(bytes);
        if (name == "csv") CsvFeatureReader.Read(stream, name, ',', FeatureFileOptions.Default, Work);
        else if (name.EndsWith(".npz", StringComparison.Ordinal))
        {
            NpzFeatureReader.Read(stream, name, FeatureFileOptions.Default, Work);
        }
        else NpyFile.Read(stream, bytes.Length, name, Work);
    }

    internal static byte[] Mutate(byte[] valid, SeededRandom random)
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
