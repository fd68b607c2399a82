using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Filtered backprojection as one linear operator, sinogram [views, bins] to image [N, N] in 1/cm, made of the operators
/// of a geometry and its options: parallel rays: filter, backprojection; a fan rebinned (dissertation, section 4.2.2):
/// rebinning, filter, backprojection; a fan direct: weights, filter, weighted backprojection. A fan that turns less than
/// once is a <see cref="ShortScan"/>, whose rays are weighted first.
/// </summary>
public static class FilteredBackprojection
{
    /// <summary>Creates the operator.</summary>
    /// <exception cref="InputException">
    /// <c>ScanRangeUnsupported</c>: the views make no full turn and no short scan (or half a turn of parallel rays);
    /// <c>DetectorOffsetUnsupported</c>: a detector that sees a part of the image from one side only, and no rebinning;
    /// <c>OptionOutOfRange</c>: the literal filter with a direct fan.
    /// </exception>
    public static LinearOperator<T> Create<T>(ScanGeometry geometry, ReconstructionOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(options);
        if (geometry.Detector != DetectorKind.Parallel && options.Fan == FanReconstruction.Direct)
        {
            return Direct<T>(geometry, options.Filter);
        }

        var links = ToParallel<T>(geometry, options, out var parallel);
        return new OperatorChain<T>([.. links, Filter<T>(parallel, options.Filter), new Backprojection<T>(parallel)]);
    }

    /// <summary>
    /// What makes parallel rays of a scan's: nothing where they are, else rebinning, weights of a short scan before it.
    /// </summary>
    /// <exception cref="InputException">As of <see cref="Create"/>.</exception>
    internal static LinearOperator<T>[] ToParallel<T>(
        ScanGeometry geometry, ReconstructionOptions options, out ScanGeometry parallel)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        parallel = geometry;
        if (geometry.Detector == DetectorKind.Parallel)
        {
            ScanRange.RequireBothSides(geometry);
            return [];
        }

        var rebinning = new ParallelRebinning<T>(geometry, options);
        parallel = rebinning.ParallelGeometry;
        if (geometry.IsFullTurn) return [rebinning];
        ScanRange.RequireBothSides(geometry);
        return [new RayWeights<T>(ShortScan.Weights(geometry)), rebinning];
    }

    private static BinFilter<T> Filter<T>(ScanGeometry parallel, RampFilterKind kind)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(parallel.Views, RampTaps.Parallel(kind, parallel.Bins, Math.Abs(parallel.BinSpacing)));

    private static OperatorChain<T> Direct<T>(ScanGeometry fan, RampFilterKind kind)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (kind == RampFilterKind.Literal)
        {
            throw OptionRange.OutOfRange("The literal filter is for rebinned fans; a direct fan takes the others.", kind);
        }

        ScanRange.RequireBothSides(fan);
        var distance = fan.SourceDistance;
        var spacing = Math.Abs(fan.BinSpacing);
        var (taps, weights) = fan.Detector == DetectorKind.Arc
            ? (RampTaps.EqualAngles(kind, fan.Bins, spacing), Weights(fan, gamma => distance * Math.Cos(gamma)))
            // The detector scaled to the rotation centre; half the ramp, since a full turn sees each ray twice.
            : (RampTaps.Parallel(kind, fan.Bins, spacing * distance / fan.DetectorDistance),
                Weights(fan, gamma => 0.5 * Math.Cos(gamma)));
        var rays = fan.IsFullTurn ? Enumerable.Repeat(1.0, fan.SinogramLength) : ShortScan.Weights(fan);
        return new OperatorChain<T>(
            new RayWeights<T>([.. rays.Select((weight, ray) => weight * weights[ray % fan.Bins])]),
            new BinFilter<T>(fan.Views, taps), new FanBackprojection<T>(fan));
    }

    private static double[] Weights(ScanGeometry fan, Func<double, double> ofFanAngle) =>
        [.. Enumerable.Range(0, fan.Bins).Select(bin => ofFanAngle(fan.FanAngle(bin)))];
}
