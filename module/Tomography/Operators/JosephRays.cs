using System.Numerics;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The rays of a scan as Joseph's method walks them. A ray steps through the rows of a plane: the image where it runs
/// mostly along y, the transposed image where it runs mostly along x. In row r it crosses at column
/// <c>Offset + r Slope</c>, counted from 0 at one pixel before the first, and each row adds the interpolated value
/// times <c>Step</c>, the length of ray in a row (cm).
/// </summary>
internal sealed class JosephRays<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public JosephRays(ScanGeometry geometry)
    {
        var length = geometry.SinogramLength;
        (Offset, Slope, Step) = (new T[length], new T[length], new T[length]);
        Transposed = new bool[length];
        for (var view = 0; view < geometry.Views; view++)
        {
            for (var bin = 0; bin < geometry.Bins; bin++) Add(geometry, view, bin);
        }
    }

    public T[] Offset { get; }

    public T[] Slope { get; }

    public T[] Step { get; }

    /// <summary>Whether the ray's plane is the transposed image.</summary>
    public bool[] Transposed { get; }

    /// <summary>The rows in which a ray can cross the plane; outside of them it adds nothing.</summary>
    public (int First, int End) Rows(int ray, int size)
    {
        var (offset, slope) = (double.CreateTruncating(Offset[ray]), double.CreateTruncating(Slope[ray]));
        if (Math.Abs(slope) < 1e-9) return offset > -1 && offset < size + 2 ? (0, size) : (0, 0);
        var (one, other) = (-offset / slope, (size + 1 - offset) / slope);
        var first = Math.Floor(Math.Min(one, other)) - 1;
        var end = Math.Ceiling(Math.Max(one, other)) + 2;
        return ((int)Math.Clamp(first, 0, size), (int)Math.Clamp(end, 0, size));
    }

    private void Add(ScanGeometry geometry, int view, int bin)
    {
        var ray = (view * geometry.Bins) + bin;
        var (sine, cosine) = Math.SinCos(geometry.RayAngle(view, bin));
        var distance = geometry.RayOffset(bin) / geometry.PixelSize;
        var half = 0.5 * (geometry.ImageSize - 1);
        double offset, slope, main;
        if (Math.Abs(sine) > Math.Abs(cosine))
        {
            (main, slope) = (sine, cosine / sine);
            offset = half - (distance / sine) - (half * slope);
        }
        else
        {
            (main, slope) = (cosine, sine / cosine);
            offset = half + (distance / cosine) - (half * slope);
        }

        Transposed[ray] = Math.Abs(sine) > Math.Abs(cosine);
        Offset[ray] = T.CreateTruncating(offset + 1);
        Slope[ray] = T.CreateTruncating(slope);
        Step[ray] = T.CreateTruncating(geometry.PixelSize / Math.Abs(main));
    }
}
