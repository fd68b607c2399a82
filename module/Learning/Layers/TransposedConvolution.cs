using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// A transposed convolution of stride 2 that doubles the sides: the parameters and the numbers of PyTorch's ConvTranspose2d with
/// padding (k - 1) / 2, and for an odd kernel an output padding of 1.
/// </summary>
internal sealed class TransposedConvolution : NamedModule, IMixedPrecision
{
    private readonly long[] _padding;
    private readonly long[] _outputPadding;

    /// <summary>Creates the layer.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">The side k of the kernel.</param>
    /// <param name="device">Where its tensors are.</param>
    public TransposedConvolution(int inputs, int outputs, int kernel, Device device)
        : base(nameof(TransposedConvolution))
    {
        _padding = [(kernel - 1) / 2, (kernel - 1) / 2];
        _outputPadding = [kernel % 2, kernel % 2];
        register_parameter("weight", nn.Parameter(zeros([inputs, outputs, kernel, kernel], device: device)));
        register_parameter("bias", nn.Parameter(zeros(outputs, device: device)));
    }

    /// <summary>inputs x outputs x k x k.</summary>
    public Parameter Weight => Registered("weight")!;

    /// <summary>outputs.</summary>
    public Parameter Bias => Registered("bias")!;

    /// <inheritdoc/>
    public bool IsMixed { get; set; }

    /// <summary>Products of numbers that it takes to use so many pixels of its input.</summary>
    public long Products(long pixels) => pixels * Weight.numel();

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var type = MixedPrecision.TypeOf(this, input, Weight);
        return nn.functional.conv_transpose2d(
                input.to(type), Weight.to(type), Bias.to(type), strides: [2, 2], padding: _padding, output_padding: _outputPadding)
            .to(input.dtype).MoveToOuterDisposeScope();
    }
}
