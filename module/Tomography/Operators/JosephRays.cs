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

    /// <summary>Where a ray crosses row 0, and how far it moves a row.</summary>
    public (T Offset, T Slope) Line(int ray) => (Offset[ray], Slope[ray]);

    /// <summary>
    /// The rows of a box in which rays can cross its columns, of neighbouring rays between the leftmost and the rightmost;
    /// in other rows they add nothing.
    /// </summary>
    public static (int First, int End) Rows((T Offset, T Slope) leftmost, (T Offset, T Slope) rightmost, in PixelBox box)
    {
        // A pixel takes part in crossings less than one column from its own, which is counted from 1.
        var (first, end) = (box.FirstRow, box.EndRow);
        Cut(leftmost.Slope, double.CreateTruncating(leftmost.Offset) - (box.EndColumn + 1), ref first, ref end);
        Cut(-rightmost.Slope, box.FirstColumn - double.CreateTruncating(rightmost.Offset), ref first, ref end);
        return (first, Math.Max(first, end));
    }

    // Leaves the rows where excess + row slope is below 0, and one more for rounding.
    private static void Cut(T slope, double excess, ref int first, ref int end)
    {
        var perRow = double.CreateTruncating(slope);
        if (Math.Abs(perRow) < 1e-9)
        {
            if (excess >= 1) end = first;
            return;
        }

        var row = Math.Clamp(-excess / perRow, -2, ScanGeometry.MostSamples + 2);
        if (perRow > 0) end = Math.Min(end, (int)Math.Ceiling(row) + 1);
        else first = Math.Max(first, (int)Math.Floor(row) - 1);
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
