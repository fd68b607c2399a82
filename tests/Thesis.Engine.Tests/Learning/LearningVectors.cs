using System.Text.Json;
using Thesis.Engine.Tests.Data;

namespace Thesis.Engine.Tests.Learning;

/// <summary>The numbers of tests/data/learning/learning.json.</summary>
internal static class LearningVectors
{
    private static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllText(TestFolder.Learning("learning.json"))).RootElement;

    public static JsonElement Network(string name) => Root.GetProperty("networks").GetProperty(name);

    public static double[] Optimiser(string name) => Doubles(Root.GetProperty("optimisers").GetProperty(name));

    public static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetDouble())];
}
