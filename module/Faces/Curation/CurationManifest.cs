using System.Text.Encodings.Web;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The manifest of links and moves, a JSON file: {"version": 1, "steps": [{"action", "source", "target"}, ...]}. It is written whole before the
/// first step is done, so that whatever was done is in it.
/// </summary>
public static class CurationManifest
{
    /// <summary>The name of the file.</summary>
    public const string Name = "manifest.json";

    private const int Version = 1;
    private const int LongestFile = 1 << 30;

    /// <summary>Adds steps to a manifest, which is made when it is missing; those that are in it are not added again.</summary>
    /// <exception cref="InputException"><c>FileNotWritable</c>, and those of <see cref="Read"/>.</exception>
    public static void Add(string path, IReadOnlyList<CurationStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        CurationStep[] all = [.. (File.Exists(path) ? Read(path) : []).Concat(steps).Distinct()];
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("steps");
            foreach (var step in all)
            {
                json.WriteStartObject();
                json.WriteString("action", step.Action.ToString());
                json.WriteString("source", step.Source);
                json.WriteString("target", step.Target);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="InputException"><c>ManifestInvalid</c>; <c>FeatureFileNotFound</c>, <c>FeatureFileUnreadable</c>.</exception>
    public static IReadOnlyList<CurationStep> Read(string path)
    {
        using var stream = InputFile.Open(path);
        if (stream.Length > LongestFile) throw Invalid(path, "it is longer than one can be");
        try
        {
            using var document = InputFile.Guard(path, () => JsonDocument.Parse(stream));
            var root = document.RootElement;
            return root.GetProperty("version").GetInt32() == Version
                ? [.. root.GetProperty("steps").EnumerateArray().Select((step, k) => Step(step, k, path))]
                : throw Invalid(path, "it is of another version of this module");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Invalid(path, Printable.Reason(fault), fault);
        }
    }

    private static CurationStep Step(JsonElement step, int index, string path)
    {
        if (!Enum.TryParse<CurationAction>(step.GetProperty("action").GetString(), out var action) || !Enum.IsDefined(action))
        {
            throw Invalid(path, $"the action of step {index} is neither Link nor Move");
        }

        var (source, target) = (step.GetProperty("source").GetString(), step.GetProperty("target").GetString());
        return Path.IsPathFullyQualified(source ?? "") && Path.IsPathFullyQualified(target ?? "")
            ? new CurationStep(action, source!, target!)
            : throw Invalid(path, $"the paths of step {index} are not whole");
    }

    private static InputException Invalid(string path, string reason, Exception? cause = null) => new(
        "ManifestInvalid", FaultKind.InvalidData, $"'{path}' is no manifest of a curation: {reason}.", path, cause);
}
