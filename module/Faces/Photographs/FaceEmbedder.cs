using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How a face becomes the input of a model.</summary>
public sealed record FaceEmbeddingOptions
{
    /// <summary>The value of a pixel that becomes 0.</summary>
    public double Mean
    {
        get;
        init => field = OptionRange.Within(value, 0, 255);
    }

    = 127.5;

    /// <summary>What a value, less the mean, is divided by.</summary>
    public double Scale
    {
        get;
        init => field = OptionRange.Above(value, 0, 255);
    }

    = 127.5;

    /// <summary>Whether the model takes blue first.</summary>
    public bool BlueFirst { get; init; }

    /// <summary>Whether the feature of the mirrored face is added.</summary>
    public bool Mirrored { get; init; }

    /// <summary>The most faces of one run of the model.</summary>
    public int BatchSize
    {
        get;
        init => field = OptionRange.Within(value, 1, 1024);
    }

    = 16;

    /// <summary>Where a network of Build-FaceEmbedder computes; ONNX models take the CPU.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;
}

/// <summary>
/// Makes features of aligned faces: by an ONNX model in ONNX Runtime, one float32 input N x 3 x rows x columns, N one number
/// or open, and one output with a row of D values for each; or by a network of Build-FaceEmbedder. A pixel v becomes
/// (v - mean) / scale.
/// </summary>
public sealed class FaceEmbedder : IDisposable
{
    private readonly IEmbeddingModel _model;

    private FaceEmbedder(IEmbeddingModel model, FaceEmbeddingOptions options, string name) =>
        (_model, Options, Name) = (model, options, name);

    /// <summary>
    /// What tells its features from those of others: the file's name, the first eight digits of its SHA-256, and whether mirrored
    /// faces are added.
    /// </summary>
    public string Name { get; }

    /// <summary>How faces become inputs.</summary>
    public FaceEmbeddingOptions Options { get; }

    /// <summary>The rows of a face.</summary>
    public int Rows => _model.Rows;

    /// <summary>The columns of a face.</summary>
    public int Columns => _model.Columns;

    /// <summary>D, the values of a feature.</summary>
    public int Dimension => _model.Dimension;

    /// <summary>Loads a model, and runs it once on an empty face.</summary>
    /// <exception cref="InputException">
    /// <c>ModelNotFound</c>, <c>OnnxInvalid</c>, <c>FaceModelUnknown</c>: its input or its output is none of a face model;
    /// <c>OnnxBackendNotFound</c>; <c>PixelsFixed</c>: other pixels than those that a network of Build-FaceEmbedder was
    /// trained on; <c>DeviceNotUsed</c>: another device for an ONNX model; <c>DeviceNotFound</c>; the ids of
    /// <see cref="EmbedderFile.Load"/>.
    /// </exception>
    public static FaceEmbedder Load(string path, FaceEmbeddingOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        var model = IsNetwork(path) ? OpenNetwork(path, options) : OpenOnnx(path, options);
        return new FaceEmbedder(model, options, NameOf(path) + (options.Mirrored ? " mirrored" : ""));
    }

    /// <summary>The features of faces, in their order.</summary>
    internal float[][] Embed(IReadOnlyList<FaceCrop> faces, WorkContext work)
    {
        var features = new float[faces.Count][];
        var most = _model.Batch > 0 ? _model.Batch : Options.BatchSize;

        // A thread that waits for the last batch of another does nothing.
        var runs = _model.Begin(work.Threads);
        var share = (faces.Count + runs - 1) / runs;
        var batch = Math.Max(1, Math.Min(most, share));
        RowParallel.For((faces.Count + batch - 1) / batch, work with { Threads = runs }, i =>
        {
            var start = i * batch;
            var count = Math.Min(batch, faces.Count - start);
            var sum = Run(faces, start, count, mirrored: false);
            if (Options.Mirrored)
            {
                var mirrored = Run(faces, start, count, mirrored: true);
                for (var k = 0; k < sum.Length; k++) sum[k] += mirrored[k];
            }

            for (var k = 0; k < count; k++) features[start + k] = sum.AsSpan(k * Dimension, Dimension).ToArray();
        });
        return features;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    // A model of a fixed batch gets zeros for what lacks.
    private float[] Run(IReadOnlyList<FaceCrop> faces, int start, int count, bool mirrored)
    {
        var length = _model.Batch > 0 ? _model.Batch : count;
        var size = Rows * Columns;
        var input = new float[length * 3 * size];
        var (mean, scale) = ((float)Options.Mean, (float)(1 / Options.Scale));
        for (var k = 0; k < count; k++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var from = faces[start + k].Values.AsSpan((Options.BlueFirst ? 2 - channel : channel) * size, size);
                var to = input.AsSpan(((3 * k) + channel) * size, size);
                for (var i = 0; i < size; i++) to[i] = (from[i] - mean) * scale;
                for (var row = 0; mirrored && row < Rows; row++) to.Slice(row * Columns, Columns).Reverse();
            }
        }

        return _model.Run(input, length)[..(count * Dimension)];
    }

    /// <summary>A file's name and the first eight digits of its SHA-256.</summary>
    internal static string NameOf(string path)
    {
        using var stream = File.OpenRead(path);
        return $"{Path.GetFileNameWithoutExtension(path)} {Convert.ToHexStringLower(SHA256.HashData(stream))[..8]}";
    }

    private static bool IsNetwork(string path) =>
        EmbedderFile.Extension.Equals(Path.GetExtension(path), StringComparison.OrdinalIgnoreCase);

    private static IEmbeddingModel OpenOnnx(string path, FaceEmbeddingOptions options)
    {
        if (options.Device.Kind == ComputeDeviceKind.Cuda)
        {
            throw new InputException(
                "DeviceNotUsed", FaultKind.InvalidArgument,
                $"'{path}' is an ONNX model and runs on the CPU; {options.Device} is for networks of Build-FaceEmbedder.", path);
        }

        OnnxBackend.EnsureLoaded();
        return Onnx(path);
    }

    private static IEmbeddingModel OpenNetwork(string path, FaceEmbeddingOptions options)
    {
        var trained = new FaceEmbeddingOptions();
        if (options.Mean != trained.Mean || options.Scale != trained.Scale || options.BlueFirst)
        {
            throw new InputException(
                "PixelsFixed", FaultKind.InvalidArgument,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{path}' was trained on red, green and blue as (v - {trained.Mean}) / {trained.Scale}, and takes no other "
                    + $"pixels."), path);
        }

        if (!File.Exists(path))
        {
            throw new InputException("ModelNotFound", FaultKind.NotFound, $"There is no model '{path}'.", path);
        }

        TorchBackend.EnsureLoaded();
        return Network(path, options.Device);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OnnxEmbeddingModel Onnx(string path) => OnnxEmbeddingModel.Load(path);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static NetworkEmbeddingModel Network(string path, ComputeDevice device) => NetworkEmbeddingModel.Load(path, device);
}
