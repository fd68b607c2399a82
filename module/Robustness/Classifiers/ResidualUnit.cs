using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A unit of <see cref="WideResNet"/>: normalise, activate, convolve, twice, and add the input. Where the unit widens, its
/// shortcut is the mean over a stride's block, with channels of zeros before and after.
/// </summary>
internal sealed class ResidualUnit : NamedModule
{
    private const double Slope = 0.1;
    private const int Kernel = 3;

    private readonly BatchNormalisation _norm1;
    private readonly Conv2d _conv1;
    private readonly BatchNormalisation _norm2;
    private readonly Conv2d _conv2;
    private readonly int _stride;
    private readonly int _added;
    private readonly bool _activatesFirst;

    public ResidualUnit(int inputs, int outputs, int stride, bool activatesFirst, Device device)
        : base(nameof(ResidualUnit))
    {
        (_stride, _added, _activatesFirst) = (stride, outputs - inputs, activatesFirst);
        _norm1 = Norm(inputs, device);
        _conv1 = nn.Conv2d(inputs, outputs, kernel_size: Kernel, stride: stride, bias: false, device: device);
        _norm2 = Norm(outputs, device);
        _conv2 = nn.Conv2d(outputs, outputs, kernel_size: Kernel, padding: Kernel / 2, bias: false, device: device);
        register_module("norm1", _norm1);
        register_module("conv1", _conv1);
        register_module("norm2", _norm2);
        register_module("conv2", _conv2);
    }

    /// <summary>The published settings of batch normalisation, epsilon 1e-3 and decay .999; the library's momentum is 1 - decay.</summary>
    public static BatchNormalisation Norm(int channels, Device device) =>
        new(channels, epsilon: 1e-3, momentum: 1e-3, device);

    /// <summary>LeakyReLU.</summary>
    public static Tensor Activate(Tensor hidden) => hidden.leaky_relu(Held(Slope));

    public override Tensor forward(Tensor input)
    {
        var activated = Activate(_norm1.forward(input));
        var first = _conv1.forward(SamePadding.Pad(activated, Kernel, _stride));
        var second = _conv2.forward(Activate(_norm2.forward(first)));
        return second.Plus(Shortcut(_activatesFirst ? activated : input));
    }

    private Tensor Shortcut(Tensor input)
    {
        if (_added == 0) return input;
        var reduced = _stride == 1 ? input : nn.functional.avg_pool2d(input, kernel_size: _stride);
        // Pairs from the last dimension on: columns, rows, channels.
        return nn.functional.pad(reduced, [0, 0, 0, 0, _added / 2, _added - (_added / 2)]);
    }
}
