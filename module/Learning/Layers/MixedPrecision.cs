using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>A layer that can compute its products in bfloat16.</summary>
internal interface IMixedPrecision
{
    /// <summary>Whether it does.</summary>
    bool IsMixed { get; set; }
}

/// <summary>
/// Training with convolutions in bfloat16 and all else in float32: parameters, sums, normalisations, losses. About twice as fast
/// on a processor that has instructions for it.
/// </summary>
internal static class MixedPrecision
{
    /// <summary>Switches all layers of a module that can.</summary>
    public static void Apply(nn.Module module, bool mixed)
    {
        foreach (var layer in module.modules().OfType<IMixedPrecision>()) layer.IsMixed = mixed;
    }

    /// <summary>The type in which a layer computes.</summary>
    public static ScalarType TypeOf(IMixedPrecision layer, Tensor input) => layer.IsMixed ? ScalarType.BFloat16 : input.dtype;
}
