using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The images of one reduced slice in HU, and what is measured on them.</summary>
/// <param name="Before">The input.</param>
/// <param name="After">The output.</param>
/// <param name="Difference">Output less input.</param>
/// <param name="Metal">The metal.</param>
/// <param name="Columns">Columns of all.</param>
/// <param name="Row">The figures.</param>
public sealed record ReportSlice(
    float[] Before, float[] After, float[] Difference, bool[] Metal, int Columns, ReportRow Row)
{
    private const float Changed = 1;

    /// <summary>Measures a slice.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The output, of the same size.</param>
    /// <param name="truth">The truth; null where it is not known.</param>
    /// <param name="mask">The metal; null for what the detection finds.</param>
    /// <param name="detection">How the metal was found, or widened.</param>
    /// <param name="loader">Has the rays that streaks are looked for with.</param>
    /// <param name="unit">The unit of npy images.</param>
    /// <param name="row">Names and metal pixels; the rest is filled in.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException"><c>ImageShapeMismatch</c>, <c>MaskSizeMismatch</c>, or a fault of an
    /// image.</exception>
    public static ReportSlice Of(
        CtSlice input, CtSlice output, CtSlice? truth, PixelMask? mask, MetalDetection detection, ScanLoader loader,
        PixelUnit unit, ReportRow row, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(detection);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(row);
        var (source, image) = (SliceConversion.ToExact(input, unit), SliceConversion.ToExact(output, unit));
        var (before, after) = (SliceConversion.ToHounsfield(source), SliceConversion.ToHounsfield(image));
        var right = truth is null ? null : SliceConversion.ToHounsfield(SliceConversion.ToExact(truth, unit));
        if (after.Length != before.Length || (right is not null && right.Length != before.Length))
        {
            throw new InputException(
                "ImageShapeMismatch", FaultKind.InvalidData, $"The images of {input.Description} are not of one size.", input.Source);
        }

        var difference = new float[before.Length];
        for (var i = 0; i < difference.Length; i++) difference[i] = after[i] - before[i];
        var found = mask is null ? detection.Find(source) : detection.Widen(SliceConversion.ToMask(mask, input));
        var metal = found.Values;
        var quality = found.PixelCount == 0
            ? null : ReferenceFreeQuality.Measure(image, source, found, loader.TomographOf(input), work);
        return new ReportSlice(before, after, difference, metal, input.Columns, row with
        {
            PositionMm = input.Dicom?.Position,
            ChangedPixels = difference.Count(change => Math.Abs(change) >= Changed),
            RmsChangeHu = RootMeanSquare(after, before, metal),
            MeanChangeHu = difference.Where((_, i) => !metal[i]).Select(change => (double)change).DefaultIfEmpty().Average(),
            LargestDecreaseHu = Math.Min(0, difference.Min()),
            LargestIncreaseHu = Math.Max(0, difference.Max()),
            StreaksBeforeHu = quality?.SourceStreakHounsfield,
            StreaksAfterHu = quality?.StreakHounsfield,
            TissueSpreadHu = quality?.TissueSpreadHounsfield,
            NoiseRatio = quality?.NoiseRatio,
            EdgeRatio = quality?.EdgeRatio,
            RmseBeforeHu = right is null ? null : RootMeanSquare(before, right, metal),
            RmseAfterHu = right is null ? null : RootMeanSquare(after, right, metal),
        });
    }

    private static double RootMeanSquare(float[] image, float[] other, bool[] metal)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < image.Length; i++)
        {
            if (metal[i]) continue;
            var difference = (double)image[i] - other[i];
            sum += difference * difference;
            count++;
        }

        return count == 0 ? 0 : Math.Sqrt(sum / count);
    }
}
