using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// The DCNN of Chen, Patel and Chellappa (WACV 2016), with which chapter 2 curates ('DNN (CASIA)') and whose 320 values
/// of pool5 are the features of chapter 3: ten convolutions of 3x3 with 32, 64, 64, 128, 96, 192, 128, 256, 160 and 320
/// channels and zeros around, a pooling of the largest of 2x2 after each second one (a row or column that is left over
/// is one of its own: 100, 50, 25, 13, 7), the mean over rows and columns, and dropout of .4 in training.
/// <para>
/// Published for 100 x 100 pixels, 5,006 K weights (K = 1,024, convolutions 1,710.8 K) with the 3,296 K of 10,548
/// identities; layers and sums are the paper's as remembered, its table was not at hand.
/// Taken where the paper leaves it open: parametric rectifiers after all convolutions but the last, as in
/// the CASIA network of Yi et al. (2014) that it is made from, so that features have both signs; no local response
/// normalisation. Batch normalisation after every convolution is an option that the paper has not: a set of some
/// thousand faces is then learnt in some thousand steps.
/// </para>
/// </summary>
internal sealed class DeepConvolutionalNetwork : EmbeddingNetwork
{
    private const double DropoutShare = 0.4;
    private const int LeastSide = 9;

    private static readonly int[] Published = [32, 64, 64, 128, 96, 192, 128, 256, 160, 320];

    private readonly List<Conv2d> _convolutions = [];
    private readonly List<BatchNormalisation> _norms = [];
    private readonly List<ParametricRelu> _rectifiers = [];
    private readonly SeededDropout _dropout = new(DropoutShare);

    /// <summary>Creates the network.</summary>
    /// <param name="width">The share of the published channels.</param>
    /// <param name="normalised">Whether each convolution's channels are normalised over the batch.</param>
    /// <param name="device">Where its tensors are.</param>
    public DeepConvolutionalNetwork(double width, bool normalised, Device device)
        : base(nameof(DeepConvolutionalNetwork), Scaled(Published[^1], width))
    {
        var inputs = 3;
        for (var layer = 0; layer < Published.Length; layer++)
        {
            var outputs = Scaled(Published[layer], width);
            var name = $"{(layer / 2) + 1}{(layer % 2) + 1}";
            _convolutions.Add(nn.Conv2d(inputs, outputs, kernel_size: 3, padding: 1, device: device));
            register_module("conv" + name, _convolutions[^1]);
            inputs = outputs;
            if (normalised)
            {
                _norms.Add(Norm(outputs, device));
                register_module("bn" + name, _norms[^1]);
            }

            if (layer == Published.Length - 1) break;
            _rectifiers.Add(new ParametricRelu(outputs, device));
            register_module("prelu" + name, _rectifiers[^1]);
        }

        register_module("dropout", _dropout);
    }

    /// <summary>Whether the four poolings leave something to look at.</summary>
    public static bool Takes(int rows, int columns) => Math.Min(rows, columns) >= LeastSide;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = input;
        for (var layer = 0; layer < _convolutions.Count; layer++)
        {
            if (layer > 0 && layer % 2 == 0)
            {
                hidden = nn.functional.max_pool2d(hidden, kernel_size: 2, stride: 2, ceil_mode: true);
            }

            hidden = _convolutions[layer].forward(hidden);
            if (_norms.Count > 0) hidden = _norms[layer].forward(hidden);
            if (layer < _rectifiers.Count) hidden = _rectifiers[layer].forward(hidden);
        }

        return _dropout.forward(hidden.mean([2, 3])).MoveToOuterDisposeScope();
    }
}
