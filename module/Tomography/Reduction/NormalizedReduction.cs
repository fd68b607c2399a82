using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// NMAR (Meyer, Raupach, Lell, Schmidt and Kachelriess 2010): the sinogram is divided by the projection of a prior image
/// without metal, which makes it flat, interpolated over the trace, and multiplied again:
/// <code>Y_NMAR = LI(Y / P) P on the trace and Y elsewhere,   P = max(projection of the prior, 0) + 1e-6</code>
/// The prior is made of the LI image, see <see cref="TissuePrior"/>.
/// </summary>
public sealed class NormalizedReduction : IArtifactReduction
{
    private const float LeastProjection = 1e-6f;

    /// <inheritdoc/>
    public string Name => "nmar";

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        var interpolated = LinearInterpolation.Interpolate(scan.Sinogram, scan.Trace);
        var prior = TissuePrior.Of(scan.Tomograph.Reconstruct(interpolated, work), scan.Metal, work);
        work.ThrowIfCancelled();
        var sinogram = Normalize(scan.Sinogram, scan.Trace, scan.Tomograph.Project(prior, work));
        return new ReducedScan(scan.Tomograph.Reconstruct(sinogram, work), sinogram);
    }

    /// <summary>Y_NMAR for the projection of a prior.</summary>
    /// <exception cref="InputException">As of <see cref="LinearInterpolation.Interpolate"/>.</exception>
    public static Sinogram Normalize(Sinogram sinogram, MetalTrace trace, Sinogram prior)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        ArgumentNullException.ThrowIfNull(trace);
        trace.RequireShape(prior);
        var divisors = Array.ConvertAll(prior.Values, value => Math.Max(value, 0) + LeastProjection);
        var flat = new Sinogram([.. sinogram.Values.Zip(divisors, (value, divisor) => value / divisor)], sinogram.Geometry);
        var bridged = LinearInterpolation.Interpolate(flat, trace);
        var result = (float[])sinogram.Values.Clone();
        for (var i = 0; i < result.Length; i++)
        {
            if (trace.Values[i]) result[i] = bridged.Values[i] * divisors[i];
        }

        return new Sinogram(result, sinogram.Geometry);
    }
}
