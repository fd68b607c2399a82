using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A classifier in ONNX, run by ONNX Runtime on the CPU: one float32 input N x C x H x W, and a first output N x classes.
/// No gradient flows: it is attacked as a black box, or judges the differentiable twin (<see cref="OnnxTwin"/>).
/// </summary>
internal sealed class OnnxClassifier : ImageClassifier
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _input;
    private readonly string _output;
    private readonly int _batch;

    private OnnxClassifier(string path, InferenceSession session, ImageShape? shape)
    {
        _session = session;
        Name = Path.GetFileNameWithoutExtension(path);
        (_input, var input) = Only(session.InputMetadata, path);
        _output = session.OutputNames[0];
        if (input.Dimensions is not { Length: 4 } lengths || input.ElementDataType != OnnxRuntimeElement)
        {
            throw ShapeFault(path, $"its input is {Text(input)}, not float32 of N x channels x rows x columns");
        }

        ImageShape = Shape(lengths, shape, path);
        _batch = lengths[0];
        ClassCount = Probe(path);
    }

    public override string Name { get; }

    public override ImageShape ImageShape { get; }

    public override int ClassCount { get; }

    public override Device Device => CPU;

    public override ScalarType ElementType => ScalarType.Float32;

    public override bool IsDifferentiable => false;

    /// <summary>Why there is no differentiable twin.</summary>
    public override InputException? GradientFault => NoTwin;

    /// <summary>Why there is no differentiable twin; null where none was looked for.</summary>
    public InputException? NoTwin { get; set; }

    /// <summary>The name of the input.</summary>
    public string InputName => _input;

    /// <summary>The name of the output that holds the logits.</summary>
    public string OutputName => _output;

    /// <summary>The images that one run takes; below 1 where it may be any number.</summary>
    public int BatchLength => _batch;

    private static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType OnnxRuntimeElement =>
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float;

    /// <summary>Loads a file.</summary>
    /// <exception cref="InputException"><c>OnnxInvalid</c>, <c>OnnxShapeInvalid</c>.</exception>
    public static OnnxClassifier Load(string path, ImageShape? shape, WorkContext work)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = work.Threads,
            InterOpNumThreads = 1,
            // What the runtime has to say comes as an exception; its log would go to the process's error stream.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        InferenceSession session;
        try
        {
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InputException(
                "OnnxInvalid", FaultKind.InvalidData, $"'{path}' is no ONNX model that can be run: {Printable.Reason(fault)}.", path, fault);
        }

        try
        {
            return new OnnxClassifier(path, session, shape);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public override Tensor Logits(Tensor images)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var onHost = images.detach().to(ScalarType.Float32).cpu().contiguous();
        var values = onHost.data<float>().ToArray();
        var count = (int)images.shape[0];
        // A model may have been exported for a batch of one length: what lacks to the last is filled with zeros.
        var step = _batch > 0 ? _batch : Math.Max(1, count);
        var logits = new float[count * ClassCount];
        for (var start = 0; start < count; start += step)
        {
            var taken = Math.Min(step, count - start);
            var batch = new float[step * ImageShape.Count];
            values.AsSpan(start * ImageShape.Count, taken * ImageShape.Count).CopyTo(batch);
            Run(batch, step).AsSpan(0, taken * ClassCount).CopyTo(logits.AsSpan(start * ClassCount));
        }

        return tensor(logits, [count, ClassCount]).MoveToOuterDisposeScope();
    }

    public override Tensor Features(Tensor images) => throw new InputException(
        "FeaturesNotAvailable", FaultKind.NotSupported, $"The ONNX model '{Name}' names no layer of features.", Name);

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _run.Dispose();
        _session.Dispose();
    }

    private float[] Run(float[] batch, int count)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(
            batch, [count, ImageShape.Channels, ImageShape.Height, ImageShape.Width]);
        using var outputs = _session.Run(_run, [_input], [input], [_output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    // One pass over zeros: the output's announced shape may be open, and may lie.
    private int Probe(string path)
    {
        var count = Math.Max(1, _batch);
        try
        {
            var logits = Run(new float[count * ImageShape.Count], count);
            if (logits.Length % count == 0 && logits.Length / count >= 2) return logits.Length / count;
            throw ShapeFault(path, $"its output has {logits.Length} values for {count} images, not 2 or more each");
        }
        catch (OnnxRuntimeException fault)
        {
            throw ShapeFault(path, $"it does not run on images of {ImageShape}: {Printable.Reason(fault)}", fault);
        }
    }

    private static (string Name, NodeMetadata Metadata) Only(IReadOnlyDictionary<string, NodeMetadata> inputs, string path)
    {
        if (inputs.Count != 1) throw ShapeFault(path, $"it has {inputs.Count} inputs, not one");
        var (name, metadata) = inputs.First();
        return metadata.IsTensor ? (name, metadata) : throw ShapeFault(path, "its input is no tensor");
    }

    private static ImageShape Shape(int[] lengths, ImageShape? given, string path)
    {
        var open = lengths.AsSpan(1).IndexOfAnyInRange(int.MinValue, 0) >= 0;
        if (open && given is null) throw ShapeFault(path, "it leaves the size of its images open, and none was given");
        var shape = open ? given!.Value : new ImageShape(lengths[1], lengths[2], lengths[3]);
        if (!ImageShape.IsValid(shape.Channels, shape.Height, shape.Width) || (given is not null && given != shape))
        {
            throw ShapeFault(path, $"its images are {shape}" + (given is null ? "" : $", not {given}"));
        }

        return shape;
    }

    private static string Text(NodeMetadata node) => $"{node.ElementDataType} of {string.Join(" x ", node.Dimensions)}";

    private static InputException ShapeFault(string path, string reason, Exception? cause = null) => new(
        "OnnxShapeInvalid", FaultKind.InvalidData, $"'{path}' is no classifier of images: {reason}.", path, cause);
}
