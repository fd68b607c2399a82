using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Learning.TorchScript;
using Thesis.Engine.Runtime;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A TorchScript program that takes N x C x H x W and returns logits. It is code of its author: only
/// <see cref="ClassifierLoadOptions.TrustedCode"/> leads here. Where it was traced and its operators are covered, a list of
/// the same calls computes it faster (<see cref="TracedNetwork"/>), once its logits were compared with the program's.
/// </summary>
internal sealed partial class TorchScriptClassifier : ImageClassifier
{
    private readonly jit.ScriptModule<Tensor, Tensor> _module;
    private bool _channelsLast;
    private TracedNetwork? _network;

    private TorchScriptClassifier(
        string path, jit.ScriptModule<Tensor, Tensor> module, ImageShape shape, Device device, ScalarType elementType)
    {
        _module = module;
        (Name, ImageShape, Device, ElementType) = (Path.GetFileNameWithoutExtension(path), shape, device, elementType);
        ForwardFindings = TorchScriptSource.Read(path);
        using var scope = NewDisposeScope();
        _module.to(device, elementType);
        _module.eval();
        foreach (var parameter in _module.parameters()) parameter.requires_grad_(false);
        try
        {
            Arrange(channelsLast: true);
            (ClassCount, IsDifferentiable) = Probe(path);
        }
        catch (InputException)
        {
            // A program that flattens by view takes the common order only.
            Arrange(channelsLast: false);
            (ClassCount, IsDifferentiable) = Probe(path);
        }
    }

    public override string Name { get; }

    public override ImageShape ImageShape { get; }

    public override int ClassCount { get; }

    public override Device Device { get; }

    public override ScalarType ElementType { get; }

    public override bool IsDifferentiable { get; }

    // The library's interpreter compiles a program while it runs.
    public override bool IsReentrant => _network is not null;

    public override IReadOnlyList<ForwardFinding> ForwardFindings { get; }

    /// <summary>Loads a program.</summary>
    /// <exception cref="InputException"><c>ImageShapeRequired</c>, <c>TorchScriptInvalid</c>.</exception>
    public static TorchScriptClassifier Load(string path, ClassifierLoadOptions options, WorkContext work)
    {
        var shape = options.ImageShape ?? throw new InputException(
            "ImageShapeRequired", FaultKind.InvalidArgument,
            $"'{path}' does not say what images it takes; give their shape, or a dataset.", path);
        var device = TensorDevice.Of(work.Device);
        jit.ScriptModule<Tensor, Tensor> module;
        try
        {
            module = jit.load<Tensor, Tensor>(path, device);
        }
        catch (Exception fault) when (fault is ExternalException or InvalidOperationException)
        {
            throw new InputException(
                "TorchScriptInvalid", FaultKind.InvalidData,
                $"'{path}' is no TorchScript program ({Reason(fault)}). A pickled state_dict is none; save it as safetensors.",
                path, fault);
        }

        try
        {
            var classifier = new TorchScriptClassifier(
                path, module, shape, device, options.DoublePrecision ? ScalarType.Float64 : ScalarType.Float32);
            classifier.TakeNetwork(path, options.Samples, work);
            return classifier;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    public override Tensor Logits(Tensor images)
    {
        if (!_channelsLast) return _module.forward(images);
        using var last = ChannelsLast.Of(images);
        return _network is null ? _module.forward(last) : _network.Forward(last);
    }

    /// <summary>Whether a list of calls computes the logits in the program's place.</summary>
    internal bool HasNetwork => _network is not null;

    // On the CPU, where it was measured; a program that takes the common order only stays as it is.
    private void TakeNetwork(string path, LabelledImages? samples, WorkContext work)
    {
        if (!_channelsLast || !IsDifferentiable || Device.type != DeviceType.CPU || ForwardFindings.Count > 0) return;
        var network = TracedNetwork.TryBuild(path, _module, work, out var reason);
        if (network is not null && Differs(network, samples, out reason))
        {
            network.Dispose();
            network = null;
        }

        _network = network;
        work.Verbose?.Invoke(network is null
            ? $"'{path}' is run by the library's interpreter: {reason}."
            : FormattableString.Invariant($"'{path}' is run as a list of {network.StepCount} calls, its logits are the program's."));
    }

    private bool Differs(TracedNetwork network, LabelledImages? samples, out string? reason)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        try
        {
            var images = ChannelsLast.Of(OnnxAgreement.Images(this, samples));
            var (theirs, own) = (_module.forward(images), network.Forward(images));
            reason = "their logits differ";
            if (!own.shape.SequenceEqual(theirs.shape) || own.dtype != theirs.dtype) return true;
            var largest = theirs.abs().amax([1L], keepdim: true).clamp_min(Held(1));
            return !(((own - theirs).abs() / largest).max().to(ScalarType.Float64).item<double>() <= OnnxAgreement.Tolerance);
        }
        catch (Exception fault) when (fault is TracedException or ExternalException or InvalidOperationException or ArgumentException)
        {
            reason = Printable.Reason(fault);
            return true;
        }
    }

    public override bool HasFeatures => false;

    public override Tensor Features(Tensor images) => throw new InputException(
        "FeaturesNotAvailable", FaultKind.NotSupported, $"The TorchScript program '{Name}' names no layer of features.", Name);

    // The library's message has its own cause in a line of its own, the last before the traceback of its native code.
    private static string Reason(Exception fault)
    {
        var lines = fault.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var cause = lines.LastOrDefault(line => Cause().IsMatch(line));
        return Printable.Reason(cause ?? lines.FirstOrDefault() ?? fault.GetType().Name);
    }

    [GeneratedRegex(@"^(?:\w+\.)*\w*(?:Error|Exception): .")]
    private static partial Regex Cause();

    // Convolutions of channels that lie last are faster on a CPU; the values are the same.
    private void Arrange(bool channelsLast)
    {
        _channelsLast = channelsLast;
        ChannelsLast.Apply(_module, channelsLast);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _network?.Dispose();
        _module.Dispose();
    }

    // One pass over zeros: the number of classes, and whether gradients come back. A program may cut the graph (detach,
    // an operation without derivative), and to ask the library for a gradient that is not there ends the process.
    private (int Classes, bool IsDifferentiable) Probe(string path)
    {
        using var guard = enable_grad();
        using var scope = NewDisposeScope();
        try
        {
            var images = zeros(
                [2, ImageShape.Channels, ImageShape.Height, ImageShape.Width], ElementType, Device, requires_grad: true);
            var logits = Logits(images);
            if (logits.shape is not [2, >= 2]) throw Fault($"its output on two images is {string.Join(" x ", logits.shape)}", null);
            if (logits.requires_grad) logits.sum().backward();
            return ((int)logits.shape[1], images.grad is not null);
        }
        catch (InvalidCastException fault)
        {
            throw Fault("its output is no tensor", fault);
        }
        catch (Exception fault) when (fault is ExternalException or InvalidOperationException)
        {
            throw Fault($"it does not run: {Reason(fault)}", fault);
        }

        InputException Fault(string reason, Exception? cause) => new(
            "TorchScriptInvalid", FaultKind.InvalidData,
            $"'{path}' is no classifier of images of {ImageShape}: {reason}.", path, cause);
    }
}
