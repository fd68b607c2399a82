namespace Thesis.Engine.Robustness;

/// <summary>
/// The models that come with the module, by name: <c>mnist-classifier</c>, <c>mnist-generator</c> and <c>mnist-inverter</c>, and
/// the classifier behind a projection, <c>mnist-defensegan</c> and <c>mnist-invgan</c>. Their cards lie in
/// module/Robustness/Models.
/// </summary>
public static class OwnModels
{
    /// <summary>The classifier, whose features measure generated digits.</summary>
    public const string Classifier = "mnist-classifier";

    private static readonly string[] Extensions = [".safetensors", ".yaml"];

    private static readonly Lazy<Dictionary<string, string>> Files = new(() => Read(Folder));

    private static string Folder => Path.Combine(Path.GetDirectoryName(typeof(OwnModels).Assembly.Location)!, "models");

    /// <summary>The names, sorted.</summary>
    public static IReadOnlyList<string> Names => [.. Files.Value.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The file of a model; null where the module has none of that name.</summary>
    public static string? Find(string name) => Files.Value.GetValueOrDefault(name);

    private static Dictionary<string, string> Read(string folder)
    {
        var files = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!Directory.Exists(folder)) return files;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (Extensions.Contains(Path.GetExtension(file))) files[Path.GetFileNameWithoutExtension(file)] = file;
        }

        return files;
    }
}
