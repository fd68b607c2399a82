using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Classifier A of DefenseGAN (Samangouei et al. 2018), the dissertation's classifier of MNIST and Fashion-MNIST: two
/// convolutions of 5x5 with 64 channels (stride 1 SAME; stride 2 VALID), dropout .25, a layer of 128, dropout .5, the
/// classes. Phi is the 128 after ReLU.
/// </summary>
internal sealed class ModelA : ClassifierNetwork
{
    private const int Channels = 64;
    private const int FeatureCount = 128;
    private const int Kernel = 5;

    private readonly Conv2d _conv1;
    private readonly Conv2d _conv2;
    private readonly Linear _fc1;
    private readonly Linear _fc2;
    private readonly SeededDropout _dropout1 = new(0.25);
    private readonly SeededDropout _dropout2 = new(0.5);

    public ModelA(ImageShape shape, int classes, Device device)
        : base(nameof(ModelA))
    {
        _conv1 = nn.Conv2d(shape.Channels, Channels, kernel_size: Kernel, padding: Kernel / 2, device: device);
        _conv2 = nn.Conv2d(Channels, Channels, kernel_size: Kernel, stride: 2, device: device);
        var (rows, columns) = (((shape.Height - Kernel) / 2) + 1, ((shape.Width - Kernel) / 2) + 1);
        _fc1 = nn.Linear(Channels * rows * columns, FeatureCount, device: device);
        _fc2 = nn.Linear(FeatureCount, classes, device: device);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("dropout1", _dropout1);
        register_module("fc1", _fc1);
        register_module("dropout2", _dropout2);
        register_module("fc2", _fc2);
    }

    /// <summary>Whether the second convolution has an output.</summary>
    public static bool Takes(ImageShape shape) => shape.Height >= Kernel && shape.Width >= Kernel;

    public override Tensor Features(Tensor images)
    {
        var hidden = _conv2.forward(InputConvolution.Forward(_conv1, images, Kernel / 2).relu()).relu_();
        return _fc1.forward(_dropout1.forward(hidden.flatten(1))).relu_();
    }

    public override Tensor Head(Tensor features) => _fc2.forward(_dropout2.forward(features));

    public override void Initialise(Generator generator) => Learning.Initialise.Xavier(this, generator);
}
