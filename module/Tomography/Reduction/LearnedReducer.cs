using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A trained network of chapter 4, from a file or the module's own, and the reduction by it. It may be used from several threads; a
/// network restores one slice at a time.
/// </summary>
public sealed class LearnedReducer : IDisposable
{
    private const string Resource = "Thesis.Engine.models.dudonet-128.safetensors";

    private LearnedReducer(ReducerModel model, string source, string sha256) => (Model, Source, Sha256) = (model, source, sha256);

    /// <summary>The method, as it is written: DuDoNet, CNNMAR and so on.</summary>
    public string Method => Model.Architecture.Method;

    /// <summary>The network and its sizes.</summary>
    public string Description => Model.Architecture + (Model.IsMixed ? " in bfloat16" : "");

    /// <summary>The scans that it was trained on.</summary>
    public ScanGeometry Geometry => Model.Tomograph.Geometry;

    /// <summary>The file, or the name of the module's own model.</summary>
    public string Source { get; }

    /// <summary>SHA-256 of the file, in hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The network.</summary>
    internal ReducerModel Model { get; }

    /// <summary>The module's own DuDoNet, trained on drawn bodies and openly licensed slices.</summary>
    /// <param name="work">The device.</param>
    /// <returns>The network; null where the module was built without it.</returns>
    public static LearnedReducer? Own(WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var stream = typeof(LearnedReducer).Assembly.GetManifestResourceStream(Resource);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        TorchBackend.EnsureLoaded();
        return Of(new MemoryStream(bytes), "the module's DuDoNet", sha256, work);
    }

    /// <summary>Reads a model: of Build-ArtifactReducer, or CNNMAR's published weights as npz.</summary>
    /// <exception cref="InputException">
    /// <c>ModelNotFound</c>, <c>ModelFormatUnknown</c>, <c>ReducerModelInvalid</c>, <c>ModelStateMismatch</c>, <c>ModelNotFinite</c>,
    /// <c>GeometryInvalid</c>, faults of the file.
    /// </exception>
    public static LearnedReducer Load(string path, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(work);
        if (!File.Exists(path)) throw new InputException("ModelNotFound", FaultKind.NotFound, $"There is no model '{path}'.", path);
        var sha256 = InputFile.Sha256(path, work);
        TorchBackend.EnsureLoaded();
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".safetensors":
                return OfFile(path, sha256, work);
            case ".npz":
                return OfPublished(path, sha256, work);
            default:
                throw new InputException(
                    "ModelFormatUnknown", FaultKind.NotSupported,
                    $"'{path}' is of no known format: .safetensors of Build-ArtifactReducer and .npz of CNNMAR's published weights are read.",
                    path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static LearnedReducer Of(Stream stream, string source, string sha256, WorkContext work) =>
        new(ReducerFile.Load(SafetensorsFile.Read(stream, source, work), source, work), source, sha256);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static LearnedReducer OfFile(string path, string sha256, WorkContext work) =>
        new(ReducerFile.Load(SafetensorsFile.Read(path, work), path, work), path, sha256);

    // It sees 11 x 11 pixels and knows no geometry: that of the public data.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static LearnedReducer OfPublished(string path, string sha256, WorkContext work)
    {
        var network = PublishedPrior.Load(path, work);
        var device = TensorDevice.Of(work.Device);
        network.to(device);
        return new LearnedReducer(
            new ReducerModel(ReducerArchitecture.Of("CNNMAR"), new Tomograph(ScanPresets.SynDeepLesion), network, device), path, sha256);
    }
}
