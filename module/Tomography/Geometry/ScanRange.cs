using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The faults of scans that do not see every ray equally often.</summary>
internal static class ScanRange
{
    public static InputException Unsupported(ScanGeometry geometry) => new(
        "ScanRangeUnsupported", FaultKind.NotSupported,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The views share {geometry.AngularRange} radians. Filtered backprojection needs a full turn (2 pi); ")
        + (geometry.Detector == DetectorKind.Parallel
            ? "with parallel rays half a turn (pi) will do."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"with this fan a short scan will do, of {ShortScan.LeastRange(geometry):0.####} (pi and twice its widest angle) or more.")),
        geometry.AngularRange);

    /// <summary>
    /// Refuses a detector that sees a part of the image from one side only. Rebinning weighs a ray by whether its conjugate
    /// is seen; the other ways count on both.
    /// </summary>
    /// <exception cref="InputException"><c>DetectorOffsetUnsupported</c>.</exception>
    public static void RequireBothSides(ScanGeometry geometry)
    {
        var reach = Math.Min(Math.Abs(geometry.RayOffset(0)), Math.Abs(geometry.RayOffset(geometry.Bins - 1)));
        if (Math.Abs(geometry.DetectorOffset) <= 1 || reach >= 0.5 * geometry.ImageSize * geometry.PixelSize) return;
        throw new InputException(
            "DetectorOffsetUnsupported", FaultKind.NotSupported,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The detector is shifted by {geometry.DetectorOffset} bins and sees {reach:0.###} cm on its shorter side, less "
                + $"than the image's half; only rebinned fans weigh such rays."),
            geometry.DetectorOffset);
    }
}
