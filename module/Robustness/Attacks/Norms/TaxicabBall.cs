using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The ball of the sum of changes, cut with [0, 1]. The nearest point of both at once is not that of one after the other
/// (Croce and Hein 2021): each change is shortened by one level and held within its pixel's room,
/// z = sign(y) min(max(|y| - level, 0), room), where the level is 0 or makes the sum of |z| the radius.
/// </summary>
internal sealed class TaxicabBall(Tensor centre, double epsilon) : NormBall(centre, epsilon)
{
    public override Tensor Project_(Tensor images)
    {
        // The level of a ball without room is the largest change itself, but for its rounding.
        if (Radius == 0) return images.copy_(Centre);
        using var scope = NewDisposeScope();
        var change = (images - Centre).flatten(1);
        var sizes = change.abs();
        var pixels = Centre.flatten(1);
        var room = where(change.gt(Held(0)), pixels.neg().Plus_(Held(1)), pixels);
        var kept = (sizes - Level(sizes, room)).clamp_min_(Held(0)).minimum(room).mul_(change.sign_());
        return images.copy_(Centre.Plus(kept.view(images.shape)));
    }

    public override Tensor Ascent(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var signs = gradient.sign();
        var count = signs.abs().sum([1L, 2, 3], keepdim: true).clamp_min_(Held(1));
        return (signs / count).MoveToOuterDisposeScope();
    }

    public override Tensor Start(SeededRandom[] generators)
    {
        using var scope = NewDisposeScope();
        var noise = ImageNoise.Draw(Centre, generators, random => random.NextGaussian());
        return Project_(Centre.Plus(noise)).MoveToOuterDisposeScope();
    }

    // The sum of the shortened changes falls with the level by a slope that changes at the sizes, where a change ends, and
    // at sizes less room, where one comes free: between two of these places the level follows from the sum at the upper.
    private Tensor Level(Tensor sizes, Tensor room)
    {
        var ends = cat([sizes, (sizes - room).clamp_min_(Held(0))], 1);
        var slopes = cat([ones_like(sizes), ones_like(sizes).neg_()], 1);
        var (places, order) = ends.sort(1, descending: true, stable: true);
        var slope = slopes.gather(1, order);
        var (count, weighted) = (slope.cumsum(1), (slope * places).cumsum(1));
        var next = cat([places.slice(1, 1, places.shape[1], 1), zeros_like(places.slice(1, 0, 1, 1))], 1);
        // Stable, so that of equal places the ends come first and the count stays above 0.
        // The sums at each next place grow along a row: the first that is not below the radius closes the interval.
        var below = (weighted - (count * next)).lt(Held(Radius)).sum(1, keepdim: true);
        var last = below.clamp_max(Held(places.shape[1] - 1));
        var level = (weighted.gather(1, last).sub(Held(Radius)) / count.gather(1, last).clamp_min(Held(1))).clamp_min_(Held(0));
        return where(below.ge(Held(places.shape[1])), zeros_like(level), level);
    }
}
