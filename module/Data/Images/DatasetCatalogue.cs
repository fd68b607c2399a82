using System.Reflection;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The datasets that have a name: <c>configs/datasets/*.yaml</c>, which the engine carries with it.</summary>
public static class DatasetCatalogue
{
    private const string Prefix = "Thesis.Engine.datasets.";

    private static readonly Lazy<IReadOnlyDictionary<string, DatasetDescription>> All = new(ReadAll);

    /// <summary>The names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names => [.. All.Value.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The dataset of a name, in any case.</summary>
    /// <exception cref="InputException"><c>DatasetNotFound</c>, with the nearest name.</exception>
    public static DatasetDescription Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (All.Value.TryGetValue(name, out var description)) return description;
        throw new InputException(
            ImageErrorIds.DatasetNotFound, FaultKind.NotFound,
            $"'{Printable.Text(name)}' is no dataset and no folder. {NearestName.Suggest(name, [.. Names])}", name);
    }

    private static Dictionary<string, DatasetDescription> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var found = new Dictionary<string, DatasetDescription>(StringComparer.OrdinalIgnoreCase);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var description = DatasetDescriptionReader.Parse(resource[Prefix.Length..], text.ReadToEnd());
            found.Add(description.Name, description);
        }

        return found;
    }
}
