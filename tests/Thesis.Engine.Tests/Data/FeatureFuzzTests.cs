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
    [InlineData("lists.csv", 3000)]
    public void A_mutated_file_is_read_or_refused_and_nothing_else(string name, int mutations)
    {
        var valid = name switch
        {
            "csv" => "id,identity,a,b\nx,Ada,1,2\n\"y,1\",Bob,-3.5e-2,4\n"u8.ToArray(),
            "lists.csv" => "id,embedding,age\nx,\"[1. 2.\n 3e0]\",31\ny,\"[4, 5, -6.5]\",32\n"u8.ToArray(),
            _ => File.ReadAllBytes(TestFolder.Format(name)),
        };
        FileFuzzing.ReadOrRefuse(valid, mutations, mutant => Read(name, mutant));
    }

    private static void Read(string name, byte[] bytes)
    {
        var stream = new MemoryStream(bytes);
        if (name.EndsWith("csv", StringComparison.Ordinal))
        {
            CsvFeatureReader.Read(stream, name, ',', FeatureFileOptions.Default, new RowFaults(name), Work);
        }
        else if (name.EndsWith(".npz", StringComparison.Ordinal))
        {
            NpzFeatureReader.Read(stream, name, FeatureFileOptions.Default, Work);
        }
        else NpyFile.Read(stream, bytes.Length, name, Work);
    }
}
