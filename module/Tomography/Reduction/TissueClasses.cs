using System.Runtime.Intrinsics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Air, soft tissue and bone by 3-means on attenuation, begun at 0, mu_w and 2 mu_w (mu_w = 0.192 1/cm).
/// </summary>
/// <param name="SoftFloor">The least value of the middle class; infinite when it is empty.</param>
/// <param name="BoneFloor">The least value of the upper class; infinite when it is empty.</param>
/// <param name="Iterations">Iterations until no centre moved by 1e-7, at most 100.</param>
public readonly record struct TissueClasses(double SoftFloor, double BoneFloor, int Iterations)
{
    private const int MostIterations = 100;
    private const double Tolerance = 1e-7;

    /// <summary>Classifies values; an empty class keeps its centre.</summary>
    public static TissueClasses Of(ReadOnlySpan<float> values, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        const double water = HounsfieldScale.WaterAttenuation;
        var (air, soft, bone) = (0.0, water, 2 * water);
        for (var iteration = 1; ; iteration++)
        {
            work.ThrowIfCancelled();
            var (first, second) = ((air + soft) / 2, (soft + bone) / 2);
            var classes = Sum(values, first, second);
            var moved = Math.Max(
                Math.Abs(Move(ref air, classes.Air)), Math.Max(Math.Abs(Move(ref soft, classes.Soft)), Math.Abs(Move(ref bone, classes.Bone))));
            if (moved >= Tolerance && iteration < MostIterations) continue;
            return new TissueClasses(LeastAbove(values, first, second), LeastAbove(values, second, double.PositiveInfinity), iteration);
        }
    }

    private static double Move(ref double centre, Members members)
    {
        if (members.Count == 0) return 0;
        var from = centre;
        centre = members.Sum / members.Count;
        return centre - from;
    }

    // The sorted centres cut the line halfway between them; a value on the cut belongs below it. Vectors of 256 bits on every
    // machine, so that the sums are the same on all.
    private static (Members Air, Members Soft, Members Bone) Sum(ReadOnlySpan<float> values, double first, double second)
    {
        var (firsts, seconds) = (Vector256.Create(first), Vector256.Create(second));
        Vector256<double> all = default, low = default, middle = default;
        Vector256<long> lowCount = default, middleCount = default;
        var i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (one, other) = Vector256.Widen(Vector256.Create(values[i..]));
            var (isLow, isLow2) = (Vector256.LessThanOrEqual(one, firsts), Vector256.LessThanOrEqual(other, firsts));
            var isMiddle = Vector256.AndNot(Vector256.LessThanOrEqual(one, seconds), isLow);
            var isMiddle2 = Vector256.AndNot(Vector256.LessThanOrEqual(other, seconds), isLow2);
            all += one + other;
            low += (one & isLow) + (other & isLow2);
            middle += (one & isMiddle) + (other & isMiddle2);
            lowCount += isLow.AsInt64() + isLow2.AsInt64();
            middleCount += isMiddle.AsInt64() + isMiddle2.AsInt64();
        }

        var (air, soft, bone) = (
            new Members(Vector256.Sum(low), -(int)Vector256.Sum(lowCount)),
            new Members(Vector256.Sum(middle), -(int)Vector256.Sum(middleCount)), default(Members));
        bone = new Members(Vector256.Sum(all) - air.Sum - soft.Sum, i - air.Count - soft.Count);
        for (; i < values.Length; i++)
        {
            if (values[i] <= first) air = air.With(values[i]);
            else if (values[i] <= second) soft = soft.With(values[i]);
            else bone = bone.With(values[i]);
        }

        return (air, soft, bone);
    }

    // The least value above a cut and not above another; infinite when there is none.
    private static double LeastAbove(ReadOnlySpan<float> values, double cut, double most)
    {
        var least = double.PositiveInfinity;
        foreach (var value in values)
        {
            if (value > cut && value <= most) least = Math.Min(least, value);
        }

        return least;
    }

    private readonly record struct Members(double Sum, int Count)
    {
        public Members With(double value) => new(Sum + value, Count + 1);
    }
}
