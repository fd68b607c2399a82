using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The five layers of CNNMAR (Zhang and Yu 2018): convolutions of 3 x 3 with 32 features, ReLU between, 28,929 parameters. It sees an
/// image with artifacts, one corrected for beam hardening and LI's, in the unit that it was trained in, and gives the
/// image from which the tissue prior is made: [B, 3, H, W] to [B, 1, H, W].
/// </summary>
internal sealed class PriorNetwork : RestorationNetwork
{
    private const int Layers = 5;

    private readonly Convolution[] _layers = new Convolution[Layers];

    /// <summary>Creates the network.</summary>
    /// <param name="features">Channels between the layers.</param>
    /// <param name="device">Where its tensors are.</param>
    public PriorNetwork(int features, Device device)
        : base("CNNMAR")
    {
        for (var layer = 0; layer < Layers; layer++)
        {
            _layers[layer] = new Convolution(
                layer == 0 ? 3 : features, layer == Layers - 1 ? 1 : features, kernel: 3, device, padding: 1);
            register_module($"conv{layer + 1}", _layers[layer]);
        }
    }

    /// <summary>The convolution of a layer, from 0.</summary>
    public Convolution Layer(int layer) => _layers[layer];

    /// <summary>Draws the weights as He did.</summary>
    public override void Initialise(Generator generator) => Learning.Initialise.He(this, generator);

    /// <inheritdoc/>
    public override Tensor Restore(ScanBatch scans)
    {
        using var scope = NewDisposeScope();
        return forward(cat([scans.Artifact, scans.Corrected!, scans.Interpolated], dim: 1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Activations(input)[^1];

    /// <inheritdoc/>
    protected override long Products(ScanGeometry geometry) =>
        _layers.Sum(layer => layer.Products((long)geometry.ImageSize * geometry.ImageSize));

    /// <summary>The outputs of the five layers, after ReLU but for the last.</summary>
    public Tensor[] Activations(Tensor input)
    {
        var outputs = new Tensor[Layers];
        var hidden = input;
        for (var layer = 0; layer < Layers; layer++)
        {
            hidden = _layers[layer].forward(hidden);
            if (layer < Layers - 1) hidden = hidden.relu_();
            outputs[layer] = hidden;
        }

        return outputs;
    }
}
