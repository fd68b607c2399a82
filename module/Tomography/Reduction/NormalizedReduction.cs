using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// NMAR (Meyer, Raupach, Lell, Schmidt and Kachelriess 2010): the sinogram is made flat by the projection of a prior image
/// without metal, interpolated over the trace, and given its shape again. Dividing by a prior that is near 0, beside a wire in
/// the air or a clip in the lung, has no limit; <see cref="TraceBridge"/> divides where the prior is large and subtracts
/// where it is small. The prior is made of the input and the LI image, see <see cref="TissuePrior"/>.
/// </summary>
public sealed class NormalizedReduction : ISinogramCompletion
{
    // The largest line integral of the prior is that of a ray whose interpolated one is this near to the largest.
    private const float NearLargest = 0.85f;

    /// <inheritdoc/>
    public string Name => "nmar";

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        var completed = ((ISinogramCompletion)this).Complete(scan, work);
        work.ThrowIfCancelled();
        return new ReducedScan(completed.Reconstruct(completed.Sinogram, null, scan.Tomograph, work), completed.Sinogram);
    }

    CompletedSinogram ISinogramCompletion.Complete(CorruptedScan scan, WorkContext work)
    {
        var interpolated = LinearInterpolation.Interpolate(scan.Sinogram, scan.Trace);
        var image = scan.Tomograph.Reconstruct(interpolated, work);
        var prior = TissuePrior.Of(scan, image, work);
        work.ThrowIfCancelled();
        var bridge = new TraceBridge(TraceBridge.DefaultEpsilon, IsLimited: true);
        var projected = scan.Tomograph.Project(prior, Rays(scan.Trace, interpolated), work);
        return new CompletedSinogram(
            bridge.Over(scan.Sinogram, scan.Trace, projected), new ReducedScan(image, interpolated));
    }

    // What the bridge reads of the prior's projection: the trace, its ends, and its largest value.
    private static bool[] Rays(MetalTrace trace, Sinogram interpolated)
    {
        var rays = TraceBridge.Rays(trace);
        var near = NearLargest * TensorPrimitives.Max<float>(interpolated.Values);
        for (var i = 0; i < rays.Length; i++) rays[i] |= interpolated.Values[i] >= near;
        return rays;
    }
}
