using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A reduction by a trained network. A scan in the network's own geometry is restored as it is. Any other slice is brought to the
/// network's size and projected in its geometry, and counts by what the network changes there, so that nothing is lost by resampling:
/// <code>
/// x = network(D X)       change of an image I seen as i at the network's size: I + U (x - i)
/// p = w X + (1 - w) (L + U (x - l))                 S1 = FBP(line(Y - P p) + P p on the trace)
/// p' = w X + (1 - w) (S1 + U (x - R D S1))          S = FBP(line(Y - P p') + P p' on the trace)
/// output = S + U (x - R D S)
/// </code>
/// with X the image, D and U down and up between the sizes, L and l the LI images of both sizes, R the projection and reconstruction in
/// the network's geometry, which blur an image as they do the network's input, and w NMAR's weight of an input without streaks
/// (<see cref="TissuePrior"/>). The second pass has the bones that L lost. CNNMAR makes a tissue prior of its network's image, and its
/// output is S1.
/// </summary>
/// <param name="reducer">The network.</param>
internal sealed class LearnedReduction(LearnedReducer reducer) : IArtifactReduction
{
    // A pixel of the network's size that the metal covers less than this is tissue.
    private const double LeastMetalShare = 0.1;

    /// <inheritdoc/>
    public string Name => reducer.Method.ToLowerInvariant();

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        var own = reducer.Model.Tomograph;
        var isOwn = own.Geometry == scan.Tomograph.Geometry;
        var small = isOwn ? scan : Resampled(scan, own, work);
        work.ThrowIfCancelled();
        var input = RestorationInput.Of(small, reducer.Model.Architecture.NeedsCorrected, work);
        var restored = reducer.Model.Restore(input);
        work.ThrowIfCancelled();
        if (reducer.Model.Architecture.Family == ReducerFamily.Prior)
        {
            return Completed(scan, SliceResampling.To(NetworkPrior.Of(restored, small.Metal, work), scan.Image.Rows, work), work);
        }

        return isOwn
            ? new ReducedScan(restored, Sinogram: null)
            : Refined(scan, restored, RestorationInput.ToImage(input.Interpolated, restored.Rows), work);
    }

    private ReducedScan Refined(CorruptedScan scan, SliceImage restored, SliceImage seen, WorkContext work)
    {
        var interpolated = scan.Tomograph.Reconstruct(LinearInterpolation.Interpolate(scan.Sinogram, scan.Trace), work);
        var first = Pass(interpolated, seen);
        var second = Pass(first.Image, Seen(first.Image));
        return second with { Image = Changed(second.Image, restored, Seen(second.Image), work) };

        ReducedScan Pass(SliceImage image, SliceImage asSeen)
        {
            work.ThrowIfCancelled();
            var prior = Changed(image, restored, asSeen, work);
            return Completed(scan, TissuePrior.WithInput(prior, scan, interpolated, work), work);
        }

        SliceImage Seen(SliceImage image)
        {
            work.ThrowIfCancelled();
            var own = reducer.Model.Tomograph;
            return own.Reconstruct(own.Project(SliceResampling.To(image, restored.Rows, work), work), work);
        }
    }

    // The image, and what the network made of it beyond how it saw it.
    private static SliceImage Changed(SliceImage image, SliceImage restored, SliceImage seen, WorkContext work)
    {
        var change = new float[restored.Values.Length];
        TensorPrimitives.Subtract<float>(restored.Values, seen.Values, change);
        var finer = SliceResampling.To(new SliceImage(change, restored.Rows, restored.Columns), image.Rows, work);
        var values = new float[image.Values.Length];
        TensorPrimitives.Add<float>(finer.Values, image.Values, values);
        return new SliceImage(values, image.Rows, image.Columns);
    }

    private static CorruptedScan Resampled(CorruptedScan scan, Tomograph own, WorkContext work)
    {
        var size = own.Geometry.ImageSize;
        var metal = SliceResampling.To(scan.Metal, size, LeastMetalShare, work);
        return CorruptedScan.FromImage(SliceResampling.To(scan.Image, size, work), own, metal, padding: null, work);
    }

    /// <summary>A scan whose trace is completed by the projection of an image.</summary>
    internal static ReducedScan Completed(CorruptedScan scan, SliceImage prior, WorkContext work)
    {
        var sinogram = new TraceBridge(double.PositiveInfinity, IsLimited: true)
            .Over(scan.Sinogram, scan.Trace, scan.Tomograph.Project(prior, TraceBridge.Rays(scan.Trace), work));
        return new ReducedScan(scan.Tomograph.Reconstruct(sinogram, work), sinogram);
    }
}
