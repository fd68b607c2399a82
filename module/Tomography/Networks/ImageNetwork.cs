using Thesis.Engine.Learning;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The image enhancement network (section 4.4.3): a U-Net that learns what must be added to X_LI.
/// <code>X_out = X_LI + G(X, X_LI)                                                                          (4.12)</code>
/// Alone (configuration C of section 4.5.1) it sees X_LI only. Images are in multiples of the attenuation of water.
/// </summary>
internal sealed class ImageNetwork : NamedModule
{
    private readonly UNet _network;

    /// <summary>Creates the network.</summary>
    /// <param name="width">The width of the U-Net's first level.</param>
    /// <param name="inputs">2 with SE-Net's image, 1 without.</param>
    /// <param name="device">Where its tensors are.</param>
    public ImageNetwork(int width, int inputs, Device device)
        : base("IE-Net")
    {
        _network = new UNet(inputs, outputs: 1, width, sides: 0, device);
        register_module("unet", _network);
    }

    /// <summary>Draws the first weights; the output is X_LI then.</summary>
    public void Initialise(Generator generator) => _network.Initialise(generator);

    /// <summary>[B, inputs, N, N], X_LI first, to [B, 1, N, N].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var interpolated = input.narrow(1, 0, 1);
        return interpolated.Plus(ImagePadding.Run(_network.forward, input, UNet.Stride)).MoveToOuterDisposeScope();
    }

    /// <summary>Products of numbers of the convolutions for an image of this side.</summary>
    public long Products(long side)
    {
        var padded = ImagePadding.Padded(side, UNet.Stride);
        return _network.Products(padded, padded);
    }
}
