using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// A layer whose weight may be divided by its largest singular value in each pass (<see cref="SpectralNormalisation"/>), as
/// the discriminators of spectrally normalised networks have it.
/// </summary>
internal abstract class SpectralLayer : NamedModule
{
    private readonly SpectralNormalisation? _normalisation;

    /// <summary>Creates the layer.</summary>
    /// <param name="name">The layer's kind.</param>
    /// <param name="shape">The weight's shape, a row for each output.</param>
    /// <param name="normalised">Whether the weight is normalised.</param>
    /// <param name="device">Where its tensors are.</param>
    protected SpectralLayer(string name, long[] shape, bool normalised, Device device)
        : base(name)
    {
        register_parameter("weight", nn.Parameter(zeros(shape, device: device)));
        register_parameter("bias", nn.Parameter(zeros(shape[0], device: device)));
        if (!normalised) return;
        _normalisation = new SpectralNormalisation(shape[0], device: device);
        register_module("normalisation", _normalisation);
    }

    /// <summary>The weight of this pass.</summary>
    protected Tensor Weight => _normalisation is null ? Registered("weight")!.alias() : _normalisation.forward(Registered("weight")!);

    /// <summary>The bias.</summary>
    protected Tensor Bias => Registered("bias")!;

    /// <summary>Draws the singular vectors of a module's layers; the weights are drawn by <see cref="Initialise"/>.</summary>
    public static void InitialiseVectors(nn.Module module, Generator generator)
    {
        foreach (var layer in module.modules().OfType<SpectralLayer>()) layer._normalisation?.Initialise(generator);
    }
}

/// <summary>A convolution of N x C x H x W with zeros around it.</summary>
internal sealed class SpectralConvolution(
    int inputs, int outputs, int kernel, int stride, int padding, bool normalised, Device device)
    : SpectralLayer(nameof(SpectralConvolution), [outputs, inputs, kernel, kernel], normalised, device), IMixedPrecision
{
    /// <inheritdoc/>
    public bool IsMixed { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var type = MixedPrecision.TypeOf(this, input);
        return nn.functional.conv2d(
                input.to(type), Weight.to(type), Bias.to(type), strides: [stride, stride], padding: [padding, padding])
            .to(input.dtype).MoveToOuterDisposeScope();
    }
}

/// <summary>A linear layer of N x D.</summary>
internal sealed class SpectralLinear(int inputs, int outputs, bool normalised, Device device)
    : SpectralLayer(nameof(SpectralLinear), [outputs, inputs], normalised, device)
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(input, Weight, Bias).MoveToOuterDisposeScope();
    }
}
