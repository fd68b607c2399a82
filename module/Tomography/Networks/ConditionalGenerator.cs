using Thesis.Engine.Learning;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The generator of pix2pix (Isola et al. 2017), cGAN-CT of section 4.5.2: convolutions of 4 x 4 and stride 2 down (leaky ReLU of
/// slope .2), transposed ones up (ReLU), each level joined with what came down, batch normalisation between, dropout of .5 in the
/// first three levels up. Channels w, 2w, 4w, 8w, 8w, ... Its output is added to its input, in multiples of water, so that it
/// begins as the identity. Of width 64 and 6 levels it has 29 million parameters.
/// </summary>
internal sealed class ConditionalGenerator : RestorationNetwork
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;
    private const int DropoutLevels = 3;

    private readonly int _levels;
    private readonly Convolution[] _down;
    private readonly TransposedConvolution[] _up;
    private readonly BatchNormalisation?[] _downNorms;
    private readonly BatchNormalisation?[] _upNorms;
    private readonly SeededDropout?[] _dropouts;

    /// <summary>Creates the generator.</summary>
    /// <param name="width">w.</param>
    /// <param name="levels">How often the image is halved.</param>
    /// <param name="device">Where its tensors are.</param>
    public ConditionalGenerator(int width, int levels, Device device)
        : base("pix2pix")
    {
        _levels = levels;
        (_down, _up) = (new Convolution[levels], new TransposedConvolution[levels]);
        (_downNorms, _upNorms, _dropouts) = (new BatchNormalisation?[levels], new BatchNormalisation?[levels], new SeededDropout?[levels]);
        for (var level = 0; level < levels; level++)
        {
            var (inputs, outputs) = (level == 0 ? 1 : Channels(level - 1), Channels(level));
            _down[level] = new Convolution(inputs, outputs, kernel: 4, device, stride: 2, padding: 1);
            register_module($"down{level}", _down[level]);
            // The innermost has one pixel of a small image, and nothing to normalise.
            if (level > 0 && level < levels - 1) register_module($"down_norm{level}", _downNorms[level] = Norm(outputs, device));
        }

        for (var level = levels - 1; level >= 0; level--)
        {
            var (inputs, outputs) = (level == levels - 1 ? Channels(level) : 2 * Channels(level), level == 0 ? 1 : Channels(level - 1));
            _up[level] = new TransposedConvolution(inputs, outputs, kernel: 4, device);
            register_module($"up{level}", _up[level]);
            if (level == 0) continue;
            register_module($"up_norm{level}", _upNorms[level] = Norm(outputs, device));
            if (level >= levels - DropoutLevels) register_module($"dropout{level}", _dropouts[level] = new SeededDropout(0.5));
        }

        int Channels(int level) => width * Math.Min(8, 1 << level);
    }

    /// <summary>Draws the weights as Glorot did; the last layer begins at 0.</summary>
    public override void Initialise(Generator generator)
    {
        Learning.Initialise.Xavier(this, generator);
        using var guard = no_grad();
        _up[0].Weight.fill_(Held(0));
    }

    /// <summary>The sides are multiples of this.</summary>
    public int Stride => 1 << _levels;

    /// <inheritdoc/>
    public override Tensor Restore(ScanBatch scans) => ImagePadding.Run(forward, scans.Artifact, Stride);

    /// <summary>[B, 1, H, W] in multiples of water, to the same; sides are multiples of 2^levels.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var skips = new Tensor[_levels];
        var hidden = input;
        for (var level = 0; level < _levels; level++)
        {
            hidden = _down[level].forward(level == 0 ? hidden : LeakyRelu.Of(hidden));
            if (_downNorms[level] is { } norm) hidden = norm.forward(hidden);
            skips[level] = hidden;
        }

        for (var level = _levels - 1; level >= 0; level--)
        {
            hidden = _up[level].forward((level == _levels - 1 ? hidden : cat([hidden, skips[level]], dim: 1)).relu());
            if (_upNorms[level] is { } norm) hidden = norm.forward(hidden);
            if (_dropouts[level] is { } dropout) hidden = dropout.forward(hidden);
        }

        return input.Plus(hidden).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override long Products(ScanGeometry geometry)
    {
        var side = ImagePadding.Padded(geometry.ImageSize, Stride);
        return Enumerable.Range(1, _levels).Sum(halvings =>
        {
            var pixels = (side >> halvings) * (side >> halvings);
            return _down[halvings - 1].Products(pixels) + _up[halvings - 1].Products(pixels);
        });
    }

    private static BatchNormalisation Norm(int channels, Device device) => new(channels, Epsilon, Momentum, device);
}
