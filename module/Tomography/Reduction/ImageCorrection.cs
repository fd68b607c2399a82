using System.Numerics.Tensors;
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
/// have. A method without a sinogram gives Y' by its image's projection X: line(Y - P X) + P X on the
/// trace. Output = input + correction is the form of Philips' O-MAR; the weight is ours.
/// <para>A measured sinogram has its own image, to which nothing is to be kept: there X' is the output.</para>
/// </summary>
/// <param name="inner">The method.</param>
public sealed class ImageCorrection(IArtifactReduction inner) : IArtifactReduction
{
    // HU: of a correction so large, half of the input's detail is kept.
    private const double HalfDetail = 28;

    // Around the metal the correction is the metal's.
    private const double MetalReach = 6.0 / 512;

    // Pixels: how far the reconstruction blurs an edge.
    private const double EdgeReach = 3;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        var reduced = inner.Reduce(scan, work);
        if (!scan.IsReprojection) return reduced;
        var sinogram = reduced.Sinogram ?? Completed(scan, reduced.Image, work);
        if (ReferenceEquals(sinogram, scan.Sinogram)) return reduced with { Image = scan.Image };
        work.ThrowIfCancelled();
        var limited = MetalContribution.Limit(scan, sinogram, work);
        var whole = reduced.Image;
        if (!ReferenceEquals(limited, sinogram)) whole = Sum(whole, scan.Tomograph.Reconstruct(Less(limited, sinogram), work));
        work.ThrowIfCancelled();
        var change = scan.Tomograph.Reconstruct(Less(limited, scan.Sinogram), work);
        work.ThrowIfCancelled();
        return reduced with { Image = Compose(scan, whole, change), Sinogram = limited };
    }

    // w: how much of the input's own detail is kept.
    private static float[] Weights(CorruptedScan scan, SliceImage change)
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

        const double half = HalfDetail * HounsfieldScale.WaterAttenuation / 1000;
        var (means, distance) = (LocalMean.Of(sizes, counts, size), MetalDistance.Of(scan.Metal));
        for (var i = 0; i < means.Length; i++)
        {
            // Nine reaches away the exponential is 3e-18.
            var reach = distance[i] / EdgeReach;
            var beside = reach > 9 ? 1 : 1 - Math.Exp(-0.5 * reach * reach);
            var square = means[i] / half * (means[i] / half);
            var fourth = square * square;
            means[i] = (float)(beside / (1 + (fourth * fourth)));
        }

        return means;
    }

    private static Sinogram Completed(CorruptedScan scan, SliceImage image, WorkContext work) =>
        new TraceBridge(double.PositiveInfinity, IsLimited: true).Over(scan.Sinogram, scan.Trace, scan.Tomograph.Project(image, work));

    private static SliceImage Sum(SliceImage left, SliceImage right)
    {
        var values = new float[left.Values.Length];
        TensorPrimitives.Add<float>(left.Values, right.Values, values);
        return new SliceImage(values, left.Rows, left.Columns);
    }

    private static Sinogram Less(Sinogram left, Sinogram right)
    {
        var values = new float[left.Values.Length];
        TensorPrimitives.Subtract<float>(left.Values, right.Values, values);
        return new Sinogram(values, left.Geometry);
    }

    private static SliceImage Compose(CorruptedScan scan, SliceImage whole, SliceImage change)
    {
        var weights = Weights(scan, change);
        var values = new float[whole.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var corrected = scan.Image.Values[i] + change.Values[i];
            values[i] = whole.Values[i] + (weights[i] * (corrected - whole.Values[i]));
        }

        return new SliceImage(values, whole.Rows, whole.Columns);
    }
}
