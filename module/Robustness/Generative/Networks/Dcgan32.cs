using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using static TorchSharp.torch;
using Linear = TorchSharp.Modules.Linear;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The generator of spectrally normalised DCGANs for 32x32 (Miyato et al. 2018, Table 3), width d (64 there): a linear layer to 4x4
/// with 8 d channels; transposed convolutions of 4x4 and stride 2 to 4 d, 2 d and d; a convolution of 3x3 to C; batch normalisation and
/// ReLU after each but the last, tanh after that.
/// </summary>
internal sealed class Dcgan32Generator : GeneratorNetwork
{
    private const int Side = 4;
    private const int Kernel = 4;

    private readonly Linear _linear;
    private readonly TransposedConvolution[] _deconvs = new TransposedConvolution[3];
    private readonly BatchNormalisation?[] _norms = new BatchNormalisation?[4];
    private readonly Convolution _conv;

    public Dcgan32Generator(int latentLength, int width, ImageShape shape, Device device)
        : base(nameof(Dcgan32Generator), latentLength, shape)
    {
        _linear = nn.Linear(latentLength, 8 * width * Side * Side, device: device);
        register_module("linear", _linear);
        for (var i = 0; i <= _deconvs.Length; i++)
        {
            var channels = (8 * width) >> i;
            var norm = GenerativeLayers.Normalisation(channels, device);
            register_module($"bn{i}", norm);
            _norms[i] = norm;
            if (i == _deconvs.Length) break;
            _deconvs[i] = new TransposedConvolution(channels, channels / 2, Kernel, device);
            register_module($"deconv{i + 1}", _deconvs[i]);
        }

        _conv = new Convolution(width, shape.Channels, 3, device, padding: 1);
        register_module("conv", _conv);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = ChannelsLast.Of(_linear.forward(input).view(input.shape[0], -1, Side, Side));
        hidden = GenerativeLayers.Normalise(hidden, _norms[0]).relu();
        for (var i = 0; i < _deconvs.Length; i++) hidden = GenerativeLayers.Normalise(_deconvs[i].forward(hidden), _norms[i + 1]).relu();
        return GenerativeLayers.Pixels(_conv.forward(hidden)).MoveToOuterDisposeScope();
    }

    public override void Fold()
    {
        FoldedNormalisation.Into(_linear, ref _norms[0]);
        for (var i = 0; i < _deconvs.Length; i++) FoldedNormalisation.Into(_deconvs[i], ref _norms[i + 1]);
    }
}

/// <summary>
/// The networks of images beside it. The discriminator: convolutions of 3x3, and of 4x4 with stride 2 after each of the first three,
/// to d, d, 2 d, 2 d, 4 d, 4 d and 8 d channels, LeakyReLU, and a linear layer, spectrally normalised. The inverter of InvGAN's
/// code: 3x3 to d, then 4x4 with stride 2 to 2 d, 4 d and 8 d, ReLU, a linear layer.
/// </summary>
internal sealed class Dcgan32Network : EncoderNetwork
{
    private readonly SpectralConvolution[] _convs;
    private readonly SpectralLinear _linear;
    private readonly double _slope;

    private Dcgan32Network(
        ImageShape shape, (int Channels, bool Halves)[] layers, int outputs, double slope, bool normalised, Device device)
        : base(nameof(Dcgan32Network))
    {
        _slope = slope;
        _convs = new SpectralConvolution[layers.Length];
        var channels = shape.Channels;
        for (var i = 0; i < layers.Length; i++)
        {
            var (kernel, stride) = layers[i].Halves ? (4, 2) : (3, 1);
            _convs[i] = new SpectralConvolution(channels, layers[i].Channels, kernel, stride, 1, normalised, device);
            register_module($"conv{i + 1}", _convs[i]);
            channels = layers[i].Channels;
        }

        _linear = new SpectralLinear(channels * 4 * 4, outputs, normalised, device);
        register_module("linear", _linear);
    }

    /// <summary>The discriminator, of one output or more.</summary>
    public static Dcgan32Network Discriminator(ImageShape shape, int width, int outputs, bool normalised, Device device) => new(
        shape,
        [(width, false), (width, true), (2 * width, false), (2 * width, true), (4 * width, false), (4 * width, true), (8 * width, false)],
        outputs, GenerativeLayers.Leak, normalised, device);

    /// <summary>The inverter.</summary>
    public static Dcgan32Network Inverter(ImageShape shape, int width, int latentLength, Device device) => new(
        shape, [(width, false), (2 * width, true), (4 * width, true), (8 * width, true)], latentLength, 0, normalised: false, device);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = ChannelsLast.Of(GenerativeLayers.Centred(input));
        foreach (var conv in _convs) hidden = GenerativeLayers.Activate(conv.forward(hidden), _slope);
        return _linear.forward(hidden.flatten(1)).MoveToOuterDisposeScope();
    }
}
