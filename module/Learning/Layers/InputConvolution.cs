using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// The first convolution of a network, on images of few channels, as an attack wants it: the gradient goes to the images
/// and not to the weights. The library's kernels for the gradient of an input work on blocks of 16 channels, of which an
/// image has 1 or 3; here the image's patches are multiplied by the weights, so both ways are products of matrices. The
/// result lies channels last in memory, which makes the next convolution faster, too.
/// </summary>
internal static class InputConvolution
{
    private const long MostChannels = 4;

    /// <summary>
    /// The convolution of stride 1 with the layer's weights. Where they want a gradient, on an accelerator, or with more
    /// channels, the library's kernel does it.
    /// </summary>
    /// <param name="layer">A layer of stride 1, without dilation and groups.</param>
    /// <param name="images">N x C x H x W.</param>
    /// <param name="padding">Zeros on each side, the layer's.</param>
    public static Tensor Forward(Conv2d layer, Tensor images, int padding)
    {
        if (layer.weight.requires_grad || images.device_type != DeviceType.CPU || images.shape[1] > MostChannels)
        {
            return layer.forward(images);
        }

        var (outputs, height, width) = (layer.weight.shape[0], layer.weight.shape[2], layer.weight.shape[3]);
        var (rows, columns) = (images.shape[2] + (2 * padding) - height + 1, images.shape[3] + (2 * padding) - width + 1);
        using var scope = NewDisposeScope();
        var patches = nn.functional.unfold(images, (height, width), null, (padding, padding), null).transpose(1, 2);
        return nn.functional.linear(patches, layer.weight.flatten(1), layer.bias)
            .view(images.shape[0], rows, columns, outputs).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
