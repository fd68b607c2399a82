using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What lies at the edge of the field of view or beyond it, and what that does to an image.</summary>
internal static class FieldOfView
{
    /// <summary>Warns of a measured sinogram whose views end within the body, unless they are continued.</summary>
    public static void WarnOfTruncation(
        Sinogram sinogram, ReconstructionOptions options, string description, WorkContext work)
    {
        if (options.Extrapolate) return;
        var truncation = DetectorTruncation.Of(sinogram);
        if (truncation.Views == 0) return;
        work.Warning?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{truncation.Views:N0} of {sinogram.Views:N0} views of {description} end within the body, at line integrals of "
            + $"up to {truncation.LargestValue:0.##}. Filtered backprojection takes what lies beyond for air, and its HU "
            + $"are too high, most at the edge of the field of view. -Extrapolate continues the views."));
    }

    /// <summary>Warns of metal that reaches the edge of what was scanned or of what the image shows.</summary>
    public static void WarnOfMetal(CorruptedScan scan, string description, WorkContext work)
    {
        if (work.Warning is null || scan.Metal.PixelCount == 0) return;
        var (bins, views) = (scan.Trace.Geometry.Bins, scan.Trace.Geometry.Views);
        var cut = Enumerable.Range(0, views).Count(view => scan.Trace[view, 0] || scan.Trace[view, bins - 1]);
        if (cut > 0)
        {
            work.Warning(string.Create(
                CultureInfo.InvariantCulture,
                $"The metal of {description} reaches the detector's edge in {cut:N0} of {views:N0} views: there the rays "
                + $"beside it are known on one side only, whose value is held, and metal beyond the edge is not reduced."));
        }

        var touching = AtEdge(scan);
        if (touching == 0) return;
        work.Warning(string.Create(
            CultureInfo.InvariantCulture,
            $"The metal of {description} touches the edge of the field of view with {touching:N0} pixels: what of it lies "
            + $"beyond is in the scan and not in the image, and its streaks stay."));
    }

    // Pixels of metal at the image's border or beside what was never scanned.
    private static int AtEdge(CorruptedScan scan)
    {
        var (rows, columns, padding) = (scan.Metal.Rows, scan.Metal.Columns, scan.Padding?.Values);
        return Enumerable.Range(0, scan.Metal.Values.Length).Count(pixel => scan.Metal.Values[pixel] && IsAtEdge(pixel));

        bool IsAtEdge(int pixel)
        {
            var (row, column) = Math.DivRem(pixel, columns);
            if (row == 0 || row == rows - 1 || column == 0 || column == columns - 1) return true;
            return padding is not null
                && (padding[pixel - 1] || padding[pixel + 1] || padding[pixel - columns] || padding[pixel + columns]);
        }
    }
}
