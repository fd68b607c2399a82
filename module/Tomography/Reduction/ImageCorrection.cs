using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A reduction of an image that changes it only as far as its metal reaches. A scanner's image is finer than the sinogram it
/// is projected to, so an image that is reconstructed anew loses edges and noise everywhere. Here
/// <code>
/// C = FBP(Y' - Y)                        the correction: what the bridged trace changes
/// g = mean of |C| nearby                 how strong the artifact was there
/// w = (1 - exp(-(d / 3 pixels)^2 / 2)) / (1 + (g / 28 HU)^8)
/// output = w (input + C) + (1 - w) X'
/// </code>
/// with Y the image's projection, Y' what the method made of it, as far as the metal can account for it
/// (<see cref="MetalContribution"/>), and X' the method's own image, changed by as much. Where the correction is small
/// the output is the input plus a small correction (0.7 % of X' at 15 HU); in heavy streaks it is what was computed, since
/// the input holds fine streaks, and dark bands that were cut off, which no correction of this resolution takes away. The
/// mean is by a Gaussian of sigma 6 pixels of a 512 image, others in proportion; metal and 6 pixels around it do not count,
/// for there C is the metal. Next to it, at a distance d of few pixels, C is the metal's blurred edge, which the input does not
/// have. Far from the metal the output keeps as much of its change as the image bears out (<see cref="FarCorrection"/>). A
/// method without a sinogram gives Y' by its image's projection X: line(Y - P X) + P X on the trace. Output = input +
/// correction is the form of Philips' O-MAR; the weight is ours.
/// <para>A measured sinogram has its own image, to which nothing is to be kept: there X' is the output.</para>
/// </summary>
/// <param name="inner">The method.</param>
public sealed class ImageCorrection(IArtifactReduction inner) : IArtifactReduction
{
    // HU: of a correction so large, half of the input's detail is kept.
    private const double HalfDetail = 28;

    // Around the metal the correction is the metal's.
    private const double MetalReach = 6.0 / 512;

    // A smaller share of X' is none, and X' is not computed there: of 100 HU it is a hundredth.
    private const float LeastOfWhole = 1e-4f;

    // Pixels: how far the reconstruction blurs an edge.
    private const double EdgeReach = 3;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        if (!scan.IsReprojection) return inner.Reduce(scan, work);
        var (completed, iterations) = Completed(scan, work);
        if (ReferenceEquals(completed.Sinogram, scan.Sinogram)) return new ReducedScan(scan.Image, scan.Sinogram, iterations);
        work.ThrowIfCancelled();
        var limited = MetalContribution.Limit(scan, completed.Sinogram, work);
        var change = scan.Tomograph.Reconstruct(CompletedSinogram.Difference(limited, scan.Sinogram), work);
        work.ThrowIfCancelled();
        var distance = MetalDistance.Of(scan.Metal);
        var strength = Strength(scan, change);
        var weights = Weights(strength, distance);
        var whole = completed.Reconstruct(limited, Array.ConvertAll(weights, weight => weight < 1), scan.Tomograph, work);
        work.ThrowIfCancelled();
        var output = Compose(scan.Image, whole, change, weights);
        FarCorrection.Shrink(output, scan, change, distance, strength);
        return new ReducedScan(output, limited, iterations);
    }

    private (CompletedSinogram Completed, IterationReport? Iterations) Completed(CorruptedScan scan, WorkContext work)
    {
        if (inner is ISinogramCompletion completion) return (completion.Complete(scan, work), null);
        var reduced = inner.Reduce(scan, work);
        var sinogram = reduced.Sinogram ?? new TraceBridge(double.PositiveInfinity, IsLimited: true)
            .Over(scan.Sinogram, scan.Trace, scan.Tomograph.Project(reduced.Image, TraceBridge.Rays(scan.Trace), work));
        return (new CompletedSinogram(sinogram, new ReducedScan(reduced.Image, sinogram)), reduced.Iterations);
    }

    // g: how strong the artifact was.
    private static float[] Strength(CorruptedScan scan, SliceImage change)
    {
        var size = change.Rows;
        var near = scan.Metal.Dilated(Math.Max(1, (int)Math.Round(MetalReach * size)));
        var counts = new bool[change.Values.Length];
        var sizes = new float[counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = !near.Values[i] && scan.Padding?.Values[i] != true;
            sizes[i] = Math.Abs(change.Values[i]);
        }

        return LocalMean.Of(sizes, counts, size);
    }

    // w: how much of the input's own detail is kept.
    private static float[] Weights(float[] strength, float[] distance)
    {
        const double half = HalfDetail * HounsfieldScale.WaterAttenuation / 1000;
        var weights = new float[strength.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            // Nine reaches away the exponential is 3e-18.
            var reach = distance[i] / EdgeReach;
            var beside = reach > 9 ? 1 : 1 - Math.Exp(-0.5 * reach * reach);
            var square = strength[i] / half * (strength[i] / half);
            var fourth = square * square;
            var weight = (float)(beside / (1 + (fourth * fourth)));
            weights[i] = weight > 1 - LeastOfWhole ? 1 : weight;
        }

        return weights;
    }

    private static SliceImage Compose(SliceImage image, SliceImage whole, SliceImage change, float[] weights)
    {
        var values = new float[whole.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var corrected = image.Values[i] + change.Values[i];
            values[i] = weights[i] < 1 ? whole.Values[i] + (weights[i] * (corrected - whole.Values[i])) : corrected;
        }

        return new SliceImage(values, whole.Rows, whole.Columns);
    }
}
