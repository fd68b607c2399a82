using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// ResNet-101 (He et al. 2016), of large capacity in section 2.5.2.1, with the layers and names of torchvision's, so
/// that its state_dicts fit but for the last layer: a convolution of 7x7 and a pooling, each by 2, stages of 3, 4, 23
/// and 3 bottlenecks with 64, 128, 256 and 512 channels, the mean over rows and columns, and <c>fc</c>, from those
/// 2,048 values to the feature's 512.
/// <para>
/// The dissertation does not say how long the feature is; 512 is the length of All-in-One's, with which it is compared,
/// and keeps the layer that classifies 57,440 identities at 29 million weights in place of 118. The stride of a stage
/// stands in its 3x3 convolution, as torchvision has it, and not in the first 1x1. Published for 224 x 224 pixels; 32 x
/// 32 are the least.
/// </para>
/// </summary>
internal sealed class ResNet101 : EmbeddingNetwork
{
    private const int Features = 512;
    private const int LeastSide = 32;
    private const int Expansion = 4;

    private static readonly (int Channels, int Units)[] Stages = [(64, 3), (128, 4), (256, 23), (512, 3)];

    private readonly Conv2d _conv;
    private readonly BatchNormalisation _norm;
    private readonly List<ModuleSequence> _stages = [];
    private readonly Linear _fc;

    /// <summary>Creates the network.</summary>
    /// <param name="width">The share of the published channels.</param>
    /// <param name="device">Where its tensors are.</param>
    public ResNet101(double width, Device device)
        : base(nameof(ResNet101), Scaled(Features, width))
    {
        var inputs = Scaled(Stages[0].Channels, width);
        _conv = nn.Conv2d(3, inputs, kernel_size: 7, stride: 2, padding: 3, bias: false, device: device);
        _norm = Norm(inputs, device);
        register_module("conv1", _conv);
        register_module("bn1", _norm);
        foreach (var (published, count) in Stages)
        {
            var channels = Scaled(published, width);
            var units = new Bottleneck[count];
            for (var unit = 0; unit < count; unit++)
            {
                units[unit] = new Bottleneck(inputs, channels, unit == 0 && _stages.Count > 0 ? 2 : 1, device);
                inputs = Expansion * channels;
            }

            _stages.Add(new ModuleSequence(units));
            register_module($"layer{_stages.Count}", _stages[^1]);
        }

        _fc = nn.Linear(inputs, Dimension, device: device);
        register_module("fc", _fc);
    }

    /// <summary>Whether the five halvings leave something.</summary>
    public static bool Takes(int rows, int columns) => Math.Min(rows, columns) >= LeastSide;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _norm.forward(_conv.forward(input)).relu_();
        hidden = nn.functional.max_pool2d(hidden, kernel_size: 3, stride: 2, padding: 1);
        foreach (var stage in _stages) hidden = stage.forward(hidden);
        return _fc.forward(hidden.mean([2, 3])).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Convolutions of 1x1, 3x3 and 1x1 with batch normalisation, and the input added, by a convolution where the shape
    /// changes.
    /// </summary>
    private sealed class Bottleneck : NamedModule
    {
        private readonly Conv2d[] _convolutions;
        private readonly BatchNormalisation[] _norms;
        private readonly ModuleSequence? _shortcut;

        public Bottleneck(int inputs, int channels, int stride, Device device)
            : base(nameof(Bottleneck))
        {
            var outputs = Expansion * channels;
            _convolutions =
            [
                nn.Conv2d(inputs, channels, kernel_size: 1, bias: false, device: device),
                nn.Conv2d(channels, channels, kernel_size: 3, stride: stride, padding: 1, bias: false, device: device),
                nn.Conv2d(channels, outputs, kernel_size: 1, bias: false, device: device),
            ];
            _norms = [Norm(channels, device), Norm(channels, device), Norm(outputs, device)];
            for (var i = 0; i < _norms.Length; i++)
            {
                register_module($"conv{i + 1}", _convolutions[i]);
                register_module($"bn{i + 1}", _norms[i]);
            }

            if (stride == 1 && inputs == outputs) return;
            _shortcut = new ModuleSequence(
                nn.Conv2d(inputs, outputs, kernel_size: 1, stride: stride, bias: false, device: device),
                Norm(outputs, device));
            register_module("downsample", _shortcut);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var hidden = _norms[0].forward(_convolutions[0].forward(input)).relu_();
            hidden = _norms[1].forward(_convolutions[1].forward(hidden)).relu_();
            hidden = _norms[2].forward(_convolutions[2].forward(hidden));
            return hidden.Plus(_shortcut?.forward(input) ?? input).relu_().MoveToOuterDisposeScope();
        }
    }
}
