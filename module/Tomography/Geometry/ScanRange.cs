using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The fault of views that do not see every ray equally often.</summary>
internal static class ScanRange
{
    public static InputException Unsupported(ScanGeometry geometry) => new(
        "ScanRangeUnsupported", FaultKind.NotSupported,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The views share {geometry.AngularRange} radians. Filtered backprojection needs a full turn (2 pi); with ")
        + "parallel rays half a turn (pi) will do.",
        geometry.AngularRange);
}
