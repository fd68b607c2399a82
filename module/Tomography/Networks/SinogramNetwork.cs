using Thesis.Engine.Learning;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The sinogram enhancement network (section 4.4.1). SE-Net is a U-Net whose every level sees the metal trace (the mask pyramid);
/// SE-Net0 sees it at the input alone. Views close to a turn, so the sinogram is continued with its own first and last views; bins
/// are continued with the outermost.
/// <code>Y_out = M (Y_LI + G(Y_LI, M)) + (1 - M) Y_LI                                                        (4.6)</code>
/// </summary>
internal sealed class SinogramNetwork : NamedModule
{
    // Views seen beyond the first and the last, at least.
    private const int LeastMargin = 8;

    private readonly UNet _network;
    private readonly bool _hasPyramid;

    /// <summary>Creates the network.</summary>
    /// <param name="width">The width of the U-Net's first level.</param>
    /// <param name="hasPyramid">SE-Net; else SE-Net0.</param>
    /// <param name="device">Where its tensors are.</param>
    public SinogramNetwork(int width, bool hasPyramid, Device device)
        : base(hasPyramid ? "SE-Net" : "SE-Net0")
    {
        _hasPyramid = hasPyramid;
        _network = new UNet(inputs: 2, outputs: 1, width, sides: hasPyramid ? 1 : 0, device);
        register_module("unet", _network);
    }

    /// <summary>Draws the first weights; the output is the input then.</summary>
    public void Initialise(Generator generator) => _network.Initialise(generator);

    /// <summary>[B, 2, views, bins], Y_LI and M, to [B, 1, views, bins].</summary>
    public override Tensor forward(Tensor input)
    {
        using var interpolated = input.narrow(1, 0, 1);
        using var trace = input.narrow(1, 1, 1);
        return Restore(interpolated, trace);
    }

    /// <summary>Y_out of Y_LI and the metal trace (1 and 0), both [B, 1, views, bins].</summary>
    public Tensor Restore(Tensor interpolated, Tensor trace)
    {
        using var scope = NewDisposeScope();
        var (views, bins) = (interpolated.shape[2], interpolated.shape[3]);
        var turn = Padded(views, 2 * LeastMargin);
        var (before, right) = ((turn - views) / 2, Padded(bins, 0) - bins);
        var (after, left) = (turn - views - before, right / 2);
        right -= left;
        var (wide, wideTrace) = (Continue(interpolated), Continue(trace));
        var change = _network.Run(cat([wide, wideTrace], dim: 1), _hasPyramid ? wideTrace : null)
            .narrow(2, before, views).narrow(3, left, bins);
        return interpolated.Plus(trace * change).MoveToOuterDisposeScope();

        Tensor Continue(Tensor sinogram)
        {
            var closed = nn.functional.pad(sinogram, [0, 0, before, after], PaddingModes.Circular);
            return nn.functional.pad(closed, [left, right, 0, 0], PaddingModes.Replicate);
        }
    }

    /// <summary>Products of numbers of the convolutions for a sinogram.</summary>
    public long Products(long views, long bins) => _network.Products(Padded(views, 2 * LeastMargin), Padded(bins, 0));

    private static long Padded(long length, long margin) => (length + margin + UNet.Stride - 1) / UNet.Stride * UNet.Stride;
}
