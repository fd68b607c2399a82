using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A U-Net (Ronneberger et al. 2015) of four halvings: widths w, 2w, 4w, 8w, 8w, two units of convolution each; down by maxima of
/// 2 x 2, up bilinearly, then joined with what came down. Of width 64 it has 13.4 million parameters. A side image, such as a
/// metal trace, may be given to every level: averaged over the level's pixels and joined with its input, on both ways (the mask
/// pyramid of section 4.4.1).
/// </summary>
internal sealed class UNet : NamedModule, IMixedPrecision
{
    /// <summary>The height and width are multiples of this.</summary>
    public const int Stride = 16;

    private const int Levels = 4;

    private readonly ConvolutionUnit[][] _down = new ConvolutionUnit[Levels + 1][];
    private readonly ConvolutionUnit[][] _up = new ConvolutionUnit[Levels][];
    private readonly Conv2d _last;

    /// <summary>Creates the network.</summary>
    /// <param name="inputs">Channels of its input.</param>
    /// <param name="outputs">Channels of its output.</param>
    /// <param name="width">w.</param>
    /// <param name="sides">Channels of the side image; 0 for none.</param>
    /// <param name="device">Where its tensors are.</param>
    public UNet(int inputs, int outputs, int width, int sides, Device device)
        : base(nameof(UNet))
    {
        int[] widths = [width, 2 * width, 4 * width, 8 * width, 8 * width];
        for (var level = 0; level <= Levels; level++)
        {
            // The whole side image is part of the input already.
            var from = level == 0 ? inputs : widths[level - 1] + sides;
            _down[level] = Pair($"down{level}", from, widths[level], device);
        }

        for (var level = Levels - 1; level >= 0; level--)
        {
            var from = widths[level] + (level == Levels - 1 ? widths[Levels] : widths[level]) + sides;
            _up[level] = Pair($"up{level}", from, widths[Math.Max(0, level - 1)], device);
        }

        _last = nn.Conv2d(width, outputs, kernel_size: 1, device: device);
        register_module("last", _last);
    }

    /// <summary>Whether, for inference, all between the first and the last layer is bfloat16.</summary>
    public bool IsMixed { get; set; }

    /// <summary>Draws the weights as He did; the last layer begins at 0, so that a residual network begins as its input.</summary>
    public void Initialise(Generator generator)
    {
        Learning.Initialise.He(this, generator);
        using var guard = no_grad();
        _last.weight.fill_(Held(0));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run(input, side: null);

    /// <summary>The network on an input and a side image of the same height and width.</summary>
    public Tensor Run(Tensor input, Tensor? side)
    {
        using var scope = NewDisposeScope();
        var sides = new Tensor?[Levels + 1];
        sides[0] = side;
        for (var level = 1; level <= Levels; level++)
        {
            sides[level] = sides[level - 1] is { } finer ? nn.functional.avg_pool2d(finer, 2) : null;
        }

        var skips = new Tensor[Levels];
        var type = training ? input.dtype : MixedPrecision.TypeOf(this, input);
        var hidden = Apply(_down[0], ChannelsLast.Of(input).to(type));
        for (var level = 1; level <= Levels; level++)
        {
            skips[level - 1] = hidden;
            hidden = Apply(_down[level], Joined(nn.functional.max_pool2d(hidden, 2), sides[level]));
        }

        for (var level = Levels - 1; level >= 0; level--)
        {
            hidden = Apply(_up[level], Joined(Up(hidden, skips[level]), sides[level]));
        }

        return _last.forward(hidden.to(input.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>Products of numbers of the convolutions for an input of these sides.</summary>
    public long Products(long height, long width)
    {
        var sum = height * width * _last.weight.numel();
        for (var level = 0; level <= Levels; level++)
        {
            var pixels = (height >> level) * (width >> level);
            sum += _down[level].Sum(unit => unit.Products(pixels));
            if (level < Levels) sum += _up[level].Sum(unit => unit.Products(pixels));
        }

        return sum;
    }

    private ConvolutionUnit[] Pair(string name, int inputs, int outputs, Device device)
    {
        ConvolutionUnit[] pair = [new(inputs, outputs, device), new(outputs, outputs, device)];
        register_module(name + "a", pair[0]);
        register_module(name + "b", pair[1]);
        return pair;
    }

    // What went in is released as soon as it is used; a graph keeps what its gradient needs.
    private static Tensor Apply(ConvolutionUnit[] pair, Tensor input)
    {
        using var first = pair[0].forward(input);
        return pair[1].forward(first);
    }

    private static Tensor Joined(Tensor image, Tensor? side) => side is null ? image : cat([image, side.to(image.dtype)], dim: 1);

    private static Tensor Up(Tensor hidden, Tensor skip)
    {
        using var finer = nn.functional.interpolate(
            hidden, size: [skip.shape[2], skip.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        return cat([skip, finer], dim: 1);
    }
}
