using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The images within a budget of others and within [0, 1]. In the maximum norm both are bounds of each value, so one clamp
/// to their intersection projects.
/// </summary>
internal sealed class PixelBall : NormBall
{
    private Tensor _low;
    private Tensor _high;

    /// <summary>The ball around images in the maximum norm.</summary>
    public PixelBall(Tensor centre, double epsilon)
        : base(centre, epsilon)
    {
        _low = centre.sub(Held(epsilon)).clamp_(Held(0), Held(1));
        _high = centre.Plus(Held(epsilon)).clamp_(Held(0), Held(1));
    }

    /// <inheritdoc/>
    public override void Keep(Tensor index, Tensor left)
    {
        base.Keep(index, left);
        _low = OpenRows.Narrow(_low, index);
        _high = OpenRows.Narrow(_high, index);
    }

    /// <inheritdoc/>
    public override Tensor Project_(Tensor images) => images.clamp_(_low, _high);

    /// <inheritdoc/>
    public override Tensor Ascent(Tensor gradient) => gradient.sign();

    /// <summary>AutoAttack's start: uniform noise, scaled so that one value moves by the whole budget.</summary>
    public override Tensor Start(SeededRandom[] generators)
    {
        using var scope = NewDisposeScope();
        var noise = ImageNoise.Draw(Centre, generators, ImageNoise.Uniform);
        noise.div_(noise.abs().amax([1L, 2L, 3L], keepdim: true));
        return Centre.add(noise, alpha: Held(Radius)).clamp_(Held(0), Held(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Projects onto the Euclidean ball, then onto [0, 1].</summary>
    public static Tensor ProjectEuclidean(Tensor images, Tensor centre, double epsilon)
    {
        using var scope = NewDisposeScope();
        var change = images - centre;
        var lengths = ImageNorms.Lengths(change);
        var outside = lengths.gt(Held(epsilon));
        var factor = where(outside, lengths.reciprocal().mul_(Held(epsilon)), ones_like(lengths));
        return centre.Plus(change * factor).clamp_(Held(0), Held(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
        base.Dispose();
    }
}
