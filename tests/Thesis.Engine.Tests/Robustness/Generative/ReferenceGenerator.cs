using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The small generator of the reference values, in float64.</summary>
internal sealed class ReferenceGenerator : GeneratorNetwork
{
    private readonly Tensor _linear = ReferenceVectors.Of("g_lin_weight").DetachFromDisposeScope();
    private readonly Tensor _linearBias = ReferenceVectors.Of("g_lin_bias").DetachFromDisposeScope();
    private readonly Tensor _deconv = ReferenceVectors.Of("g_dc_weight").DetachFromDisposeScope();
    private readonly Tensor _deconvBias = ReferenceVectors.Of("g_dc_bias").DetachFromDisposeScope();

    public ReferenceGenerator()
        : base("reference", 6, new ImageShape(1, 14, 14))
    {
    }

    /// <summary>As defences see it.</summary>
    public static GenerativeModel Model() => new(new ReferenceGenerator(), "reference", CPU, ScalarType.Float64);

    public override void Fold()
    {
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = nn.functional.linear(input, _linear, _linearBias).relu().view(-1, 8, 7, 7);
        var made = nn.functional.conv_transpose2d(
            hidden, _deconv, _deconvBias, strides: [2, 2], padding: [2, 2], output_padding: [1, 1]);
        return made.mul(Held(3)).sigmoid().MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in (Tensor[])[_linear, _linearBias, _deconv, _deconvBias]) tensor.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A small inverter of it, smooth, in float64.</summary>
internal sealed class ReferenceInverter : EncoderNetwork
{
    private readonly Tensor _weight;

    public ReferenceInverter()
        : base("inverter")
    {
        using var generator = new Generator(7, CPU);
        _weight = empty(6, 196, dtype: ScalarType.Float64).normal_(0, 0.1, generator).DetachFromDisposeScope();
    }

    public static InverterModel Model() => new(new ReferenceInverter(), new ImageShape(1, 14, 14), 6, CPU, ScalarType.Float64);

    public override Tensor forward(Tensor input) => nn.functional.linear(input.flatten(1), _weight).tanh();

    protected override void Dispose(bool disposing)
    {
        _weight.Dispose();
        base.Dispose(disposing);
    }
}
