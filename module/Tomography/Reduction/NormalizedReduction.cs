using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// NMAR (Meyer, Raupach, Lell, Schmidt and Kachelriess 2010): the sinogram is made flat by the projection of a prior image
/// without metal, interpolated over the trace, and given its shape again. Dividing by a prior that is near 0, beside a wire in
/// the air or a clip in the lung, has no limit; <see cref="TraceBridge"/> divides where the prior is large and subtracts
/// where it is small. The prior is made of the input and the LI image, see <see cref="TissuePrior"/>.
/// </summary>
public sealed class NormalizedReduction : IArtifactReduction
{
    /// <inheritdoc/>
    public string Name => "nmar";

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        var interpolated = LinearInterpolation.Interpolate(scan.Sinogram, scan.Trace);
        var prior = TissuePrior.Of(scan, scan.Tomograph.Reconstruct(interpolated, work), work);
        work.ThrowIfCancelled();
        var bridge = new TraceBridge(TraceBridge.DefaultEpsilon, IsLimited: true);
        var sinogram = bridge.Over(scan.Sinogram, scan.Trace, scan.Tomograph.Project(prior, work));
        work.ThrowIfCancelled();
        return new ReducedScan(scan.Tomograph.Reconstruct(sinogram, work), sinogram);
    }
}
