using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The discriminator of images and codes of ALI: the convolutions of the architecture's discriminator give 4 d features of an image, two
/// linear layers 4 d of a code, and two more a logit of both; LeakyReLU of .2 between, all spectrally normalised. Its input has an image
/// and a code side by side in a row.
/// </summary>
internal sealed class PairDiscriminator : NamedModule
{
    private readonly ImageShape _shape;
    private readonly EncoderNetwork _images;
    private readonly SpectralLinear _code1;
    private readonly SpectralLinear _code2;
    private readonly SpectralLinear _pair1;
    private readonly SpectralLinear _pair2;

    public PairDiscriminator(GenerativeArchitecture architecture, ImageShape shape, int width, int latentLength, Device device)
        : base(nameof(PairDiscriminator))
    {
        var features = 4 * width;
        _shape = shape;
        _images = architecture.Discriminator(shape, width, normalised: true, device, features);
        _code1 = new SpectralLinear(latentLength, features, normalised: true, device);
        _code2 = new SpectralLinear(features, features, normalised: true, device);
        _pair1 = new SpectralLinear(2 * features, features, normalised: true, device);
        _pair2 = new SpectralLinear(features, 1, normalised: true, device);
        register_module("images", _images);
        register_module("code1", _code1);
        register_module("code2", _code2);
        register_module("pair1", _pair1);
        register_module("pair2", _pair2);
    }

    /// <summary>Images, N x C x H x W, and codes, N x D, side by side, N x (C H W + D).</summary>
    public static Tensor Pairs(Tensor images, Tensor codes)
    {
        using var scope = NewDisposeScope();
        return cat([images.flatten(1), codes], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the first values.</summary>
    public void Initialise(Generator generator)
    {
        Learning.Initialise.Xavier(this, generator);
        SpectralLayer.InitialiseVectors(this, generator);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var images = _images.forward(input[.., .._shape.Count].reshape(-1, _shape.Channels, _shape.Height, _shape.Width));
        var codes = _code2.forward(Activate(_code1.forward(input[.., _shape.Count..])));
        var both = Activate(cat([images, codes], 1));
        return _pair2.forward(Activate(_pair1.forward(both))).MoveToOuterDisposeScope();
    }

    private static Tensor Activate(Tensor hidden) => GenerativeLayers.Activate(hidden, GenerativeLayers.Leak);
}
