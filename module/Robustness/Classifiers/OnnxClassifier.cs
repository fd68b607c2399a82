using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Data;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A classifier in ONNX, run by ONNX Runtime on the CPU: one float32 input N x C x H x W, and an output N x classes, the first
/// of float32 unless another is named.
/// No gradient flows: it is attacked as a black box, or judges the differentiable twin (<see cref="OnnxTwin"/>).
/// </summary>
internal sealed class OnnxClassifier : ImageClassifier
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _input;
    private readonly string _output;

    // The images of a run; below 1 where it may be any number.
    private int _batch;

    private OnnxClassifier(string path, InferenceSession session, ImageShape? shape, string? outputName)
    {
        _session = session;
        Name = Path.GetFileNameWithoutExtension(path);
        (_input, var input) = Only(session.InputMetadata, path);
        _output = Output(path, outputName);
        if (input.Dimensions is not { Length: 4 } lengths || !OnnxSession.IsFloat(input))
        {
            throw ShapeFault(path, $"its input is {OnnxSession.Describe(input)}, not float32 of N x channels x rows x columns");
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

    /// <summary>What the file's nodes do beside computing a function of the images.</summary>
    public override IReadOnlyList<ForwardFinding> ForwardFindings => Findings;

    /// <summary>What the file's nodes do beside computing a function of the images; none where nobody looked.</summary>
    public IReadOnlyList<ForwardFinding> Findings { get; set; } = [];

    /// <summary>The name of the input.</summary>
    public string InputName => _input;

    /// <summary>The name of the output that holds the logits.</summary>
    public string OutputName => _output;

    /// <summary>The images that one run takes; below 1 where it may be any number.</summary>
    public int BatchLength => _batch;

    /// <summary>Loads a file.</summary>
    /// <exception cref="InputException"><c>OnnxInvalid</c>, <c>OnnxShapeInvalid</c>, <c>OnnxOutputUnknown</c>.</exception>
    public static OnnxClassifier Load(string path, ClassifierLoadOptions loading, WorkContext work)
    {
        var session = OnnxSession.Open(path, work.Threads);
        try
        {
            return new OnnxClassifier(path, session, loading.ImageShape, loading.OutputName);
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

    public override bool HasFeatures => false;

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
        var lengths = outputs[0].GetTensorTypeAndShape().Shape;
        // A batch of one length inside, behind an open axis, may mix images into one row.
        return lengths.Length > 0 && lengths[0] == count
            ? outputs[0].GetTensorDataAsSpan<float>().ToArray()
            : throw new OutputShapeException(lengths);
    }

    // A pass over zeros: the output's announced shape may be open, and may lie. A model that says that it takes any number
    // of images and does not take two is run on one at a time.
    private int Probe(string path)
    {
        try
        {
            return Classes(path, _batch > 0 ? _batch : 2);
        }
        catch (Exception fault) when (_batch < 1 && fault is OnnxRuntimeException or OutputShapeException)
        {
            _batch = 1;
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or OutputShapeException)
        {
            throw DoesNotRun(path, fault);
        }

        try
        {
            return Classes(path, count: 1);
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or OutputShapeException)
        {
            throw DoesNotRun(path, fault);
        }
    }

    private int Classes(string path, int count)
    {
        var logits = Run(new float[count * ImageShape.Count], count);
        if (logits.Length % count == 0 && logits.Length / count >= 2) return logits.Length / count;
        throw ShapeFault(path, $"its output '{_output}' has {logits.Length} values for {count} images, not 2 or more each");
    }

    private InputException DoesNotRun(string path, Exception fault) =>
        ShapeFault(path, $"it does not run on images of {ImageShape}: {Printable.Reason(fault)}", fault);

    // Some models have the label as their first output, a whole number.
    private string Output(string path, string? name)
    {
        var outputs = _session.OutputMetadata;
        if (name is not null)
        {
            return outputs.TryGetValue(name, out var named) && OnnxSession.IsFloat(named) ? name : throw new InputException(
                "OnnxOutputUnknown", FaultKind.InvalidArgument,
                $"'{path}' has no output '{name}' of float32. Its outputs: "
                + $"{string.Join(", ", outputs.Select(output => $"{Printable.Text(output.Key)} ({OnnxSession.Describe(output.Value)})"))}.",
                name);
        }

        return _session.OutputNames.FirstOrDefault(output => OnnxSession.IsFloat(outputs[output]))
            ?? throw ShapeFault(path, "none of its outputs is a tensor of float32");
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

    // An output whose first length is not that of the batch.
    private sealed class OutputShapeException(long[] lengths) : Exception(
        $"its output is {string.Join(" x ", lengths)}, not a row for each image");

    private static InputException ShapeFault(string path, string reason, Exception? cause = null) => new(
        "OnnxShapeInvalid", FaultKind.InvalidData, $"'{path}' is no classifier of images: {reason}.", path, cause);
}
