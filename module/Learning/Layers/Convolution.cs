using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// A convolution with the parameters and the numbers of PyTorch's Conv2d, by <see cref="WinogradConvolution"/> where that is for it, that
/// can compute its products in bfloat16.
/// </summary>
internal sealed class Convolution : NamedModule, IMixedPrecision
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly bool _isWhole;

    /// <summary>Creates the layer.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">The side k of the kernel.</param>
    /// <param name="device">Where its tensors are.</param>
    /// <param name="stride">Pixels from one output to the next.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <param name="hasBias">Whether it adds a value to each channel.</param>
    public Convolution(
        long inputs, long outputs, int kernel, Device device, int stride = 1, int padding = 0, bool hasBias = true)
        : base(nameof(Convolution))
    {
        (_stride, _padding, _isWhole) = ([stride, stride], [padding, padding], stride == 1 && padding == 1);
        register_parameter("weight", nn.Parameter(zeros([outputs, inputs, kernel, kernel], device: device)));
        if (hasBias) register_parameter("bias", nn.Parameter(zeros(outputs, device: device)));
    }

    /// <summary>outputs x inputs x k x k.</summary>
    public Parameter Weight => Registered("weight")!;

    /// <summary>outputs; null without a bias.</summary>
    public Parameter? Bias => Registered("bias");

    /// <inheritdoc/>
    public bool IsMixed { get; set; }

    /// <summary>Products of numbers that it takes to compute so many pixels of its output.</summary>
    public long Products(long pixels) => pixels * Weight.numel();

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var type = MixedPrecision.TypeOf(this, input, Weight);
        if (type != ScalarType.BFloat16 && _isWhole && WinogradConvolution.TakesInTraining(input, Weight))
        {
            return Winograd(input).MoveToOuterDisposeScope();
        }

        // In the common order libtorch 2.10 reads freed memory where the channels are no multiples of 16; a NaN there would stay.
        return nn.functional.conv2d(ChannelsLast.Of(input).to(type), Weight.to(type), Bias?.to(type), _stride, _padding)
            .to(input.dtype).MoveToOuterDisposeScope();
    }

    private Tensor Winograd(Tensor input)
    {
        var sums = WinogradFunction.apply(input, Weight);
        return Bias is { } bias ? sums.add(bias.view(1, -1, 1, 1), Held(1)) : sums;
    }
}
