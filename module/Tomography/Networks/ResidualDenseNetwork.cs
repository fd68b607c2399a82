using Thesis.Engine.Learning;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The residual dense network (Zhang et al. 2018) without its upscaling layers: RDN-CT of section 4.5.2. Two convolutions, D blocks
/// of C dense layers that each add G channels and are fused to G_0 by 1 x 1 with a residual, all blocks fused, a residual over
/// all of it and a last convolution, whose result is added to the image. D = 10, C = 8, G = G_0 = 64 have 13.8 million parameters.
/// </summary>
internal sealed class ResidualDenseNetwork : RestorationNetwork
{
    private readonly Convolution _first;
    private readonly Convolution _second;
    private readonly ResidualDenseBlock[] _blocks;
    private readonly Convolution _fuse;
    private readonly Convolution _smooth;
    private readonly Convolution _last;

    /// <summary>Creates the network.</summary>
    /// <param name="blocks">D.</param>
    /// <param name="layers">C.</param>
    /// <param name="growth">G and G_0.</param>
    /// <param name="device">Where its tensors are.</param>
    public ResidualDenseNetwork(int blocks, int layers, int growth, Device device)
        : base("RDN")
    {
        _first = new Convolution(1, growth, kernel: 3, device, padding: 1);
        _second = new Convolution(growth, growth, kernel: 3, device, padding: 1);
        _blocks = [.. Enumerable.Range(0, blocks).Select(_ => new ResidualDenseBlock(layers, growth, device))];
        _fuse = new Convolution((long)blocks * growth, growth, kernel: 1, device);
        _smooth = new Convolution(growth, growth, kernel: 3, device, padding: 1);
        _last = new Convolution(growth, 1, kernel: 3, device, padding: 1);
        register_module("first", _first);
        register_module("second", _second);
        for (var b = 0; b < blocks; b++) register_module($"block{b}", _blocks[b]);
        register_module("fuse", _fuse);
        register_module("smooth", _smooth);
        register_module("last", _last);
    }

    /// <summary>Draws the weights as He did; the last layer begins at 0, so that the output is the input then.</summary>
    public override void Initialise(Generator generator)
    {
        Learning.Initialise.He(this, generator);
        using var guard = no_grad();
        _last.Weight.fill_(Held(0));
    }

    /// <inheritdoc/>
    public override Tensor Restore(ScanBatch scans) => forward(scans.Artifact);

    /// <summary>[B, 1, H, W] in multiples of water, to the same.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var shallow = _first.forward(ChannelsLast.Of(input));
        var hidden = _second.forward(shallow);
        var outputs = new List<Tensor>();
        foreach (var block in _blocks)
        {
            hidden = block.forward(hidden);
            outputs.Add(hidden);
        }

        var fused = _smooth.forward(_fuse.forward(cat(outputs, dim: 1))).Plus(shallow);
        return input.Plus(_last.forward(fused)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override long Products(ScanGeometry geometry)
    {
        var pixels = (long)geometry.ImageSize * geometry.ImageSize;
        Convolution[] single = [_first, _second, _fuse, _smooth, _last];
        return single.Sum(layer => layer.Products(pixels)) + _blocks.Sum(block => block.Products(pixels));
    }
}

/// <summary>A block of the residual dense network.</summary>
internal sealed class ResidualDenseBlock : NamedModule
{
    private readonly Convolution[] _layers;
    private readonly Convolution _fuse;

    public ResidualDenseBlock(int layers, int growth, Device device)
        : base(nameof(ResidualDenseBlock))
    {
        _layers = [.. Enumerable.Range(1, layers)
            .Select(count => new Convolution((long)count * growth, growth, kernel: 3, device, padding: 1))];
        _fuse = new Convolution((layers + 1L) * growth, growth, kernel: 1, device);
        for (var l = 0; l < layers; l++) register_module($"layer{l}", _layers[l]);
        register_module("fuse", _fuse);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var dense = input;
        foreach (var layer in _layers) dense = cat([dense, layer.forward(dense).relu_()], dim: 1);
        return input.Plus(_fuse.forward(dense)).MoveToOuterDisposeScope();
    }

    /// <summary>Products of numbers that it takes for so many pixels.</summary>
    public long Products(long pixels) => _layers.Append(_fuse).Sum(layer => layer.Products(pixels));
}
