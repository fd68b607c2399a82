using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// The order of memory in which the library's convolutions of a CPU need no reordering: the channels of a pixel side by
/// side. Shapes and values stay; a convolution whose weights lie so gives its output so.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>Reorders the weights of a module's convolutions, in place; other parameters stay.</summary>
    /// <param name="module">The module, whose parameters want no gradient.</param>
    /// <param name="channelsLast">Whether the channels shall lie last; else the common order.</param>
    public static void Apply(nn.Module module, bool channelsLast = true)
    {
        using var guard = no_grad();
        foreach (var parameter in module.parameters())
        {
            if (parameter.device_type != DeviceType.CPU || parameter.dim() != 4) continue;
            using var scope = NewDisposeScope();
            parameter.set_(channelsLast ? Of(parameter) : parameter.flatten().view(parameter.shape));
        }
    }

    /// <summary>
    /// The same values so ordered; gradients flow. With one channel both orders are the same bytes, and only the strides
    /// tell the library which is meant, so they are made anew by a view.
    /// </summary>
    public static Tensor Of(Tensor values)
    {
        if (values.device_type != DeviceType.CPU) return values.alias();
        using var scope = NewDisposeScope();
        var shape = values.shape;
        var last = shape[1] == 1
            ? values.contiguous().view(shape[0], shape[2], shape[3], 1)
            : values.permute(0, 2, 3, 1).contiguous();
        return last.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
