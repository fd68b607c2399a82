using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Says how a slice differs from what networks are trained on: its field of view, the metal's size, the share and the values of its
/// body. A network does not know that it does not know.
/// </summary>
internal static class TrainingLikeness
{
    // mm: from a head to a large body.
    private const double LeastField = 180;
    private const double LargestField = 560;

    // HU: what lies above is body; its soft tissue lies between.
    private const double BodyFloor = -300;
    private const double LeastSoft = -150;
    private const double LargestSoft = 200;

    // The share of the pixels that is body.
    private const double LeastBody = 0.08;
    private const double LargestBody = 0.85;

    // Of a slice of 416 x 416, as the training shapes are; the largest shape, and half as much again.
    private const double LargestMetal = 1.5 * MetalShapeOptions.DefaultMostPixels / (416.0 * 416);

    /// <summary>Refuses slices that no network can take, and warns of those unlike the training data.</summary>
    /// <exception cref="InputException"><c>SliceSmallerThanStride</c>.</exception>
    public static void Require(LearnedReducer reducer, ScanInput input, CorruptedScan scan, WorkContext work)
    {
        var slice = input.Slice;
        if (slice.Rows < UNet.Stride)
        {
            throw new InputException(
                "SliceSmallerThanStride", FaultKind.InvalidData,
                $"{slice.Description} has {slice.Rows} x {slice.Columns} pixels, fewer than the {UNet.Stride} that the network halves to one.",
                slice.Source);
        }

        string[] differences = [.. Differences(slice, scan)];
        if (differences.Length > 0)
        {
            work.Warning?.Invoke(
                $"{slice.Description} is unlike what the network of {reducer.Method} was trained on: {string.Join("; ", differences)}. "
                + "Its result may hold what is not there.");
        }

        var size = reducer.Geometry.ImageSize;
        if (reducer.Geometry == scan.Tomograph.Geometry) return;
        work.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{slice.Description}: brought from {slice.Rows} x {slice.Columns} to the {size} x {size} pixels of {reducer.Method}'s network and projected in its "
            + $"geometry, {reducer.Geometry.Views} views x {reducer.Geometry.Bins} bins; the slice's own sinogram is completed by what it made."));
    }

    private static IEnumerable<FormattableString> Sentences(CtSlice slice, CorruptedScan scan)
    {
        if (slice.Dicom?.File.Data.Decimals(DicomTag.PixelSpacing) is [> 0 and var spacing, ..])
        {
            var field = spacing * slice.Columns;
            if (field is < LeastField or > LargestField) yield return $"its field of view is {field:0} mm, not {LeastField} to {LargestField}";
        }

        var metal = (double)scan.Metal.PixelCount / scan.Metal.Values.Length;
        if (metal > LargestMetal) yield return $"{100 * metal:0.#} % of it are metal, more than {100 * LargestMetal:0.#} %";
        var floor = (float)HounsfieldScale.ToAttenuation(BodyFloor);
        float[] body = [.. scan.Image.Values.Where((value, i) => value > floor && !scan.Metal.Values[i])];
        var share = (double)body.Length / scan.Image.Values.Length;
        if (share is < LeastBody or > LargestBody)
        {
            yield return $"{100 * share:0} % of it are body, not {100 * LeastBody:0} to {100 * LargestBody:0} %";
        }

        if (body.Length == 0) yield break;
        Array.Sort(body);
        var middle = HounsfieldScale.ToHounsfield(body[body.Length / 2]);
        if (middle is < LeastSoft or > LargestSoft) yield return $"half of its body is below {middle:0} HU, where {LeastSoft} to {LargestSoft} are usual";
    }

    private static IEnumerable<string> Differences(CtSlice slice, CorruptedScan scan) =>
        Sentences(slice, scan).Select(sentence => sentence.ToString(CultureInfo.InvariantCulture));
}
