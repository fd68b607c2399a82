using System.Globalization;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What a classifier's file says of it.</summary>
/// <param name="Architecture">The name of a <see cref="ClassifierArchitecture"/>.</param>
/// <param name="Shape">The shape of its images.</param>
/// <param name="ClassNames">Its classes, by label; empty where the file names none.</param>
public sealed record ClassifierDescription(string Architecture, ImageShape Shape, IReadOnlyList<string> ClassNames)
{
    /// <summary>The number of classes.</summary>
    public int ClassCount { get; init; } = ClassNames.Count;
}

/// <summary>
/// Classifiers in safetensors: the state_dict of the network's PyTorch twin, and in the metadata <c>architecture</c>,
/// <c>image_shape</c> (CxHxW) and <c>classes</c> (a JSON list of names).
/// </summary>
public static class ClassifierFile
{
    private const int MaximumClasses = 100_000;

    /// <summary>Writes a network, whole or not at all; in 16 bits where asked, of a network that was rounded before.</summary>
    internal static void Save(
        string path, ClassifierNetwork network, ClassifierDescription description,
        IEnumerable<KeyValuePair<string, string>> notes, bool overwrite, bool half = false)
    {
        var archive = new TensorArchive();
        var shape = description.Shape;
        archive.Metadata.Add("format", "pt");
        archive.Metadata.Add("architecture", description.Architecture);
        archive.Metadata.Add(
            "image_shape", string.Create(CultureInfo.InvariantCulture, $"{shape.Channels}x{shape.Height}x{shape.Width}"));
        archive.Metadata.Add("classes", JsonSerializer.Serialize(description.ClassNames));
        foreach (var (key, value) in notes) archive.Metadata.Add(key, value);
        ModuleState.Save(network, archive, half: half);
        SafetensorsFile.Write(path, archive, overwrite);
    }

    /// <summary>
    /// Loads a network of this module from the weights of a file. Where the file does not say what network they are of, the
    /// options must.
    /// </summary>
    /// <exception cref="InputException">
    /// <c>ClassifierMetadataInvalid</c>, <c>ArchitectureRequired</c>, <c>ImageShapeRequired</c>, <c>ArchitectureUnknown</c>,
    /// <c>ArchitectureShapeInvalid</c>, <c>ModelStateMismatch</c>, <c>ModelNotFinite</c>.
    /// </exception>
    internal static ImageClassifier Load(
        string path, TensorArchive archive, ClassifierLoadOptions options, WorkContext work)
    {
        var description = archive.Metadata.ContainsKey("architecture")
            ? Describe(archive, path)
            : ForeignWeights.Describe(archive, options, path);
        var elementType = options.DoublePrecision ? ScalarType.Float64 : ScalarType.Float32;
        var architecture = ClassifierArchitecture.Find(description.Architecture, path);
        using (var outline = architecture.Outline(description.Shape, description.ClassCount))
        {
            ModuleState.RequireMatch(outline, archive, path);
        }

        var network = architecture.Create(description.Shape, description.ClassCount);
        try
        {
            ModuleState.Load(network, archive, path);
            return new NetworkClassifier(network, description, TensorDevice.Of(work.Device), elementType);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static ClassifierDescription Describe(TensorArchive archive, string path) =>
        new(archive.Metadata["architecture"], Shape(archive, path), Classes(archive, path));

    private static ImageShape Shape(TensorArchive archive, string path)
    {
        var parts = archive.Metadata.GetValueOrDefault("image_shape", "").Split('x');
        var lengths = parts
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0)
            .ToArray();
        return lengths.Length == 3 && ImageShape.IsValid(lengths[0], lengths[1], lengths[2])
            ? new ImageShape(lengths[0], lengths[1], lengths[2])
            : throw Invalid("has no 'image_shape' such as 1x28x28", path);
    }

    private static string[] Classes(TensorArchive archive, string path)
    {
        try
        {
            var names = JsonSerializer.Deserialize<string[]>(archive.Metadata.GetValueOrDefault("classes", "[]"));
            if (names is { Length: >= 2 and <= MaximumClasses } && Array.TrueForAll(names, name => name is not null))
            {
                return names;
            }
        }
        catch (JsonException)
        {
            // Refused below, as every other list that is none.
        }

        throw Invalid($"has no 'classes', a JSON list of 2 to {MaximumClasses} names", path);
    }

    private static InputException Invalid(string reason, string path) => new(
        "ClassifierMetadataInvalid", FaultKind.InvalidData, $"The metadata of '{path}' {reason}.", path);
}
