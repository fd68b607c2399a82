using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// A batch normalisation with stored statistics is a scale and a shift of each channel, s = weight / sqrt(variance + epsilon) and
/// bias - mean s, so the layer before it can do both at no cost.
/// </summary>
internal static class FoldedNormalisation
{
    /// <summary>Scales and shifts a linear layer, whose outputs are channels of equal length, one after another.</summary>
    public static void Into(Linear layer, ref BatchNormalisation? normalisation)
    {
        if (normalisation is null) return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (scale, shift) = Of(normalisation);
        var length = layer.bias!.shape[0] / scale.shape[0];
        var (each, offset) = (scale.repeat_interleave(length), shift.repeat_interleave(length));
        layer.weight.mul_(each.unsqueeze(1));
        layer.bias.mul_(each).Plus_(offset);
        normalisation = null;
    }

    /// <summary>Scales and shifts a transposed convolution without groups.</summary>
    public static void Into(TransposedConvolution layer, ref BatchNormalisation? normalisation)
    {
        if (normalisation is null) return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (scale, shift) = Of(normalisation);
        layer.Weight.mul_(scale.view(1, -1, 1, 1));
        layer.Bias.mul_(scale).Plus_(shift);
        normalisation = null;
    }

    /// <summary>Scales and shifts a convolution that has a bias.</summary>
    public static void Into(Convolution layer, ref BatchNormalisation? normalisation)
    {
        if (normalisation is null) return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (scale, shift) = Of(normalisation);
        layer.Weight.mul_(scale.view(-1, 1, 1, 1));
        layer.Bias!.mul_(scale).Plus_(shift);
        normalisation = null;
    }

    private static (Tensor Scale, Tensor Shift) Of(BatchNormalisation normalisation)
    {
        var scale = normalisation.weight! / normalisation.running_var!.Plus(Held(normalisation.eps)).sqrt();
        return (scale, normalisation.bias! - (normalisation.running_mean! * scale));
    }
}
