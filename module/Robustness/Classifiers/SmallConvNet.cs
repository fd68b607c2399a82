using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A small network for quick use: two convolutions of 3x3 (32 and 64 channels), each with ReLU and pooling by 2, a layer
/// of 128, dropout .5, the classes. Pixels become 2x - 1 first. Phi is the 128 after ReLU.
/// </summary>
internal sealed class SmallConvNet : ClassifierNetwork
{
    private const int FirstChannels = 32;
    private const int SecondChannels = 64;
    private const int FeatureCount = 128;

    private readonly Conv2d _conv1;
    private readonly Conv2d _conv2;
    private readonly Linear _fc1;
    private readonly Linear _fc2;
    private readonly SeededDropout _dropout = new(0.5);

    public SmallConvNet(ImageShape shape, int classes, Device device)
        : base(nameof(SmallConvNet))
    {
        _conv1 = nn.Conv2d(shape.Channels, FirstChannels, kernel_size: 3, padding: 1, device: device);
        _conv2 = nn.Conv2d(FirstChannels, SecondChannels, kernel_size: 3, padding: 1, device: device);
        _fc1 = nn.Linear(SecondChannels * (shape.Height / 4) * (shape.Width / 4), FeatureCount, device: device);
        _fc2 = nn.Linear(FeatureCount, classes, device: device);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("fc1", _fc1);
        register_module("dropout", _dropout);
        register_module("fc2", _fc2);
    }

    /// <summary>Whether the two poolings leave something.</summary>
    public static bool Takes(ImageShape shape) => shape.Height >= 4 && shape.Width >= 4;

    public override Tensor Features(Tensor images)
    {
        var first = Pool(InputConvolution.Forward(_conv1, images.mul(Held(2)).sub(Held(1)), 1).relu());
        var second = Pool(_conv2.forward(first).relu_());
        return _fc1.forward(second.flatten(1)).relu_();
    }

    public override Tensor Head(Tensor features) => _fc2.forward(_dropout.forward(features));

    public override void Initialise(Generator generator) => Learning.Initialise.He(this, generator);

    private static Tensor Pool(Tensor hidden) => nn.functional.max_pool2d(hidden, kernel_size: 2);
}
