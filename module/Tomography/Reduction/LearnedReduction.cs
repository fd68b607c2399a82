using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A reduction by a trained network. A scan in the network's own geometry is restored as it is. Any other slice is brought to the
/// network's size and projected in its geometry, and what the network made of it is the prior by which the scan's own sinogram is
/// completed; the network's image then says what lies beyond that, at its own resolution:
/// <code>
/// x = network(D X)            p = w X + (1 - w) U x                  Y' = line(Y - P p) + P p on the trace
/// S = FBP(Y')                 output = S + U (x - D S)
/// </code>
/// with X the image, D and U down and up between the sizes, and w NMAR's weight of an input without streaks
/// (<see cref="TissuePrior"/>), which has the detail that x has not. In the network's own size it is x. CNNMAR makes a tissue prior of its
/// network's image, and its output is S.
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
        var restored = reducer.Model.Restore(small, work);
        work.ThrowIfCancelled();
        if (reducer.Model.Architecture.Family == ReducerFamily.Prior)
        {
            return Completed(scan, SliceResampling.To(NetworkPrior.Of(restored, small.Metal, work), scan.Image.Rows, work), work);
        }

        if (isOwn) return new ReducedScan(restored, Sinogram: null);
        var prior = TissuePrior.WithInput(SliceResampling.To(restored, scan.Image.Rows, work), scan, work);
        var completed = Completed(scan, prior, work);
        work.ThrowIfCancelled();
        var rest = (float[])restored.Values.Clone();
        TensorPrimitives.Subtract<float>(rest, SliceResampling.To(completed.Image, restored.Rows, work).Values, rest);
        var finer = SliceResampling.To(new SliceImage(rest, restored.Rows, restored.Columns), scan.Image.Rows, work);
        var values = new float[finer.Values.Length];
        TensorPrimitives.Add<float>(finer.Values, completed.Image.Values, values);
        return completed with { Image = new SliceImage(values, finer.Rows, finer.Columns) };
    }

    private static CorruptedScan Resampled(CorruptedScan scan, Tomograph own, WorkContext work)
    {
        var size = own.Geometry.ImageSize;
        var metal = SliceResampling.To(scan.Metal, size, LeastMetalShare, work);
        return CorruptedScan.FromImage(SliceResampling.To(scan.Image, size, work), own, metal, padding: null, work);
    }

    private static ReducedScan Completed(CorruptedScan scan, SliceImage prior, WorkContext work)
    {
        var sinogram = new TraceBridge(double.PositiveInfinity, IsLimited: true)
            .Over(scan.Sinogram, scan.Trace, scan.Tomograph.Project(prior, TraceBridge.Rays(scan.Trace), work));
        return new ReducedScan(scan.Tomograph.Reconstruct(sinogram, work), sinogram);
    }
}
