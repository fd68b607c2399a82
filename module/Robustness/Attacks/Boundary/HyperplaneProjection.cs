using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The smallest change d of a point x of [0, 1]^D, in a norm, that brings w (x + d) to b and keeps x + d in [0, 1]^D; where
/// no such point is, the one in [0, 1]^D that comes nearest to b. FAB (Croce and Hein 2020) walks by these.
/// <para>
/// Each pixel has a room r on the side that brings w x towards b. In the maximum and the Euclidean norm a pixel moves by
/// min(level |w|^(p-1), r) with one level for all (p = 1 and 2): w x then changes by a concave sum whose slope falls where a
/// pixel's room ends, and the level follows from the two ends around the wanted change. In the norm of the sum pixels of
/// large |w| use up their room first.
/// </para>
/// </summary>
internal static class HyperplaneProjection
{
    private const double Floor = 1e-30;

    /// <summary>The changes, N x D.</summary>
    /// <param name="norm">The norm that is made small.</param>
    /// <param name="points">x, N x D in [0, 1].</param>
    /// <param name="normals">w, N x D.</param>
    /// <param name="offsets">b, N.</param>
    public static Tensor Changes(PerturbationNorm norm, Tensor points, Tensor normals, Tensor offsets)
    {
        using var scope = NewDisposeScope();
        var excess = (normals * points).sum(1) - offsets;
        var wanted = excess.abs().unsqueeze(1);
        // The way down to b: against w where w x is above it.
        var way = (normals * excess.sign().unsqueeze(1)).sign_().neg_();
        var room = where(way.gt(Held(0)), points.neg().Plus_(Held(1)), points);
        var weights = normals.abs();
        var sizes = norm switch
        {
            PerturbationNorm.Linf => Level(weights, room, wanted).minimum(room),
            PerturbationNorm.L2 => (weights * Level(weights.pow(Held(2)), room / weights.clamp_min(Held(Floor)), wanted)).minimum(room),
            _ => Largest(weights, room, wanted),
        };
        return sizes.mul_(way).MoveToOuterDisposeScope();
    }

    // The level whose sum of weights min(level, ends) is wanted, N x 1; infinite where even the ends are too little.
    private static Tensor Level(Tensor weights, Tensor ends, Tensor wanted)
    {
        var (places, order) = ends.sort(1);
        var weight = weights.gather(1, order);
        var through = (weight * places).cumsum(1);
        var before = through - (weight * places);
        // Of those that go on beyond a place, itself among them: counted from the far end, so that nothing cancels.
        var beyond = weight.flip(1).cumsum(1).flip(1);
        var reach = before.Plus(beyond * places);
        var below = reach.lt(wanted).sum(1, keepdim: true);
        var place = below.clamp_max(Held(places.shape[1] - 1));
        var level = (wanted - before.gather(1, place)) / beyond.gather(1, place).clamp_min(Held(Floor));
        return where(below.ge(Held(places.shape[1])), full_like(level, Held(double.PositiveInfinity)), level.clamp_min_(Held(0)));
    }

    // Room by room from the largest weight on, the last in part.
    private static Tensor Largest(Tensor weights, Tensor room, Tensor wanted)
    {
        var (weight, order) = weights.sort(1, descending: true);
        var sorted = room.gather(1, order);
        var gain = weight * sorted;
        var left = wanted - (gain.cumsum(1) - gain);
        var used = (left / weight.clamp_min(Held(Floor))).clamp_min_(Held(0)).minimum(sorted);
        return zeros_like(room).scatter_(1, order, used);
    }
}
