using System.IO.Compression;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tomography;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>Arrays of tests/data/tomography, and of the public data where they are.</summary>
internal static class TomographyData
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static T Json<T>(params string[] parts) => JsonSerializer.Deserialize<T>(
        File.ReadAllText(Repository.Path(["tests", "data", "tomography", .. parts])), Web)!;

    public static float[] Simulation(string name) => NpyFile.Read(
        Repository.Path("tests", "data", "tomography", "simulation", name + ".npy"), WorkContext.Default).ToSingle();

    public static SliceImage Slice(string name) => Square(Simulation(name));

    public static SliceImage Square(float[] values)
    {
        var side = (int)Math.Round(Math.Sqrt(values.Length));
        return new SliceImage(values, side, side);
    }

    public static MetalMask Mask(SliceImage image) =>
        new(Array.ConvertAll(image.Values, value => value > 0.5f), image.Rows, image.Columns);

    /// <summary>The float32 values of a gzip of an npy.</summary>
    public static float[] PublicValues(params string[] parts)
    {
        using var stream = new GZipStream(File.OpenRead(TestData.Find(parts)), CompressionMode.Decompress);
        return NpyFile.Read(stream, 1L << 30, parts[^1], WorkContext.Default).ToSingle();
    }

    /// <summary>The bytes of a gzip of an npy of uint8.</summary>
    public static byte[] PublicBytes(params string[] parts)
    {
        using var stream = new GZipStream(File.OpenRead(TestData.Find(parts)), CompressionMode.Decompress);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var bytes = copy.ToArray();
        return bytes[(10 + BitConverter.ToUInt16(bytes, 8))..];
    }
}
