using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>How near an image is to the true one; all values leave the metal out.</summary>
/// <param name="PsnrWindow">PSNR in dB, within the window of -175 to 275 HU.</param>
/// <param name="SsimWindow">SSIM within that window, -1 to 1.</param>
/// <param name="PsnrFull">PSNR in dB, within 0 to 0.5 1/cm.</param>
/// <param name="SsimFull">SSIM within that range.</param>
/// <param name="RmseHounsfield">Root mean square difference outside the metal, in HU, nothing clipped.</param>
/// <remarks>
/// Window is the definition that gives the dissertation's level (section 4.5 takes the dynamic range of DeepLesion as
/// the peak): values clipped to the window and mapped to [0, 1], 0 where there is metal, peak 1. Full does the same with
/// the whole range, as later papers do. The metal pixels are 0 in both images and count in the mean.
/// </remarks>
public sealed record ImageQuality(
    double PsnrWindow, double SsimWindow, double PsnrFull, double SsimFull, double RmseHounsfield)
{
    /// <summary>Measures an image.</summary>
    /// <param name="image">Attenuation, 1/cm.</param>
    /// <param name="truth">The true image, 1/cm.</param>
    /// <param name="metal">The metal; null when there is none.</param>
    /// <exception cref="InputException">
    /// <c>ImageShapeMismatch</c>, <c>MaskShapeMismatch</c>, <c>ImageNotFinite</c>; <c>ImageTooSmall</c>: fewer than 11
    /// rows or columns; <c>MetalFillsImage</c>: no pixel is left to measure.
    /// </exception>
    public static ImageQuality Measure(SliceImage image, SliceImage truth, MetalMask? metal)
    {
        FiniteValues.Require(image);
        FiniteValues.Require(truth);
        RequireShapes(image, truth);
        metal?.RequireShape(image);
        if (metal is not null && metal.PixelCount == metal.Values.Length)
        {
            throw new InputException(
                "MetalFillsImage", FaultKind.InvalidData, "Every pixel is metal, so there is none to measure.");
        }

        var window = IntensityRange.Window;
        var full = IntensityRange.Full;
        var (seen, expected) = (window.Map(image, metal), window.Map(truth, metal));
        var (seenFull, expectedFull) = (full.Map(image, metal), full.Map(truth, metal));
        return new ImageQuality(
            PeakSignalToNoise.Measure(seen, expected),
            StructuralSimilarity.Measure(seen, expected, image.Rows, image.Columns),
            PeakSignalToNoise.Measure(seenFull, expectedFull),
            StructuralSimilarity.Measure(seenFull, expectedFull, image.Rows, image.Columns),
            Rmse(image, truth, metal));
    }

    private static double Rmse(SliceImage image, SliceImage truth, MetalMask? metal)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < image.Values.Length; i++)
        {
            if (metal is not null && metal.Values[i]) continue;
            var difference = (double)image.Values[i] - truth.Values[i];
            sum += difference * difference;
            count++;
        }

        return Math.Sqrt(sum / count) / HounsfieldScale.WaterAttenuation * 1000;
    }

    /// <summary>Refuses images of two sizes.</summary>
    /// <exception cref="InputException"><c>ImageShapeMismatch</c>.</exception>
    internal static void RequireSameShape(SliceImage image, SliceImage other)
    {
        if (image.Rows == other.Rows && image.Columns == other.Columns) return;
        throw new InputException(
            "ImageShapeMismatch", FaultKind.InvalidData,
            $"The image has {image.Rows} x {image.Columns} pixels and the one that it is compared with {other.Rows} x {other.Columns}.");
    }

    private static void RequireShapes(SliceImage image, SliceImage truth)
    {
        RequireSameShape(image, truth);
        if (Math.Min(image.Rows, image.Columns) >= StructuralSimilarity.WindowSize) return;
        throw new InputException(
            "ImageTooSmall", FaultKind.InvalidData,
            $"An image of {image.Rows} x {image.Columns} pixels is smaller than the "
            + $"{StructuralSimilarity.WindowSize} x {StructuralSimilarity.WindowSize} window of SSIM.");
    }
}
