using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Line integrals of attenuation (no unit), float32, one row a view and one column a bin, with the geometry that says
/// which ray each is. Nothing is copied, and the constructor does not look at the values.
/// </summary>
public sealed class Sinogram
{
    /// <summary>Wraps values.</summary>
    /// <exception cref="InputException"><c>SinogramShapeInvalid</c>: the number of values is not views x bins.</exception>
    public Sinogram(float[] values, ScanGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(geometry);
        if (values.Length != geometry.SinogramLength)
        {
            throw new InputException(
                "SinogramShapeInvalid", FaultKind.InvalidData,
                $"{values.Length} values do not make a sinogram of {geometry.Views} views x {geometry.Bins} bins.");
        }

        Values = values;
        Geometry = geometry;
    }

    /// <summary>A sinogram of zeros.</summary>
    public Sinogram(ScanGeometry geometry)
        : this(new float[geometry?.SinogramLength ?? throw new ArgumentNullException(nameof(geometry))], geometry)
    {
    }

    /// <summary>The values, row-major. Operators read them; only their owner writes.</summary>
    public float[] Values { get; }

    /// <summary>Which rays they are of.</summary>
    public ScanGeometry Geometry { get; }

    /// <summary>Views: rows.</summary>
    public int Views => Geometry.Views;

    /// <summary>Bins: columns.</summary>
    public int Bins => Geometry.Bins;

    /// <summary>The row of a view.</summary>
    public Span<float> View(int view) => Values.AsSpan(view * Bins, Bins);
}
