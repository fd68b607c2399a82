namespace Thesis.Engine.Tomography;

/// <summary>Brings a geometry to images of another size.</summary>
public static class GeometryFit
{
    /// <summary>
    /// The same rays and the same field of view, with <paramref name="size"/> x <paramref name="size"/> pixels in it: how
    /// a geometry is chosen for an image that has none (section 4.5.2).
    /// </summary>
    public static ScanGeometry ToImage(this ScanGeometry geometry, int size)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return geometry.ImageSize == size
            ? geometry
            : new ScanGeometry(
                geometry.Detector, geometry.Views, geometry.Bins, geometry.BinSpacing, size,
                geometry.PixelSize * geometry.ImageSize / size, geometry.SourceDistance, geometry.DetectorDistance,
                geometry.StartAngle, geometry.AngularRange, geometry.DetectorOffset);
    }
}
