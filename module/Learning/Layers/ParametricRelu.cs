using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// The parametric rectifier (He et al. 2015), x where x is above 0 and a_c x elsewhere, a slope a_c for each channel c
/// that is trained with the rest; the parameter and the numbers of PyTorch's PReLU.
/// </summary>
internal sealed class ParametricRelu : NamedModule
{
    /// <summary>The slope before the first step.</summary>
    public const double FirstSlope = 0.25;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C, the second length of its inputs.</param>
    /// <param name="device">Where its tensors are.</param>
    public ParametricRelu(int channels, Device device)
        : base(nameof(ParametricRelu)) =>
        register_parameter("weight", nn.Parameter(zeros(channels, device: device)));

    /// <summary>Sets the slopes of all such layers of a module; the drawing of its weights takes them for scales.</summary>
    public static void Initialise(nn.Module module)
    {
        using var guard = no_grad();
        foreach (var layer in module.modules().OfType<ParametricRelu>()) layer.Registered("weight")!.fill_(Held(FirstSlope));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.prelu(input, Registered("weight")!);
}
