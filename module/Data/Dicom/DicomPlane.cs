using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Refuses images that are no slice in the plane of the scanner's rays: localizers, which are projections; renderings; and
/// planes that were made from a volume. The gantry's plane is across the table, whose axis is z of the patient, or tilted
/// by its tilt.
/// </summary>
internal static class DicomPlane
{
    // No gantry tilts further than 30 degrees.
    private const double LargestTilt = 32;
    private const double TiltTolerance = 2;
    private const double UnitTolerance = 0.02;
    private const int FirstFreeValue = 2;

    private static readonly HashSet<string> Localizers = ["LOCALIZER", "SCOUT", "TOPOGRAM", "SURVIEW", "SCANOGRAM"];
    private static readonly HashSet<string> Renderings = ["MIP", "MINIP", "MAX_IP", "MIN_IP", "VRT", "SSD", "VOLREN"];

    /// <summary>The vector out of the plane, for positions along it; null where the file states no orientation.</summary>
    public static (double X, double Y, double Z)? Normal(DicomDataset data)
    {
        var v = data.Decimals(DicomTag.ImageOrientation);
        return v.Length == 6
            ? ((v[1] * v[5]) - (v[2] * v[4]), (v[2] * v[3]) - (v[0] * v[5]), (v[0] * v[4]) - (v[1] * v[3]))
            : null;
    }

    /// <summary>Refuses what is no slice of the gantry's plane.</summary>
    /// <exception cref="InputException">
    /// <c>DicomLocalizer</c>, <c>DicomPlaneUnsupported</c>, <c>DicomElementInvalid</c>.
    /// </exception>
    public static void Require(DicomFile file)
    {
        var type = file.Data.Text(DicomTag.ImageType);
        var words = type?.ToUpperInvariant().Split('\\').Skip(FirstFreeValue).SelectMany(value => value.Split(' ')).ToArray() ?? [];
        if (words.Any(Localizers.Contains))
        {
            throw new InputException(
                ScanErrorIds.DicomLocalizer, FaultKind.NotSupported,
                $"'{file.Source}' is a localizer (ImageType {Printable.Text(type!)}): a projection, and no slice.", file.Source);
        }

        if (words.Any(Renderings.Contains))
        {
            throw Plane(file, $"it is rendered from a volume (ImageType {Printable.Text(type!)}) and holds no slice");
        }

        RequireOrientation(file);
    }

    private static void RequireOrientation(DicomFile file)
    {
        if (Normal(file.Data) is not { } normal) return;
        var length = Math.Sqrt((normal.X * normal.X) + (normal.Y * normal.Y) + (normal.Z * normal.Z));
        if (Math.Abs(length - 1) > UnitTolerance)
        {
            throw new InputException(
                ScanErrorIds.DicomElementInvalid, FaultKind.InvalidData,
                $"'{file.Source}': the element {DicomTag.ImageOrientation.Named} holds no two unit vectors at right angles.",
                file.Source);
        }

        var degrees = Math.Acos(Math.Min(1, Math.Abs(normal.Z) / length)) * 180 / Math.PI;
        if (degrees > LargestTilt)
        {
            var name = Math.Abs(normal.X) > 0.9 ? "sagittal" : Math.Abs(normal.Y) > 0.9 ? "coronal" : "oblique";
            throw Plane(file, string.Create(
                CultureInfo.InvariantCulture, $"its plane is {name}, {degrees:0.#} degrees off the axial one"));
        }

        if (file.Data.Decimal(DicomTag.GantryTilt) is not { } tilt || Math.Abs(degrees - Math.Abs(tilt)) <= TiltTolerance) return;
        throw Plane(file, string.Create(
            CultureInfo.InvariantCulture,
            $"its plane is {degrees:0.#} degrees off the axial one, and the gantry was tilted by {tilt:0.#}"));
    }

    private static InputException Plane(DicomFile file, string reason) => new(
        ScanErrorIds.DicomPlaneUnsupported, FaultKind.NotSupported,
        $"'{file.Source}' does not lie in the plane of the scanner's rays, so they cannot be computed from it: {reason}. "
        + "Reduce the original slices, and reformat the result.",
        file.Source);
}
