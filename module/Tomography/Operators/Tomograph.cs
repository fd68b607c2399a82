using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A scan's operators on slices and sinograms: projection and its adjoint, filtered backprojection and its adjoint.
/// Tables are made once, on first use; one tomograph serves a whole series, from several threads at once.
/// </summary>
public sealed class Tomograph
{
    private readonly Lazy<ForwardProjection<float>> _projection;
    private readonly Lazy<LinearOperator<float>> _reconstruction;
    private readonly Lazy<ExtrapolatedReconstruction> _extrapolation;

    /// <summary>Creates the operators of a geometry.</summary>
    public Tomograph(ScanGeometry geometry, ReconstructionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        Geometry = geometry;
        Options = options ?? new ReconstructionOptions();
        _projection = new Lazy<ForwardProjection<float>>(() => new ForwardProjection<float>(Geometry));
        _reconstruction = new Lazy<LinearOperator<float>>(() => FilteredBackprojection.Create<float>(Geometry, Options));
        _extrapolation = new Lazy<ExtrapolatedReconstruction>(() => new ExtrapolatedReconstruction(Geometry, Options));
    }

    /// <summary>The rays and the image's grid.</summary>
    public ScanGeometry Geometry { get; }

    /// <summary>How a sinogram becomes an image.</summary>
    public ReconstructionOptions Options { get; }

    /// <summary>The projection as an operator on arrays, for batches: images to sinograms.</summary>
    public LinearOperator<float> Projection => _projection.Value;

    /// <summary>Filtered backprojection as an operator on arrays, for batches: sinograms to images.</summary>
    public LinearOperator<float> Reconstruction => _reconstruction.Value;

    /// <summary>Line integrals of an image (Joseph 1982): linear interpolation across the axis nearest to the ray.</summary>
    /// <exception cref="InputException"><c>ImageShapeMismatch</c>: the image is not N x N.</exception>
    public Sinogram Project(SliceImage image, WorkContext work)
    {
        var result = new Sinogram(Geometry);
        Projection.Apply(Pixels(image), result.Values, work);
        return result;
    }

    /// <summary>Some line integrals; the others are 0 or what they should be.</summary>
    /// <param name="image">Attenuation, 1/cm.</param>
    /// <param name="rays">Which are wanted, [views, bins].</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException"><c>ImageShapeMismatch</c>: the image is not N x N.</exception>
    internal Sinogram Project(SliceImage image, bool[] rays, WorkContext work)
    {
        var result = new Sinogram(Geometry);
        Projection.ApplyWhere(Pixels(image), rays, result.Values, work);
        return result;
    }

    /// <summary>
    /// The adjoint of <see cref="Project(SliceImage, WorkContext)"/>: an unfiltered, ray-driven backprojection, in cm.
    /// </summary>
    /// <exception cref="InputException"><c>SinogramShapeMismatch</c>: other views or bins than the geometry's.</exception>
    public SliceImage ProjectAdjoint(Sinogram sinogram, WorkContext work)
    {
        var result = new SliceImage(Geometry.ImageSize, Geometry.ImageSize);
        Projection.ApplyAdjoint(Rays(sinogram), result.Values, work);
        return result;
    }

    /// <summary>
    /// Filtered backprojection, 1/cm; with <see cref="ReconstructionOptions.Extrapolate"/>, where views end within the body,
    /// of views that are continued, which is not linear in them.
    /// </summary>
    /// <exception cref="InputException"><c>SinogramShapeMismatch</c>: other views or bins than the geometry's.</exception>
    public SliceImage Reconstruct(Sinogram sinogram, WorkContext work) => Reconstruct(sinogram, null, work);

    /// <summary>Filtered backprojection to some pixels; the others are 0 or what they should be.</summary>
    /// <param name="sinogram">Line integrals.</param>
    /// <param name="pixels">Which are wanted, [N, N]; null for all.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException"><c>SinogramShapeMismatch</c>: other views or bins than the geometry's.</exception>
    internal SliceImage Reconstruct(Sinogram sinogram, bool[]? pixels, WorkContext work)
    {
        var rays = Rays(sinogram);
        var result = new SliceImage(Geometry.ImageSize, Geometry.ImageSize);
        var isContinued = Options.Extrapolate && DetectorTruncation.Of(sinogram).Views > 0;
        if (isContinued) _extrapolation.Value.Apply(rays, pixels, result.Values, work);
        else if (pixels is null) Reconstruction.Apply(rays, result.Values, work);
        else Reconstruction.ApplyWhere(rays, pixels, result.Values, work);
        return result;
    }

    private float[] Pixels(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Rows == Geometry.ImageSize && image.Columns == Geometry.ImageSize) return image.Values;
        throw new InputException(
            "ImageShapeMismatch", FaultKind.InvalidData,
            $"The image has {image.Rows} x {image.Columns} pixels; the geometry's has "
            + $"{Geometry.ImageSize} x {Geometry.ImageSize}.");
    }

    private float[] Rays(Sinogram sinogram)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        if (sinogram.Views == Geometry.Views && sinogram.Bins == Geometry.Bins) return sinogram.Values;
        throw new InputException(
            "SinogramShapeMismatch", FaultKind.InvalidData,
            $"The sinogram has {sinogram.Views} views x {sinogram.Bins} bins; the geometry has "
            + $"{Geometry.Views} x {Geometry.Bins}.");
    }
}
