using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The images within a budget of others and within [0, 1]. In the maximum norm both are bounds of each value, so one clamp
/// to their intersection projects.
/// </summary>
internal sealed class PixelBall : IDisposable
{
    private readonly Tensor _low;
    private readonly Tensor _high;

    /// <summary>The ball around images in the maximum norm.</summary>
    public PixelBall(Tensor centre, double epsilon)
    {
        _low = centre.sub(Held(epsilon)).clamp_(Held(0), Held(1));
        _high = centre.Plus(Held(epsilon)).clamp_(Held(0), Held(1));
    }

    /// <summary>Projects in place, and returns the same tensor.</summary>
    public Tensor Project_(Tensor images) => images.clamp_(_low, _high);

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
    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
    }
}
