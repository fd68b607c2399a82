using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The geometry of a scanner's image as far as its DICOM file says it. The file has the size of the pixels
/// (0028,0030), or the diameter of the reconstruction (0018,1100), and the distance of the source from the rotation centre
/// (0018,1111). It does not say how many views and bins there were: as many are taken as keep what the pixels hold.
/// </summary>
/// <param name="Geometry">An arc over a full turn, its rays over the whole image.</param>
/// <param name="Sentence">What the file says and what is assumed, for the user.</param>
public sealed record ScannerGeometry(ScanGeometry Geometry, string Sentence)
{
    // Common scanners have the source at 535 to 610 mm, and the detector 1.75 to 1.85 times as far from it.
    private const double UsualSourceDistance = 570;
    private const double LeastSourceDistance = 300;
    private const double LargestSourceDistance = 1500;
    private const double UsualMagnification = 1.8;

    // Common scanners take 984 views or so a turn, and see .6 mm at the centre, where pixels of 512 are .6 to .98 mm wide.
    // benchmarks/accuracy/Measure-ScannerGeometry.ps1 shows what a real series loses with them, and in other geometries.
    private const double ViewsPerPixel = 984.0 / 512;
    private const double PixelsPerBin = 0.7;
    private const double WidestReach = 0.95;
    private const double DiameterTolerance = 0.02;
    private const double CentreTolerance = 1;

    /// <summary>Reads what a slice's file says.</summary>
    /// <exception cref="InputException">
    /// <c>GeometryNotInFile</c>: the slice is no DICOM image, or has no size of pixels; <c>GeometryInvalid</c>: the numbers
    /// make no scan; <c>DicomElementInvalid</c>.
    /// </exception>
    public static ScannerGeometry Of(CtSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (slice.Dicom is not { } image)
        {
            throw NotInFile(slice, "-Geometry Auto reads DICOM images; name a geometry for this one.");
        }

        var data = image.File.Data;
        var pixel = PixelOf(slice, data, out var pixelSentence);
        var distance = DistanceOf(data, out var distanceSentence);
        var geometry = Make(slice.Columns, pixel / 10, distance / 10);
        return new ScannerGeometry(geometry, string.Create(
            CultureInfo.InvariantCulture,
            $"{pixelSentence}, {distanceSentence}. Assumed: an arc of {geometry.Bins} bins and {geometry.Views} views on a full "
            + $"turn, and the image's centre {CentreOf(data)}"));
    }

    private static ScanGeometry Make(int size, double pixel, double distance)
    {
        var reach = Math.Min(size * pixel / Math.Sqrt(2), WidestReach * distance);
        var widest = Math.Asin(reach / distance);
        var step = PixelsPerBin * pixel / distance;
        var half = (int)Math.Min(Math.Ceiling(widest / step), (ScanGeometry.MostSamples / 2) - 1);
        var views = 4 * (int)Math.Ceiling(size * ViewsPerPixel / 4);
        return new ScanGeometry(
            DetectorKind.Arc, views, (2 * half) + 1, Math.Max(step, widest / half), size, pixel, distance);
    }

    private static double PixelOf(CtSlice slice, DicomDataset data, out string sentence)
    {
        var diameter = data.Decimal(DicomTag.ReconstructionDiameter) is > 0 and var stated ? stated : (double?)null;
        if (data.Decimals(DicomTag.PixelSpacing) is [> 0 and var spacing, ..])
        {
            var field = spacing * slice.Columns;
            sentence = string.Create(
                CultureInfo.InvariantCulture,
                $"pixels of {spacing:0.####} mm, {field:0.#} mm in all ({DicomTag.PixelSpacing.Named})");
            if (diameter is { } other && Math.Abs(other - field) > DiameterTolerance * field)
            {
                sentence += string.Create(
                    CultureInfo.InvariantCulture, $", although {DicomTag.ReconstructionDiameter.Named} is {other:0.#} mm");
            }

            return spacing;
        }

        var pixel = (diameter ?? throw NotInFile(
            slice, $"it has neither {DicomTag.PixelSpacing.Named} nor {DicomTag.ReconstructionDiameter.Named}.")) / slice.Columns;
        sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"pixels of {pixel:0.####} mm ({DicomTag.ReconstructionDiameter.Named}, {diameter:0.#} mm)");
        return pixel;
    }

    private static double DistanceOf(DicomDataset data, out string sentence)
    {
        var (source, detector) = (Distance(DicomTag.SourceToPatient), Distance(DicomTag.SourceToDetector));
        var distance = source ?? (detector / UsualMagnification) ?? UsualSourceDistance;
        var origin = source is not null
            ? DicomTag.SourceToPatient.Named
            : detector is not null
                ? $"assumed, {UsualMagnification.ToString(CultureInfo.InvariantCulture)} times nearer than the detector of {DicomTag.SourceToDetector.Named}"
                : "assumed, the file does not say it";
        sentence = string.Create(
            CultureInfo.InvariantCulture, $"the source {distance:0.#} mm from the rotation centre ({origin})");
        return distance;

        // Some files have 0 where a distance is not known.
        double? Distance(DicomTag tag) =>
            data.Decimal(tag) is >= LeastSourceDistance and <= LargestSourceDistance and var value ? value : null;
    }

    // Where both points are stated, a targeted reconstruction is seen.
    private static string CentreOf(DicomDataset data)
    {
        var (centre, target) = (data.Doubles(DicomTag.CollectionCenter), data.Doubles(DicomTag.TargetCenter));
        if (centre.Length != 3 || target.Length != 3) return "at the rotation centre";
        var (x, y) = (target[0] - centre[0], target[1] - centre[1]);
        var away = Math.Sqrt((x * x) + (y * y));
        return !(away > CentreTolerance)
            ? "at the rotation centre, as the file says"
            : string.Create(
                CultureInfo.InvariantCulture, $"at the rotation centre, although the file has it {away:0} mm away from it");
    }

    private static InputException NotInFile(CtSlice slice, string reason) => new(
        "GeometryNotInFile", FaultKind.NotSupported, $"{slice.Description} states no geometry: {reason}", slice.Source);
}
