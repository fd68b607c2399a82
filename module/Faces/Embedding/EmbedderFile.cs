using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>What the file of a network for faces says of it.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Size">What of the published network it is.</param>
/// <param name="Shape">The shape of its images.</param>
/// <param name="Alpha">The length of its features; null where they are as the network gives them.</param>
public sealed record EmbedderDescription(
    EmbeddingArchitecture Architecture, EmbeddingSize Size, ImageShape Shape, double? Alpha);

/// <summary>
/// Networks for faces in safetensors: the tensors of the network that makes features, without the layer that told the
/// training set's identities apart, and so without their names; in the metadata <c>kind</c> (face-embedder),
/// <c>version</c>, <c>architecture</c>, <c>width</c>, <c>batch_normalisation</c> (true or false), <c>image_shape</c>
/// (CxHxW) and <c>alpha</c> (0 for none).
/// </summary>
internal static class EmbedderFile
{
    /// <summary>The extension of such files.</summary>
    public const string Extension = ".safetensors";

    /// <summary>The version that is written, and the only one that is read.</summary>
    public const string Version = "1";

    private const string Kind = "face-embedder";

    /// <summary>Writes a network, whole or not at all.</summary>
    public static void Save(
        string path, EmbeddingNetwork network, EmbedderDescription description,
        IEnumerable<KeyValuePair<string, string>> notes, bool overwrite)
    {
        var archive = new TensorArchive();
        var shape = description.Shape;
        archive.Metadata.Add("format", "pt");
        archive.Metadata.Add("kind", Kind);
        archive.Metadata.Add("version", Version);
        archive.Metadata.Add("architecture", description.Architecture.Name);
        archive.Metadata.Add("width", Text(description.Size.Width));
        archive.Metadata.Add("batch_normalisation", description.Size.Normalised ? "true" : "false");
        archive.Metadata.Add(
            "image_shape", string.Create(CultureInfo.InvariantCulture, $"{shape.Channels}x{shape.Height}x{shape.Width}"));
        archive.Metadata.Add("alpha", Text(description.Alpha ?? 0));
        foreach (var (key, value) in notes) archive.Metadata.Add(key, value);
        ModuleState.Save(network, archive);
        SafetensorsFile.Write(path, archive, overwrite);
    }

    /// <summary>Loads a network, on the CPU; call after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
    /// <exception cref="InputException">
    /// <c>FaceModelUnknown</c>: no model of this kind, of another version, or with metadata that cannot be;
    /// <c>ArchitectureUnknown</c>, <c>ArchitectureShapeInvalid</c>, <c>ModelStateMismatch</c>, <c>ModelNotFinite</c>,
    /// the ids of <see cref="SafetensorsFile"/>.
    /// </exception>
    public static (EmbeddingNetwork Network, EmbedderDescription Description) Load(string path, WorkContext work)
    {
        var archive = SafetensorsFile.Read(path, work);
        var description = Describe(archive, path);
        using (var outline = description.Architecture.Outline(description.Shape, description.Size))
        {
            ModuleState.RequireMatch(outline, archive, path);
        }

        var network = description.Architecture.Create(description.Shape, description.Size);
        try
        {
            ModuleState.Load(network, archive, path);
            return (network, description);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static EmbedderDescription Describe(TensorArchive archive, string path)
    {
        var kind = archive.Metadata.GetValueOrDefault("kind");
        if (kind != Kind)
        {
            var other = kind is null ? "" : $" but one of the kind '{Printable.Text(kind)}'";
            throw Unknown($"is no model of Build-FaceEmbedder{other}", path);
        }

        var version = archive.Metadata.GetValueOrDefault("version", "");
        if (version != Version) throw Unknown($"is of version '{Printable.Text(version)}'; version {Version} is read", path);
        var architecture = EmbeddingArchitecture.Find(archive.Metadata.GetValueOrDefault("architecture", ""), path);
        var (width, alpha) = (Number("width"), Number("alpha"));
        if (width is not (> 0 and <= 1)) throw Unknown("has no 'width' above 0 and up to 1", path);
        if (alpha is not >= 0) throw Unknown("has no 'alpha' of 0 or more", path);
        var lengths = archive.Metadata.GetValueOrDefault("image_shape", "").Split('x').Select(Length).ToArray();
        if (lengths.Length != 3 || !ImageShape.IsValid(lengths[0], lengths[1], lengths[2]))
        {
            throw Unknown("has no 'image_shape' such as 3x100x100", path);
        }

        var shape = new ImageShape(lengths[0], lengths[1], lengths[2]);
        architecture.RequireShape(shape);
        if (!bool.TryParse(archive.Metadata.GetValueOrDefault("batch_normalisation"), out var normalised))
        {
            throw Unknown("has no 'batch_normalisation', true or false", path);
        }

        var size = new EmbeddingSize(width.Value, normalised);
        return new EmbedderDescription(architecture, size, shape, alpha == 0 ? null : alpha);

        static int Length(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0;

        double? Number(string key) => double.TryParse(
            archive.Metadata.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) ? value : null;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static InputException Unknown(string reason, string path) =>
        new("FaceModelUnknown", FaultKind.NotSupported, $"'{path}' {reason}.", path);
}
