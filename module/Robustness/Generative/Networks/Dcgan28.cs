using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The generator of InvGAN's public code for images of 28x28, width d (64 there): a linear layer to 4x4 with 4 d channels;
/// transposed convolutions of 5x5 and stride 2 to 2 d, d and C channels, the first one's 8x8 cut to 7x7; batch normalisation
/// and ReLU after each but the last, a sigmoid after that.
/// </summary>
internal sealed class Dcgan28Generator : GeneratorNetwork
{
    private const int Side = 4;
    private const int Cut = 7;

    private readonly Linear _linear;
    private readonly TransposedConvolution _deconv1;
    private readonly TransposedConvolution _deconv2;
    private readonly TransposedConvolution _deconv3;
    private BatchNormalisation? _bn0;
    private BatchNormalisation? _bn1;
    private BatchNormalisation? _bn2;

    public Dcgan28Generator(int latentLength, int width, ImageShape shape, Device device)
        : base(nameof(Dcgan28Generator), latentLength, shape)
    {
        _linear = nn.Linear(latentLength, 4 * width * Side * Side, device: device);
        _bn0 = GenerativeLayers.Normalisation(4 * width, device);
        _deconv1 = new TransposedConvolution(4 * width, 2 * width, GenerativeLayers.Kernel, device);
        _bn1 = GenerativeLayers.Normalisation(2 * width, device);
        _deconv2 = new TransposedConvolution(2 * width, width, GenerativeLayers.Kernel, device);
        _bn2 = GenerativeLayers.Normalisation(width, device);
        _deconv3 = new TransposedConvolution(width, shape.Channels, GenerativeLayers.Kernel, device);
        register_module("linear", _linear);
        register_module("bn0", _bn0);
        register_module("deconv1", _deconv1);
        register_module("bn1", _bn1);
        register_module("deconv2", _deconv2);
        register_module("bn2", _bn2);
        register_module("deconv3", _deconv3);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = ChannelsLast.Of(_linear.forward(input).view(input.shape[0], -1, Side, Side));
        hidden = _deconv1.forward(GenerativeLayers.Normalise(hidden, _bn0).relu());
        hidden = GenerativeLayers.Normalise(hidden[.., .., ..Cut, ..Cut], _bn1).relu();
        hidden = GenerativeLayers.Normalise(_deconv2.forward(hidden), _bn2).relu();
        return _deconv3.forward(hidden).sigmoid().MoveToOuterDisposeScope();
    }

    public override void Fold()
    {
        FoldedNormalisation.Into(_linear, ref _bn0);
        FoldedNormalisation.Into(_deconv1, ref _bn1);
        FoldedNormalisation.Into(_deconv2, ref _bn2);
    }
}

/// <summary>
/// The convolutions of 5x5 and stride 2 of the same code, to d, 2 d and 4 d channels and 4x4, and a linear layer: with LeakyReLU
/// of .2 (and spectral normalisation) its discriminator, with ReLU and without normalisation its inverter.
/// </summary>
internal sealed class Dcgan28Network : EncoderNetwork
{
    private readonly SpectralConvolution _conv1;
    private readonly SpectralConvolution _conv2;
    private readonly SpectralConvolution _conv3;
    private readonly SpectralLinear _linear;
    private readonly double _slope;

    private Dcgan28Network(ImageShape shape, int width, int outputs, double slope, bool normalised, Device device)
        : base(nameof(Dcgan28Network))
    {
        _slope = slope;
        _conv1 = new SpectralConvolution(shape.Channels, width, GenerativeLayers.Kernel, 2, GenerativeLayers.Kernel / 2, normalised, device);
        _conv2 = new SpectralConvolution(width, 2 * width, GenerativeLayers.Kernel, 2, GenerativeLayers.Kernel / 2, normalised, device);
        _conv3 = new SpectralConvolution(2 * width, 4 * width, GenerativeLayers.Kernel, 2, GenerativeLayers.Kernel / 2, normalised, device);
        _linear = new SpectralLinear(4 * width * 4 * 4, outputs, normalised, device);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("conv3", _conv3);
        register_module("linear", _linear);
    }

    /// <summary>The discriminator, of one output or more.</summary>
    public static Dcgan28Network Discriminator(ImageShape shape, int width, int outputs, bool normalised, Device device) =>
        new(shape, width, outputs, GenerativeLayers.Leak, normalised, device);

    /// <summary>The inverter.</summary>
    public static Dcgan28Network Inverter(ImageShape shape, int width, int latentLength, Device device) =>
        new(shape, width, latentLength, 0, normalised: false, device);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = Activate(_conv1.forward(ChannelsLast.Of(input)));
        hidden = Activate(_conv2.forward(hidden));
        hidden = Activate(_conv3.forward(hidden));
        return _linear.forward(hidden.flatten(1)).MoveToOuterDisposeScope();
    }

    private Tensor Activate(Tensor hidden) => GenerativeLayers.Activate(hidden, _slope);
}
