using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The PatchGAN of pix2pix: whether each patch of 70 x 70 pixels of an image is the truth that belongs to its input. Convolutions of
/// 4 x 4, three of stride 2 and two of stride 1, channels w, 2w, 4w, 8w, 1, leaky ReLU of slope .2, batch normalisation but in the
/// first and the last. [B, 2, H, W], input and image, to logits [B, 1, H / 8 - 2, W / 8 - 2].
/// </summary>
internal sealed class PatchDiscriminator : NamedModule
{
    /// <summary>The least side of an image: below it nothing is left to judge.</summary>
    public const int LeastSide = 24;

    private const int Layers = 5;

    private readonly Convolution[] _layers = new Convolution[Layers];
    private readonly BatchNormalisation?[] _norms = new BatchNormalisation?[Layers];

    /// <summary>Creates the discriminator.</summary>
    /// <param name="width">w.</param>
    /// <param name="device">Where its tensors are.</param>
    public PatchDiscriminator(int width, Device device)
        : base("PatchGAN")
    {
        int[] channels = [2, width, 2 * width, 4 * width, 8 * width, 1];
        for (var layer = 0; layer < Layers; layer++)
        {
            _layers[layer] = new Convolution(
                channels[layer], channels[layer + 1], kernel: 4, device, stride: layer < 3 ? 2 : 1, padding: 1);
            register_module($"conv{layer}", _layers[layer]);
            if (layer is 0 or Layers - 1) continue;
            var norm = new BatchNormalisation(channels[layer + 1], epsilon: 1e-5, momentum: 0.1, device);
            register_module($"norm{layer}", norm);
            _norms[layer] = norm;
        }
    }

    /// <summary>Draws the weights as Glorot did.</summary>
    public void Initialise(Generator generator) => Learning.Initialise.Xavier(this, generator);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = input;
        for (var layer = 0; layer < Layers; layer++)
        {
            hidden = _layers[layer].forward(hidden);
            if (_norms[layer] is { } norm) hidden = norm.forward(hidden);
            if (layer < Layers - 1) hidden = LeakyRelu.Of(hidden);
        }

        return hidden.MoveToOuterDisposeScope();
    }
}
