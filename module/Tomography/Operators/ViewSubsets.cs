namespace Thesis.Engine.Tomography;

/// <summary>
/// A projection cut into subsets of its views, for solvers that take a part of the rays at a time: subset i of n holds
/// the views i, i + n, i + 2 n and so on, so that each sees the image from all sides.
/// </summary>
internal sealed class ViewSubsets
{
    private readonly int _bins;

    /// <summary>Cuts a scan into as many subsets as its views can be shared out to equally, and not more than asked for.</summary>
    public ViewSubsets(ScanGeometry geometry, int most)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var count = Enumerable.Range(1, Math.Min(most, geometry.Views)).Last(n => geometry.Views % n == 0);
        (_bins, Views) = (geometry.Bins, geometry.Views / count);
        Operators = [.. Enumerable.Range(0, count).Select(first => new ForwardProjection<float>(new ScanGeometry(
            geometry.Detector, geometry.Views / count, geometry.Bins, geometry.BinSpacing, geometry.ImageSize,
            geometry.PixelSize, geometry.SourceDistance, geometry.DetectorDistance, geometry.ViewAngle(first),
            geometry.AngularRange, geometry.DetectorOffset)))];
    }

    /// <summary>Views of each subset.</summary>
    public int Views { get; }

    /// <summary>The projection of each subset.</summary>
    public IReadOnlyList<LinearOperator<float>> Operators { get; }

    /// <summary>The rows of a sinogram, or of whatever has a value a ray, subset by subset.</summary>
    public T[][] Split<T>(T[] rays)
    {
        ArgumentNullException.ThrowIfNull(rays);
        var count = Operators.Count;
        return [.. Enumerable.Range(0, count).Select(first =>
        {
            var rows = new T[rays.Length / count];
            for (var row = 0; row < rows.Length / _bins; row++)
            {
                Array.Copy(rays, (first + (row * count)) * _bins, rows, row * _bins, _bins);
            }

            return rows;
        })];
    }
}
