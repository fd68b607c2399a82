using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// The base network of All-in-One (Ranjan et al. 2017), of small capacity in section 2.5.2.2: seven convolutions and
/// three fully connected layers, of which the last classifies (<see cref="IdentityHead"/>); the feature is fc-512's.
/// <para>
/// The dissertation says no more, and the papers' tables were not at hand: the layers are, as remembered, those of the
/// network of Sankaranarayanan et al. (2016) from which
/// All-in-One begins, for 227 x 227 pixels: 96 filters of 11x11 by 4 and 256 of 5x5, each followed by the largest of
/// 3x3 by 2; 384, 384, 512, 512 and 512 of 3x3, the last followed by the largest of 3x3 by 2; 1,024 and 512 values.
/// Parametric rectifiers after all of them but fc-512, so that features have both signs; dropout of .5 on fc6 and on
/// the feature, in training. Another size of images changes fc6 alone. Batch normalisation after every convolution is
/// an option, as of the DCNN.
/// </para>
/// </summary>
internal sealed class AllInOneBase : EmbeddingNetwork
{
    private const double DropoutShare = 0.5;
    private const int Features = 512;
    private const int Hidden = 1024;
    private const int LeastSide = 67;

    private static readonly (int Channels, int Kernel, int Stride, int Padding, bool Pools)[] Layers =
    [
        (96, 11, 4, 0, true), (256, 5, 1, 2, true), (384, 3, 1, 1, false), (384, 3, 1, 1, false), (512, 3, 1, 1, false),
        (512, 3, 1, 1, false), (512, 3, 1, 1, true),
    ];

    private readonly List<Conv2d> _convolutions = [];
    private readonly List<BatchNormalisation> _norms = [];
    private readonly List<ParametricRelu> _rectifiers = [];
    private readonly Linear _fc6;
    private readonly Linear _fc7;
    private readonly SeededDropout _dropout = new(DropoutShare);

    /// <summary>Creates the network.</summary>
    /// <param name="rows">Rows of an image.</param>
    /// <param name="columns">Columns of an image.</param>
    /// <param name="width">The share of the published channels.</param>
    /// <param name="normalised">Whether each convolution's channels are normalised over the batch.</param>
    /// <param name="device">Where its tensors are.</param>
    public AllInOneBase(int rows, int columns, double width, bool normalised, Device device)
        : base(nameof(AllInOneBase), Scaled(Features, width))
    {
        var inputs = 3;
        foreach (var layer in Layers)
        {
            var outputs = Scaled(layer.Channels, width);
            _convolutions.Add(nn.Conv2d(
                inputs, outputs, kernel_size: layer.Kernel, stride: layer.Stride, padding: layer.Padding, device: device));
            register_module($"conv{_convolutions.Count}", _convolutions[^1]);
            if (normalised)
            {
                _norms.Add(Norm(outputs, device));
                register_module($"bn{_norms.Count}", _norms[^1]);
            }

            AddRectifier(outputs, device);
            inputs = outputs;
        }

        var hidden = Scaled(Hidden, width);
        _fc6 = nn.Linear(inputs * Left(rows) * Left(columns), hidden, device: device);
        register_module("fc6", _fc6);
        AddRectifier(hidden, device);
        _fc7 = nn.Linear(hidden, Dimension, device: device);
        register_module("fc7", _fc7);
        register_module("dropout", _dropout);
    }

    /// <summary>Whether the strides leave something.</summary>
    public static bool Takes(int rows, int columns) => Math.Min(rows, columns) >= LeastSide;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = input;
        for (var layer = 0; layer < _convolutions.Count; layer++)
        {
            hidden = _convolutions[layer].forward(hidden);
            if (_norms.Count > 0) hidden = _norms[layer].forward(hidden);
            hidden = _rectifiers[layer].forward(hidden);
            if (Layers[layer].Pools) hidden = nn.functional.max_pool2d(hidden, kernel_size: 3, stride: 2);
        }

        hidden = _dropout.forward(_rectifiers[^1].forward(_fc6.forward(hidden.flatten(1))));
        return _dropout.forward(_fc7.forward(hidden)).MoveToOuterDisposeScope();
    }

    // What of a length comes to fc6.
    private static int Left(int length) => Layers.Aggregate(length, (left, layer) =>
    {
        var convolved = ((left + (2 * layer.Padding) - layer.Kernel) / layer.Stride) + 1;
        return layer.Pools ? ((convolved - 3) / 2) + 1 : convolved;
    });

    private void AddRectifier(int channels, Device device)
    {
        _rectifiers.Add(new ParametricRelu(channels, device));
        register_module($"prelu{_rectifiers.Count}", _rectifiers[^1]);
    }
}
