using System.Text.Json;
using Thesis.Engine.Tests.Benchmarks;

namespace Thesis.Engine.Tests.Faces;

/// <summary>What tests/data/faces holds.</summary>
internal static class FaceReference
{
    private static readonly JsonElement Values = JsonDocument.Parse(System.IO.File.ReadAllText(File("faces.json"))).RootElement;

    public static string File(string name) => Repository.Path("tests", "data", "faces", name);

    public static double[] Numbers(string name) => Numbers(Values.GetProperty(name));

    public static double Number(string name) => Values.GetProperty(name).GetDouble();

    public static IEnumerable<string> Pictures => Values.GetProperty("pixels").EnumerateObject().Select(picture => picture.Name);

    public static byte[] Pixels(string picture) => Array.ConvertAll(Numbers(Values.GetProperty("pixels").GetProperty(picture)), value => (byte)value);

    private static double[] Numbers(JsonElement array) => [.. Flat(array)];

    private static IEnumerable<double> Flat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Flat) : [value.GetDouble()];
}
