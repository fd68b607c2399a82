using System.Globalization;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Networks of chapter 4 in safetensors: their state, and in the metadata <c>kind</c> (artifact-reducer), <c>version</c>,
/// <c>method</c>, <c>configuration</c>, <c>width</c>, <c>blocks</c>, <c>layers</c>, <c>geometry</c> (JSON), and notes of the training.
/// </summary>
internal static class ReducerFile
{
    /// <summary>The version that is written, and the only one that is read.</summary>
    public const string Version = "1";

    private const string Kind = "artifact-reducer";

    /// <summary>Writes a network, whole or not at all.</summary>
    public static void Save(
        string path, RestorationNetwork network, ReducerArchitecture architecture, ScanGeometry geometry,
        IEnumerable<KeyValuePair<string, string>> notes, bool overwrite)
    {
        var archive = new TensorArchive();
        archive.Metadata.Add("format", "pt");
        archive.Metadata.Add("kind", Kind);
        archive.Metadata.Add("version", Version);
        archive.Metadata.Add("method", architecture.Method);
        if (architecture.Configuration is { } configuration) archive.Metadata.Add("configuration", configuration.Name);
        archive.Metadata.Add("width", Text(architecture.Width));
        archive.Metadata.Add("blocks", Text(architecture.Blocks));
        archive.Metadata.Add("layers", Text(architecture.Layers));
        archive.Metadata.Add("geometry", ScanGeometryFile.ToJson(geometry));
        foreach (var (key, value) in notes) archive.Metadata.Add(key, value);
        ModuleState.Save(network, archive);
        SafetensorsFile.Write(path, archive, overwrite);
    }

    /// <summary>Makes the network of an archive.</summary>
    /// <param name="archive">What the file holds.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="work">The device.</param>
    /// <exception cref="InputException">
    /// <c>ReducerModelInvalid</c>: no model of this kind, of another version, or with metadata that cannot be;
    /// <c>ModelStateMismatch</c>, <c>ModelNotFinite</c>; <c>GeometryInvalid</c>.
    /// </exception>
    public static ReducerModel Load(TensorArchive archive, string path, WorkContext work)
    {
        if (archive.Metadata.GetValueOrDefault("kind") != Kind) throw Invalid("is no model of Build-ArtifactReducer", path);
        var version = archive.Metadata.GetValueOrDefault("version", "");
        if (version != Version)
        {
            throw Invalid($"is of version '{Printable.Text(version)}'; version {Version} is read", path);
        }

        var (architecture, geometry) = Describe(archive, path);
        using (var outline = architecture.Outline(geometry))
        {
            ModuleState.RequireMatch(outline, archive, path);
        }

        var network = architecture.Create(geometry, CPU);
        try
        {
            ModuleState.Load(network, archive, path);
            var device = TensorDevice.Of(work.Device);
            network.to(device);
            return new ReducerModel(architecture, new Tomograph(geometry), network, device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static (ReducerArchitecture Architecture, ScanGeometry Geometry) Describe(TensorArchive archive, string path)
    {
        var geometry = ScanGeometryFile.Parse(Encoding.UTF8.GetBytes(archive.Metadata.GetValueOrDefault("geometry", "")), path);
        try
        {
            // The parts of the dual-domain model are its configurations; the name of the method follows from them.
            var configuration = archive.Metadata.GetValueOrDefault("configuration");
            var method = configuration is null ? archive.Metadata.GetValueOrDefault("method", "") : "DuDoNet";
            return (ReducerArchitecture.Of(method, configuration, Whole("width"), Whole("blocks"), Whole("layers")), geometry);
        }
        catch (InputException fault)
        {
            throw Invalid($"has metadata that make no network: {fault.Message}", path, fault);
        }

        int? Whole(string key) => int.TryParse(
            archive.Metadata.GetValueOrDefault(key, ""), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value : throw Invalid($"has no '{key}', a whole number", path);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static InputException Invalid(string reason, string path, Exception? cause = null) => new(
        "ReducerModelInvalid", FaultKind.InvalidData, $"'{path}' {reason}.", path, cause);
}
