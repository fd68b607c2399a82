using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What the file of a generator or an inverter says of it.</summary>
/// <param name="Architecture">The networks.</param>
/// <param name="Width">Their width.</param>
/// <param name="LatentLength">The length of a latent code.</param>
/// <param name="Shape">The shape of the images.</param>
public sealed record GenerativeDescription(GenerativeArchitecture Architecture, int Width, int LatentLength, ImageShape Shape);

/// <summary>
/// Generators and inverters in safetensors: the network's tensors and, in the metadata, <c>kind</c> (generator or inverter),
/// <c>architecture</c>, <c>width</c>, <c>latent</c>, <c>image_shape</c> (CxHxW) and of an inverter <c>generator</c>, the
/// checksum of its generator's tensors, and where its codes are put on the sphere of radius sqrt(latent) <c>codes</c>, which is
/// <c>sphere</c> then.
/// </summary>
internal static class GenerativeFile
{
    /// <summary>The kind of a generator's file.</summary>
    public const string Generator = "generator";

    /// <summary>The kind of an inverter's file.</summary>
    public const string Inverter = "inverter";

    /// <summary>The entry of an inverter that ties it to its generator: <see cref="Fingerprint"/>.</summary>
    public const string GeneratorKey = "generator";

    /// <summary>The entry of an inverter that says where its codes lie.</summary>
    public const string CodesKey = "codes";

    /// <summary>On the sphere.</summary>
    public const string OnSphere = "sphere";

    /// <summary>Writes a network, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="network">The network; where <paramref name="half"/>, rounded to 16 bits before.</param>
    /// <param name="description">What it is.</param>
    /// <param name="notes">More metadata.</param>
    /// <param name="half">Whether the values are written in 16 bits.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    public static void Save(
        string path, string kind, nn.Module network, GenerativeDescription description,
        IEnumerable<KeyValuePair<string, string>> notes, bool half, bool overwrite)
    {
        var archive = new TensorArchive();
        var shape = description.Shape;
        archive.Metadata.Add("format", "pt");
        archive.Metadata.Add("kind", kind);
        archive.Metadata.Add("architecture", description.Architecture.Name);
        archive.Metadata.Add("width", description.Width.ToString(CultureInfo.InvariantCulture));
        archive.Metadata.Add("latent", description.LatentLength.ToString(CultureInfo.InvariantCulture));
        archive.Metadata.Add(
            "image_shape", string.Create(CultureInfo.InvariantCulture, $"{shape.Channels}x{shape.Height}x{shape.Width}"));
        foreach (var (key, value) in notes) archive.Metadata.Add(key, value);
        ModuleState.Save(network, archive, half: half);
        SafetensorsFile.Write(path, archive, overwrite);
    }

    /// <summary>The metadata's entry that ties an inverter to its generator.</summary>
    public static KeyValuePair<string, string> Of(GenerativeModel generator) => new(GeneratorKey, generator.Fingerprint);

    /// <summary>Loads a generator.</summary>
    /// <exception cref="InputException">
    /// <c>ModelNotFound</c>, <c>ModelKindWrong</c>, <c>GenerativeMetadataInvalid</c>, <c>ArchitectureUnknown</c>,
    /// <c>ArchitectureShapeInvalid</c>, <c>ModelStateMismatch</c>, <c>ModelNotFinite</c>, the ids of <see cref="SafetensorsFile"/>.
    /// </exception>
    public static (GenerativeModel Model, GenerativeDescription Description) LoadGenerator(
        string path, WorkContext work, ScalarType elementType = ScalarType.Float32)
    {
        var (archive, description) = Read(path, Generator, work);
        var network = Fill(
            archive, path,
            device => description.Architecture.Generator(description.LatentLength, description.Width, description.Shape, device));
        var fingerprint = Fingerprint(network);
        return (new GenerativeModel(network, fingerprint, TensorDevice.Of(work.Device), elementType), description);
    }

    /// <summary>Loads the inverter of a generator.</summary>
    /// <exception cref="InputException">The faults of a generator's file, and <c>InverterMismatch</c>: it is another generator's.</exception>
    public static InverterModel LoadInverter(string path, GenerativeModel generator, WorkContext work)
    {
        var (archive, description) = Read(path, Inverter, work);
        if (archive.Metadata.GetValueOrDefault(GeneratorKey) != generator.Fingerprint)
        {
            throw new InputException(
                "InverterMismatch", FaultKind.InvalidData,
                $"The inverter '{path}' was trained for another generator: its checksum is not this one's. An inverter finds the latent "
                + "codes of its own generator only.", path);
        }

        var network = Fill(
            archive, path,
            device => description.Architecture.Inverter(description.Shape, description.Width, description.LatentLength, device));
        return new InverterModel(network, description.Shape, description.LatentLength, generator.Device, generator.ElementType)
        {
            IsOnSphere = archive.Metadata.GetValueOrDefault(CodesKey) == OnSphere,
        };
    }

    /// <summary>The checksum of a network's tensors, as float32.</summary>
    public static string Fingerprint(nn.Module network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in network.state_dict().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(TensorBytes.Archive(name, tensor).Data);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static T Fill<T>(TensorArchive archive, string path, Func<Device, T> create)
        where T : nn.Module
    {
        using (var outline = create(new Device(TorchSharp.DeviceType.META))) ModuleState.RequireMatch(outline, archive, path);
        var network = create(CPU);
        try
        {
            ModuleState.Load(network, archive, path);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static (TensorArchive Archive, GenerativeDescription Description) Read(string path, string kind, WorkContext work)
    {
        if (!File.Exists(path)) throw new InputException("ModelNotFound", FaultKind.NotFound, $"There is no model '{path}'.", path);
        var archive = SafetensorsFile.Read(path, work);
        var found = archive.Metadata.GetValueOrDefault("kind");
        if (found != kind)
        {
            throw new InputException(
                "ModelKindWrong", FaultKind.InvalidData,
                $"'{path}' holds no {kind}{(found is null ? "" : $" but a model of the kind '{Printable.Text(found)}'")}.", path);
        }

        var architecture = GenerativeArchitecture.Find(archive.Metadata.GetValueOrDefault("architecture", ""), path);
        var lengths = archive.Metadata.GetValueOrDefault("image_shape", "").Split('x').Select(Number).ToArray();
        if (lengths.Length != 3 || !ImageShape.IsValid(lengths[0], lengths[1], lengths[2])) throw Invalid("'image_shape' such as 1x28x28", path);
        var shape = new ImageShape(lengths[0], lengths[1], lengths[2]);
        architecture.RequireShape(shape);
        var (width, latent) = (Number(archive.Metadata.GetValueOrDefault("width", "")), Number(archive.Metadata.GetValueOrDefault("latent", "")));
        if (width is < 1 or > 1024) throw Invalid("'width' of 1 to 1024", path);
        if (latent is < 1 or > 4096) throw Invalid("'latent' of 1 to 4096", path);
        return (archive, new GenerativeDescription(architecture, width, latent, shape));
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static InputException Invalid(string what, string path) => new(
        "GenerativeMetadataInvalid", FaultKind.InvalidData, $"The metadata of '{path}' has no {what}.", path);
}
