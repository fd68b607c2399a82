using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>How a classifier is loaded.</summary>
public sealed record ClassifierLoadOptions
{
    /// <summary>Parameters and images in float64, for checks of numbers; float32 otherwise.</summary>
    public bool DoublePrecision { get; init; }

    /// <summary>
    /// Whether the file may be TorchScript, which is a program: loading and running one runs what its author wrote.
    /// </summary>
    public bool TrustedCode { get; init; }

    /// <summary>The shape of the images, for a file that does not say it: TorchScript, or ONNX with open lengths.</summary>
    public ImageShape? ImageShape { get; init; }

    /// <summary>The output of an ONNX file that holds the logits; null for the first of floating-point numbers.</summary>
    public string? OutputName { get; init; }

    /// <summary>What is done to the pixels before the model, or the classifier behind defences, sees them; null for nothing.</summary>
    public InputNormalisation? Normalisation { get; init; }

    /// <summary>
    /// The name of a <see cref="ClassifierArchitecture"/>, for a state_dict of PyTorch, which does not say what network its
    /// weights are of.
    /// </summary>
    public string? Architecture { get; init; }

    /// <summary>Images on which the differentiable twin of an ONNX file is compared with ONNX Runtime; noise where null.</summary>
    public LabelledImages? Samples { get; init; }
}

/// <summary>
/// Loads classifiers: safetensors of this module (white box), ONNX (white box where all its operators are covered, black box
/// else), state_dicts of PyTorch for a named architecture (white box), and TorchScript where the caller trusts it (white box). All take pixels in [0, 1]; a model that wants other values must hold its normalisation inside.
/// </summary>
public static class ClassifierLoader
{
    /// <summary>Loads a file, by its extension.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Precision, trust, shape.</param>
    /// <param name="work">Device, threads, cancellation.</param>
    /// <exception cref="InputException">
    /// <c>ModelNotFound</c>, <c>ModelFormatUnknown</c>, <c>TrustedCodeRequired</c>, <c>OnnxInvalid</c>,
    /// <c>OnnxShapeInvalid</c>, <c>OnnxOutputUnknown</c>, <c>NormalisationInvalid</c>, <c>TorchScriptInvalid</c>,
    /// <c>StateDictInvalid</c>, <c>DoublePrecisionNotSupported</c>, and those of
    /// <see cref="ClassifierFile"/>.
    /// </exception>
    public static ImageClassifier Load(string path, ClassifierLoadOptions options, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        // A description hands it to its classifier: the defences before that take pixels as they are.
        return options.Normalisation is { } normalisation && !IsDescription(path)
            ? NormalisedClassifier.Of(LoadFile(path, options, work), normalisation)
            : LoadFile(path, options, work);
    }

    private static ImageClassifier LoadFile(string path, ClassifierLoadOptions options, WorkContext work)
    {
        if (!File.Exists(path))
        {
            throw new InputException("ModelNotFound", FaultKind.NotFound, $"There is no model '{path}'.", path);
        }

        TorchBackend.EnsureLoaded();
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".safetensors":
                return LoadOwn(path, options, work);
            case ".onnx":
                OnnxBackend.EnsureLoaded();
                return LoadOnnx(path, options, work);
            case ".pth" or ".pt" or ".bin" or ".ckpt" when options.Architecture is not null || PickledStateFile.IsStateDict(path):
                return LoadStateDict(path, options, work);
            case ".pt" or ".pth" or ".ts" or ".torchscript":
                if (!options.TrustedCode) throw Untrusted(path);
                return LoadTorchScript(path, options, work);
            case ".yaml" or ".yml":
                return LoadComposite(path, options, work);
            default:
                throw new InputException(
                    "ModelFormatUnknown", FaultKind.NotSupported,
                    $"'{path}' is of no known format: .safetensors, .onnx, .pth (a state_dict), .pt or .ts (TorchScript), and .yaml "
                    + "(a model behind defences) are read.", path);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImageClassifier LoadOwn(string path, ClassifierLoadOptions options, WorkContext work) =>
        ClassifierFile.Load(path, SafetensorsFile.Read(path, work), options, work);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImageClassifier LoadStateDict(string path, ClassifierLoadOptions options, WorkContext work) =>
        ClassifierFile.Load(path, PickledStateFile.Read(path, work), options, work);

    /// <summary>Whether a file is the description of a model behind defences, by its extension.</summary>
    internal static bool IsDescription(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImageClassifier LoadComposite(string path, ClassifierLoadOptions options, WorkContext work) =>
        CompositeFile.Load(path, options, work);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImageClassifier LoadOnnx(string path, ClassifierLoadOptions options, WorkContext work) =>
        OnnxTwin.Load(path, options, work);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImageClassifier LoadTorchScript(string path, ClassifierLoadOptions options, WorkContext work) =>
        KeptPrograms.Load(path, options, work);

    private static InputException Untrusted(string path) => new(
        "TrustedCodeRequired", FaultKind.InvalidArgument,
        $"'{path}' is a TorchScript program: to load it is to run its author's code. Give -TrustedCode when you trust it, "
        + "or export the model as ONNX or safetensors.", path);
}
