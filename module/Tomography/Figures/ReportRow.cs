using CsvHelper;

namespace Thesis.Engine.Tomography;

/// <summary>What a reduction did to a slice: a row of a report's CSV file.</summary>
/// <param name="Folder">The folder of its series in the destination; empty where there was one series.</param>
/// <param name="Name">The slice.</param>
/// <param name="Method">The method.</param>
/// <param name="PositionMm">Its place along the normal of the slices, of DICOM; empty where it is not stated.</param>
/// <param name="MetalPixels">Pixels of the metal.</param>
/// <param name="MetalSource">What it was found in: Slice, Volume (all slices together) or Mask.</param>
/// <param name="ChangedPixels">Pixels that changed by 1 HU or more.</param>
/// <param name="RmsChangeHu">The root mean square change of the pixels outside the metal.</param>
/// <param name="MeanChangeHu">Their mean change.</param>
/// <param name="LargestDecreaseHu">The least change, 0 or below.</param>
/// <param name="LargestIncreaseHu">The largest change, 0 or above.</param>
/// <param name="StreaksBeforeHu">
/// The streaks near the metal in the input, as <see cref="ReferenceFreeQuality"/> measures them; empty without metal.
/// </param>
/// <param name="StreaksAfterHu">Those in the output.</param>
/// <param name="TissueSpreadHu">The same figure far from the metal: what noise, fat and muscle give without streaks.</param>
/// <param name="NoiseRatio">The noise far from the metal, relative to the input's.</param>
/// <param name="EdgeRatio">The edges kept far from the metal.</param>
/// <param name="RmseBeforeHu">The input's root mean square error outside the metal, where the truth is known.</param>
/// <param name="RmseAfterHu">That of the output.</param>
[CsvRecord]
public sealed partial record ReportRow(
    [property: CsvColumn("folder")] string Folder,
    [property: CsvColumn("name")] string Name,
    [property: CsvColumn("method")] string Method,
    [property: CsvColumn("position_mm")] double? PositionMm,
    [property: CsvColumn("metal_pixels")] int MetalPixels,
    [property: CsvColumn("metal_source")] string MetalSource,
    [property: CsvColumn("changed_pixels")] int ChangedPixels,
    [property: CsvColumn("rms_change_hu")] double RmsChangeHu,
    [property: CsvColumn("mean_change_hu")] double MeanChangeHu,
    [property: CsvColumn("largest_decrease_hu")] double LargestDecreaseHu,
    [property: CsvColumn("largest_increase_hu")] double LargestIncreaseHu,
    [property: CsvColumn("streaks_before_hu")] double? StreaksBeforeHu,
    [property: CsvColumn("streaks_after_hu")] double? StreaksAfterHu,
    [property: CsvColumn("tissue_spread_hu")] double? TissueSpreadHu,
    [property: CsvColumn("noise_ratio")] double? NoiseRatio,
    [property: CsvColumn("edge_ratio")] double? EdgeRatio,
    [property: CsvColumn("rmse_before_hu")] double? RmseBeforeHu,
    [property: CsvColumn("rmse_after_hu")] double? RmseAfterHu)
{
    /// <summary>A row in which nothing is measured yet.</summary>
    public static ReportRow Of(string folder, string name, string method, int metalPixels, string metalSource) =>
        new(folder, name, method, null, metalPixels, metalSource, 0, 0, 0, 0, 0, null, null, null, null, null, null, null);
}
