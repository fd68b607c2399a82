using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A scan with metal in it: what every reduction takes. The sinogram Y, the metal trace M_t, and the image and the mask
/// that belong to them (section 4.2).
/// </summary>
public sealed class CorruptedScan
{
    /// <summary>The threshold of section 4.5.2 for metal in clinical images, in HU.</summary>
    public const double DefaultThreshold = 2000;

    /// <summary>Joins the parts of a scan.</summary>
    /// <exception cref="InputException">
    /// The parts are not of one scan (<c>SinogramShapeMismatch</c>, <c>ImageShapeMismatch</c>,
    /// <c>TraceShapeMismatch</c>, <c>MaskShapeMismatch</c>), or a value is not finite (<c>SinogramNotFinite</c>,
    /// <c>ImageNotFinite</c>).
    /// </exception>
    public CorruptedScan(Tomograph tomograph, Sinogram sinogram, SliceImage image, MetalMask metal, MetalTrace trace)
    {
        ArgumentNullException.ThrowIfNull(tomograph);
        ArgumentNullException.ThrowIfNull(metal);
        ArgumentNullException.ThrowIfNull(trace);
        FiniteValues.Require(sinogram);
        FiniteValues.Require(image);
        trace.RequireShape(sinogram);
        metal.RequireShape(image);
        RequireGeometry(tomograph.Geometry, sinogram, image);
        Tomograph = tomograph;
        Sinogram = sinogram;
        Image = image;
        Metal = metal;
        Trace = trace;
    }

    /// <summary>The operators of the scan's geometry.</summary>
    public Tomograph Tomograph { get; }

    /// <summary>Y.</summary>
    public Sinogram Sinogram { get; }

    /// <summary>The image with the artifacts: what comes back where there is no metal, and whose metal is put back.</summary>
    public SliceImage Image { get; }

    /// <summary>The metal in the image.</summary>
    public MetalMask Metal { get; }

    /// <summary>M_t, the metal in the sinogram.</summary>
    public MetalTrace Trace { get; }

    /// <summary>Whether Y is the projection of the image; else it was measured, and the image is its reconstruction.</summary>
    public bool IsReprojection { get; init; }

    /// <summary>What of the image was never scanned; null where all was.</summary>
    public PaddingMask? Padding { get; init; }

    /// <summary>
    /// A clinical image, whose own geometry is unknown (section 4.5.2): metal by a threshold, trace and sinogram by
    /// projection in the geometry given.
    /// </summary>
    /// <param name="image">Attenuation, 1/cm.</param>
    /// <param name="tomograph">The operators of the geometry that is chosen.</param>
    /// <param name="metal">The metal, where it is known; null for what is above the threshold.</param>
    /// <param name="threshold">HU.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException">As of the constructor.</exception>
    public static CorruptedScan FromImage(
        SliceImage image, Tomograph tomograph, MetalMask? metal, double threshold, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(tomograph);
        FiniteValues.Require(image);
        return FromImage(image, tomograph, metal ?? MetalMask.Above(image, threshold), null, work);
    }

    /// <summary>A clinical image whose metal is known.</summary>
    /// <param name="image">Attenuation, 1/cm.</param>
    /// <param name="tomograph">The operators of the geometry that is chosen.</param>
    /// <param name="metal">The metal.</param>
    /// <param name="padding">What was never scanned; null for nothing.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException">As of the constructor.</exception>
    public static CorruptedScan FromImage(
        SliceImage image, Tomograph tomograph, MetalMask metal, PaddingMask? padding, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(tomograph);
        ArgumentNullException.ThrowIfNull(metal);
        FiniteValues.Require(image);
        metal.RequireShape(image);
        var trace = MetalTrace.Of(metal, tomograph, work);
        return new CorruptedScan(tomograph, tomograph.Project(image, work), image, metal, trace)
        {
            IsReprojection = true,
            Padding = padding,
        };
    }

    /// <summary>A measured sinogram: its image by filtered backprojection, metal by a threshold on that image.</summary>
    /// <param name="sinogram">Line integrals.</param>
    /// <param name="tomograph">The operators of its geometry.</param>
    /// <param name="metal">The metal, where it is known; null for what is above the threshold.</param>
    /// <param name="threshold">HU.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException">As of the constructor.</exception>
    public static CorruptedScan FromSinogram(
        Sinogram sinogram, Tomograph tomograph, MetalMask? metal, double threshold, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(tomograph);
        FiniteValues.Require(sinogram);
        var image = tomograph.Reconstruct(sinogram, work);
        metal ??= MetalMask.Above(image, threshold);
        return new CorruptedScan(tomograph, sinogram, image, metal, MetalTrace.Of(metal, tomograph, work));
    }

    private static void RequireGeometry(ScanGeometry geometry, Sinogram sinogram, SliceImage image)
    {
        if (sinogram.Views != geometry.Views || sinogram.Bins != geometry.Bins)
        {
            throw new InputException(
                "SinogramShapeMismatch", FaultKind.InvalidData,
                $"The sinogram has {sinogram.Views} views x {sinogram.Bins} bins; the geometry has "
                + $"{geometry.Views} x {geometry.Bins}.");
        }

        if (image.Rows != geometry.ImageSize || image.Columns != geometry.ImageSize)
        {
            throw new InputException(
                "ImageShapeMismatch", FaultKind.InvalidData,
                $"The image has {image.Rows} x {image.Columns} pixels; the geometry's has "
                + $"{geometry.ImageSize} x {geometry.ImageSize}.");
        }
    }
}
