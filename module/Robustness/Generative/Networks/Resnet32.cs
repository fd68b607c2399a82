using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;
using Linear = TorchSharp.Modules.Linear;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The residual generator for 32x32 (Miyato et al. 2018, Table 4), width d (128 there): a linear layer to 4x4 with 2 d channels, three
/// blocks that double the sides, batch normalisation, ReLU, a convolution of 3x3 to C, tanh.
/// </summary>
internal sealed class Resnet32Generator : GeneratorNetwork
{
    private const int Side = 4;
    private const int BlockCount = 3;

    private readonly Linear _linear;
    private readonly Resnet32Up[] _blocks = new Resnet32Up[BlockCount];
    private readonly BatchNormalisation _bn;
    private readonly Convolution _conv;

    public Resnet32Generator(int latentLength, int width, ImageShape shape, Device device)
        : base(nameof(Resnet32Generator), latentLength, shape)
    {
        var channels = 2 * width;
        _linear = nn.Linear(latentLength, channels * Side * Side, device: device);
        register_module("linear", _linear);
        for (var i = 0; i < BlockCount; i++)
        {
            _blocks[i] = new Resnet32Up(channels, device);
            register_module($"block{i + 1}", _blocks[i]);
        }

        _bn = GenerativeLayers.Normalisation(channels, device);
        _conv = new Convolution(channels, shape.Channels, 3, device, padding: 1);
        register_module("bn", _bn);
        register_module("conv", _conv);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = ChannelsLast.Of(_linear.forward(input).view(input.shape[0], -1, Side, Side));
        foreach (var block in _blocks) hidden = block.forward(hidden);
        return GenerativeLayers.Pixels(_conv.forward(_bn.forward(hidden).relu())).MoveToOuterDisposeScope();
    }

    public override void Fold()
    {
        foreach (var block in _blocks) block.Fold();
    }
}

/// <summary>
/// Batch normalisation, ReLU, twice the sides, a convolution of 3x3, batch normalisation, ReLU, a convolution of 3x3; beside it twice the
/// sides and a convolution of 1x1.
/// </summary>
internal sealed class Resnet32Up : NamedModule
{
    private readonly BatchNormalisation _bn1;
    private readonly Convolution _conv1;
    private readonly Convolution _conv2;
    private readonly Convolution _shortcut;
    private BatchNormalisation? _bn2;

    public Resnet32Up(int channels, Device device)
        : base(nameof(Resnet32Up))
    {
        _bn1 = GenerativeLayers.Normalisation(channels, device);
        _conv1 = new Convolution(channels, channels, 3, device, padding: 1);
        _bn2 = GenerativeLayers.Normalisation(channels, device);
        _conv2 = new Convolution(channels, channels, 3, device, padding: 1);
        _shortcut = new Convolution(channels, channels, 1, device);
        register_module("bn1", _bn1);
        register_module("conv1", _conv1);
        register_module("bn2", _bn2);
        register_module("conv2", _conv2);
        register_module("shortcut", _shortcut);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = GenerativeLayers.Normalise(_conv1.forward(Doubled(_bn1.forward(input).relu())), _bn2).relu();
        // A convolution of 1x1 and the nearest neighbour change places.
        return _conv2.forward(hidden).Plus(Doubled(_shortcut.forward(input))).MoveToOuterDisposeScope();
    }

    /// <summary>Puts the second normalisation into the first convolution; the first follows a sum.</summary>
    public void Fold() => FoldedNormalisation.Into(_conv1, ref _bn2);

    private static Tensor Doubled(Tensor hidden) =>
        nn.functional.interpolate(hidden, size: [2 * hidden.shape[2], 2 * hidden.shape[3]], mode: InterpolationMode.Nearest);
}

/// <summary>
/// The residual networks of images beside it, of d channels: a block on the image that halves the sides, one more that does, two plain
/// ones, ReLU, the sum over the pixels, a linear layer. The discriminator is spectrally normalised, the inverter is not.
/// </summary>
internal sealed class Resnet32Network : EncoderNetwork
{
    private readonly Resnet32Block[] _blocks;
    private readonly SpectralLinear _linear;

    public Resnet32Network(ImageShape shape, int width, int outputs, bool normalised, Device device)
        : base(nameof(Resnet32Network))
    {
        _blocks =
        [
            new Resnet32Block(shape.Channels, width, halves: true, isFirst: true, normalised, device),
            new Resnet32Block(width, width, halves: true, isFirst: false, normalised, device),
            new Resnet32Block(width, width, halves: false, isFirst: false, normalised, device),
            new Resnet32Block(width, width, halves: false, isFirst: false, normalised, device),
        ];
        for (var i = 0; i < _blocks.Length; i++) register_module($"block{i + 1}", _blocks[i]);
        _linear = new SpectralLinear(width, outputs, normalised, device);
        register_module("linear", _linear);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = ChannelsLast.Of(GenerativeLayers.Centred(input));
        foreach (var block in _blocks) hidden = block.forward(hidden);
        return _linear.forward(hidden.relu().sum([2, 3])).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// ReLU, a convolution of 3x3, ReLU, a convolution of 3x3, and where it halves a mean over 2x2; beside it the input, through a
/// convolution of 1x1 where it halves. The first block has no ReLU before its first convolution, and its mean comes before its 1x1.
/// </summary>
internal sealed class Resnet32Block : NamedModule
{
    private readonly SpectralConvolution _conv1;
    private readonly SpectralConvolution _conv2;
    private readonly SpectralConvolution? _shortcut;
    private readonly bool _isFirst;

    public Resnet32Block(int inputs, int outputs, bool halves, bool isFirst, bool normalised, Device device)
        : base(nameof(Resnet32Block))
    {
        _isFirst = isFirst;
        _conv1 = new SpectralConvolution(inputs, outputs, 3, 1, 1, normalised, device);
        _conv2 = new SpectralConvolution(outputs, outputs, 3, 1, 1, normalised, device);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        if (!halves) return;
        _shortcut = new SpectralConvolution(inputs, outputs, 1, 1, 0, normalised, device);
        register_module("shortcut", _shortcut);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _conv2.forward(_conv1.forward(_isFirst ? input : input.relu()).relu());
        if (_shortcut is null) return hidden.Plus(input).MoveToOuterDisposeScope();
        // A convolution of 1x1 and a mean change places; the smaller image is the cheaper one.
        return Halved(hidden).Plus(_shortcut.forward(Halved(input))).MoveToOuterDisposeScope();
    }

    private static Tensor Halved(Tensor hidden) => nn.functional.avg_pool2d(hidden, 2);
}
