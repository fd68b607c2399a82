using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The geometry that images without a sinogram are projected in: one for all, or the scanner's own.</summary>
public sealed class GeometryChoice
{
    /// <summary>The name of <see cref="Auto"/>.</summary>
    public const string AutoName = "Auto";

    private readonly ScanGeometry? _geometry;

    private GeometryChoice(ScanGeometry? geometry) => _geometry = geometry;

    /// <summary>That of the slice's DICOM file: see <see cref="ScannerGeometry"/>.</summary>
    public static GeometryChoice Auto { get; } = new(null);

    /// <summary>Whether the slices' files say it.</summary>
    public bool IsAuto => _geometry is null;

    /// <summary>One geometry, laid over images of any size.</summary>
    public static GeometryChoice Of(ScanGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return new GeometryChoice(geometry);
    }

    /// <summary>Auto, or the geometry of a preset's name or of a file.</summary>
    /// <param name="nameOrPath">The name or the path.</param>
    /// <param name="resolve">Makes a path of the user's one of the file system.</param>
    /// <exception cref="InputException"><c>GeometryUnknown</c>, or a fault of the file.</exception>
    public static GeometryChoice Find(string nameOrPath, Func<string, string> resolve) =>
        AutoName.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase)
            ? Auto
            : Of(ScanGeometryFile.Find(nameOrPath, resolve));

    /// <summary>The geometry for a slice.</summary>
    /// <exception cref="InputException">
    /// <c>GeometryNotInFile</c>, <c>GeometryInvalid</c>: Auto, and the file says none, or one that cannot be.
    /// </exception>
    public ScanGeometry For(CtSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        return _geometry is null ? ScannerGeometry.Of(slice).Geometry : _geometry.ToImage(slice.Columns);
    }
}
