using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The wide residual network of Madry et al. 2018 for CIFAR-10: each image standardised, a convolution to 16 channels,
/// three stages of 5 units with 160, 320 and 640 channels (strides 1, 2, 2), batch normalisation, LeakyReLU .1, the mean
/// over rows and columns, the classes. Phi is that mean of 640. About 46 million parameters.
/// </summary>
internal sealed class WideResNet : ClassifierNetwork
{
    private const int UnitsPerStage = 5;
    private const int InitialChannels = 16;

    private static readonly (int Channels, int Stride)[] Stages = [(160, 1), (320, 2), (640, 2)];

    private readonly Conv2d _input;
    private readonly List<ResidualUnit> _units = [];
    private readonly BatchNormalisation _norm;
    private readonly Linear _output;

    public WideResNet(ImageShape shape, int classes, Device device)
        : base(nameof(WideResNet))
    {
        _input = nn.Conv2d(shape.Channels, InitialChannels, kernel_size: 3, padding: 1, bias: false, device: device);
        register_module("conv", _input);
        var channels = InitialChannels;
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            for (var unit = 0; unit < UnitsPerStage; unit++)
            {
                // The first unit of all normalises before its shortcut branches off.
                var added = new ResidualUnit(
                    channels, Stages[stage].Channels, unit == 0 ? Stages[stage].Stride : 1, stage == 0 && unit == 0,
                    device);
                register_module($"unit{stage + 1}_{unit}", added);
                _units.Add(added);
                channels = Stages[stage].Channels;
            }
        }

        _norm = ResidualUnit.Norm(channels, device);
        _output = nn.Linear(channels, classes, device: device);
        register_module("norm", _norm);
        register_module("fc", _output);
    }

    /// <summary>Whether the two strides leave something.</summary>
    public static bool Takes(ImageShape shape) => shape.Height >= 4 && shape.Width >= 4;

    public override Tensor Features(Tensor images)
    {
        var hidden = InputConvolution.Forward(_input, Standardise(images), 1);
        foreach (var unit in _units) hidden = unit.forward(hidden);
        return ResidualUnit.Activate(_norm.forward(hidden)).mean([2, 3]);
    }

    public override Tensor Head(Tensor features) => _output.forward(features);

    public override void Initialise(Generator generator) => Learning.Initialise.He(this, generator);

    /// <summary>Each image less its mean, divided by its standard deviation, at least 1 / sqrt(values).</summary>
    private static Tensor Standardise(Tensor images)
    {
        var mean = images.mean([1, 2, 3], keepdim: true);
        var centred = images - mean;
        var variance = (centred * centred).mean([1, 2, 3], keepdim: true);
        var least = 1.0 / (images.shape[1] * images.shape[2] * images.shape[3]);
        return centred / variance.clamp_min(Held(least)).sqrt();
    }
}
