namespace Thesis.Engine.Tomography;

/// <summary>
/// Forward projection as a layer: images [B, 1, N, N] in 1/cm to sinograms [B, 1, views, bins], by Joseph's method; its
/// gradient is the exact adjoint.
/// </summary>
public sealed class ProjectionLayer : OperatorLayer
{
    /// <summary>Creates the layer.</summary>
    public ProjectionLayer(ScanGeometry geometry)
        : base(
            nameof(ProjectionLayer),
            Side(geometry),
            (geometry.Views, geometry.Bins),
            () => new ForwardProjection<float>(geometry),
            () => new ForwardProjection<double>(geometry),
            () => new TensorProjection(geometry))
    {
    }

    private static (int Rows, int Columns) Side(ScanGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return (geometry.ImageSize, geometry.ImageSize);
    }
}
