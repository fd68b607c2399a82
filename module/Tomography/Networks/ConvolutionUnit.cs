using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A convolution of 3 x 3 that keeps the size, batch normalisation and ReLU: N x C x H x W to N x C' x H x W. For inference the
/// normalisation is folded into the convolution: w' = w g / sqrt(v + e), b' = b - m g / sqrt(v + e), with the stored mean m and
/// variance v, scale g and shift b; and where <see cref="WinogradConvolution"/> takes the layer, its filter is transformed once.
/// </summary>
internal sealed class ConvolutionUnit : NamedModule
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly Convolution _convolution;
    private readonly BatchNormalisation _normalisation;
    private Tensor? _weight;
    private Tensor? _filter;
    private Tensor? _bias;

    public ConvolutionUnit(int inputs, int outputs, Device device)
        : base(nameof(ConvolutionUnit))
    {
        _convolution = new Convolution(inputs, outputs, kernel: 3, device, padding: 1, hasBias: false);
        _normalisation = new BatchNormalisation(outputs, Epsilon, Momentum, device);
        register_module("conv", _convolution);
        register_module("norm", _normalisation);
    }

    /// <summary>Folds the normalisation of every unit of a network, which is for inference alone from then on.</summary>
    public static void Fold(nn.Module network)
    {
        using var guard = no_grad();
        foreach (var unit in network.modules().OfType<ConvolutionUnit>()) unit.Fold();
    }

    /// <summary>Products of numbers that its convolution takes for so many pixels.</summary>
    public long Products(long pixels) => _convolution.Products(pixels);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        if (_filter is not null && !training && WinogradConvolution.Takes(input, _weight!))
        {
            return WinogradConvolution.Apply(input, _filter, (int)_weight!.shape[0], _bias, isRectified: true).MoveToOuterDisposeScope();
        }

        if (_weight is not null && !training)
        {
            var type = input.dtype == ScalarType.BFloat16 && !MixedPrecision.Suits(_weight) ? ScalarType.Float32 : input.dtype;
            return nn.functional.conv2d(input.to(type), _weight.to(type), _bias!.to(type), padding: [1, 1]).relu_().to(input.dtype)
                .MoveToOuterDisposeScope();
        }

        return _normalisation.forward(_convolution.forward(input)).relu_().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _weight?.Dispose();
            _filter?.Dispose();
            _bias?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fold()
    {
        using var scope = NewDisposeScope();
        var scale = _normalisation.weight! / _normalisation.running_var!.add(Runtime.HeldScalar.Held(Epsilon), Runtime.HeldScalar.Held(1)).sqrt();
        _bias?.Dispose();
        _weight?.Dispose();
        _filter?.Dispose();
        _bias = (_normalisation.bias! - (_normalisation.running_mean! * scale)).DetachFromDisposeScope();
        _weight = ChannelsLast.Of(_convolution.Weight * scale.view(-1, 1, 1, 1)).DetachFromDisposeScope();
        _filter = WinogradConvolution.Takes(_weight, _weight) ? WinogradConvolution.Filter(_weight).DetachFromDisposeScope() : null;
    }
}
