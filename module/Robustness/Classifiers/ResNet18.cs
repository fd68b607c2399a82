using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// ResNet-18 (He et al. 2016) with the layers and names of torchvision's, so that its state_dicts load: a convolution of 7x7
/// and a pooling, each by 2, four stages of two units with 64, 128, 256 and 512 channels, the mean over rows and columns, the
/// classes. Phi is that mean of 512. Pixels are taken as they are, in [0, 1]: weights that were trained on normalised images
/// want the normalisation in front.
/// </summary>
internal sealed class ResNet18 : ClassifierNetwork
{
    private static readonly int[] Channels = [64, 128, 256, 512];

    private readonly Conv2d _conv;
    private readonly BatchNormalisation _norm;
    private readonly List<BasicUnit> _units = [];
    private readonly Linear _output;

    public ResNet18(ImageShape shape, int classes, Device device)
        : base(nameof(ResNet18))
    {
        _conv = nn.Conv2d(shape.Channels, Channels[0], kernel_size: 7, stride: 2, padding: 3, bias: false, device: device);
        _norm = BasicUnit.Norm(Channels[0], device);
        register_module("conv1", _conv);
        register_module("bn1", _norm);
        var inputs = Channels[0];
        for (var stage = 0; stage < Channels.Length; stage++)
        {
            BasicUnit[] units =
            [
                new(inputs, Channels[stage], stage == 0 ? 1 : 2, device), new(Channels[stage], Channels[stage], 1, device),
            ];
            register_module($"layer{stage + 1}", new ModuleSequence(units));
            _units.AddRange(units);
            inputs = Channels[stage];
        }

        _output = nn.Linear(inputs, classes, device: device);
        register_module("fc", _output);
    }

    /// <summary>Whether the five halvings leave something.</summary>
    public static bool Takes(ImageShape shape) => shape.Height >= 32 && shape.Width >= 32;

    public override Tensor Features(Tensor images)
    {
        var hidden = _norm.forward(_conv.forward(images)).relu_();
        hidden = nn.functional.max_pool2d(hidden, kernel_size: 3, stride: 2, padding: 1);
        foreach (var unit in _units) hidden = unit.forward(hidden);
        return hidden.mean([2, 3]);
    }

    public override Tensor Head(Tensor features) => _output.forward(features);

    public override void Initialise(Generator generator) => Learning.Initialise.He(this, generator);

    /// <summary>Two convolutions of 3x3 with batch normalisation, and the input added, by a convolution of 1x1 where it widens.</summary>
    private sealed class BasicUnit : NamedModule
    {
        private readonly Conv2d _conv1;
        private readonly BatchNormalisation _norm1;
        private readonly Conv2d _conv2;
        private readonly BatchNormalisation _norm2;
        private readonly ModuleSequence? _shortcut;

        public BasicUnit(int inputs, int outputs, int stride, Device device)
            : base(nameof(BasicUnit))
        {
            _conv1 = nn.Conv2d(inputs, outputs, kernel_size: 3, stride: stride, padding: 1, bias: false, device: device);
            _norm1 = Norm(outputs, device);
            _conv2 = nn.Conv2d(outputs, outputs, kernel_size: 3, padding: 1, bias: false, device: device);
            _norm2 = Norm(outputs, device);
            register_module("conv1", _conv1);
            register_module("bn1", _norm1);
            register_module("conv2", _conv2);
            register_module("bn2", _norm2);
            if (stride == 1 && inputs == outputs) return;
            _shortcut = new ModuleSequence(
                nn.Conv2d(inputs, outputs, kernel_size: 1, stride: stride, bias: false, device: device), Norm(outputs, device));
            register_module("downsample", _shortcut);
        }

        public static BatchNormalisation Norm(int channels, Device device) => new(channels, epsilon: 1e-5, momentum: 0.1, device);

        public override Tensor forward(Tensor input)
        {
            var first = _norm1.forward(_conv1.forward(input)).relu_();
            var second = _norm2.forward(_conv2.forward(first));
            return second.Plus(_shortcut?.forward(input) ?? input).relu_();
        }
    }
}
