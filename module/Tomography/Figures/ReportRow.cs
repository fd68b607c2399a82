using CsvHelper;

namespace Thesis.Engine.Tomography;

/// <summary>What a reduction did to a slice: a row of a report's CSV file.</summary>
/// <param name="Folder">The folder of its series in the destination; empty where there was one series.</param>
/// <param name="Name">The slice.</param>
/// <param name="Method">The method.</param>
/// <param name="PositionMm">Its place along the normal of the slices, of DICOM; empty where it is not stated.</param>
/// <param name="MetalPixels">Pixels of the metal.</param>
/// <param name="ChangedPixels">Pixels that changed by 1 HU or more.</param>
/// <param name="RmsChangeHu">The root mean square change of the pixels outside the metal.</param>
/// <param name="MeanChangeHu">Their mean change.</param>
/// <param name="LargestDecreaseHu">The least change, 0 or below.</param>
/// <param name="LargestIncreaseHu">The largest change, 0 or above.</param>
/// <param name="RmseBeforeHu">The input's root mean square error outside the metal, where the truth is known.</param>
/// <param name="RmseAfterHu">That of the output.</param>
[CsvRecord]
public sealed partial record ReportRow(
    [property: CsvColumn("folder")] string Folder,
    [property: CsvColumn("name")] string Name,
    [property: CsvColumn("method")] string Method,
    [property: CsvColumn("position_mm")] double? PositionMm,
    [property: CsvColumn("metal_pixels")] int MetalPixels,
    [property: CsvColumn("changed_pixels")] int ChangedPixels,
    [property: CsvColumn("rms_change_hu")] double RmsChangeHu,
    [property: CsvColumn("mean_change_hu")] double MeanChangeHu,
    [property: CsvColumn("largest_decrease_hu")] double LargestDecreaseHu,
    [property: CsvColumn("largest_increase_hu")] double LargestIncreaseHu,
    [property: CsvColumn("rmse_before_hu")] double? RmseBeforeHu,
    [property: CsvColumn("rmse_after_hu")] double? RmseAfterHu);
