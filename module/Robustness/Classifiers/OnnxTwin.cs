using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// An ONNX file as a differentiable network: the twin of what ONNX Runtime runs. Its logits are compared with the runtime's
/// at every load; where a node is not covered, or the logits differ, the file is a black box that says why.
/// </summary>
internal sealed class OnnxTwin : ImageClassifier
{
    private readonly OnnxNetwork _network;
    private readonly int _batch;

    private OnnxTwin(OnnxNetwork network, OnnxClassifier runtime, Device device, ScalarType elementType)
    {
        _network = network;
        (Name, ImageShape, ClassCount, _batch) = (runtime.Name, runtime.ImageShape, runtime.ClassCount, runtime.BatchLength);
        (Device, ElementType, ForwardFindings) = (device, elementType, runtime.ForwardFindings);
        IsDifferentiable = GivesGradients();
    }

    public override string Name { get; }

    public override Data.ImageShape ImageShape { get; }

    public override int ClassCount { get; }

    public override Device Device { get; }

    public override ScalarType ElementType { get; }

    public override bool IsDifferentiable { get; }

    public override bool IsReentrant => true;

    public override IReadOnlyList<ForwardFinding> ForwardFindings { get; }

    /// <summary>Loads a file: the twin, or the runtime's classifier where there is none.</summary>
    /// <exception cref="InputException">
    /// <c>OnnxInvalid</c>, <c>OnnxShapeInvalid</c>; <c>DoublePrecisionNotSupported</c>: float64
    /// of a file without a twin.
    /// </exception>
    public static ImageClassifier Load(string path, ClassifierLoadOptions options, WorkContext work)
    {
        // Before the runtime opens it: what the file says is checked here first.
        var file = OnnxFile.Read(path);
        var runtime = OnnxClassifier.Load(path, options, work);
        runtime.Findings = OnnxSource.Read(file);
        try
        {
            var twin = Compared(file, runtime, options, work);
            runtime.Dispose();
            return twin;
        }
        catch (InputException fault) when (HasNoTwin(fault) && !options.DoublePrecision)
        {
            work.Verbose?.Invoke($"{fault.Message} Only black-box attacks run.");
            if (fault.ErrorId == OnnxAgreement.Differs) work.Warning?.Invoke(fault.Message);
            runtime.NoTwin = fault;
            return runtime;
        }
        catch (InputException fault) when (HasNoTwin(fault))
        {
            runtime.Dispose();
            throw new InputException(
                "DoublePrecisionNotSupported", FaultKind.NotSupported,
                $"'{path}' is run by ONNX Runtime, in float32 only: {fault.Message}", path, fault);
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }

    public override Tensor Logits(Tensor images)
    {
        if (_batch < 1) return _network.Forward(images);
        using var scope = NewDisposeScope();
        // A model may have been exported for a batch of one length: what lacks to the last is filled with zeros.
        var count = images.shape[0];
        var parts = new List<Tensor>();
        for (var start = 0L; start < count; start += _batch)
        {
            var part = images.narrow(0, start, Math.Min(_batch, count - start));
            var missing = _batch - part.shape[0];
            if (missing > 0) part = nn.functional.pad(part, [0, 0, 0, 0, 0, 0, 0, missing]);
            parts.Add(_network.Forward(part).narrow(0, 0, _batch - missing));
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    public override bool HasFeatures => false;

    public override Tensor Features(Tensor images) => throw new InputException(
        "FeaturesNotAvailable", FaultKind.NotSupported, $"The ONNX model '{Name}' names no layer of features.", Name);

    /// <summary>The value of each node on one batch, in order.</summary>
    internal void Visit(Tensor images, Action<OnnxNode, string, Tensor> visit)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _network.Forward(images, visit);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _network.Dispose();
    }

    /// <summary>The twin, before its logits are compared.</summary>
    internal static OnnxTwin Of(OnnxFile file, OnnxClassifier runtime, ClassifierLoadOptions options, WorkContext work)
    {
        var (device, type) = (TensorDevice.Of(work.Device), options.DoublePrecision ? ScalarType.Float64 : ScalarType.Float32);
        var network = OnnxNetwork.Build(file, runtime.OutputName, type, device);
        try
        {
            return new OnnxTwin(network, runtime, device, type);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static OnnxTwin Compared(OnnxFile file, OnnxClassifier runtime, ClassifierLoadOptions options, WorkContext work)
    {
        var twin = Of(file, runtime, options, work);
        try
        {
            OnnxAgreement.Require(file, twin, runtime, options.Samples);
            return twin;
        }
        catch
        {
            twin.Dispose();
            throw;
        }
    }

    private static bool HasNoTwin(InputException fault) =>
        fault.ErrorId is OnnxFault.Opset or OnnxFault.Uncovered or OnnxFault.Failed or OnnxAgreement.Differs;

    // A graph may cut gradients (a cast to whole numbers); to ask the library for one that is not there ends the process.
    private bool GivesGradients()
    {
        using var guard = enable_grad();
        using var scope = NewDisposeScope();
        var images = zeros(
            [Math.Max(1, _batch), ImageShape.Channels, ImageShape.Height, ImageShape.Width], ElementType, Device, requires_grad: true);
        var logits = Logits(images);
        if (logits.shape is not [_, var classes] || classes != ClassCount || !logits.requires_grad) return false;
        logits.sum().backward();
        return images.grad is not null;
    }
}
