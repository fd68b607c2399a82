namespace Thesis.Cmdlets;

/// <summary>The report of a reduced series on disk: what Export-ReductionReport emits.</summary>
public sealed record ReductionReportFile
{
    /// <summary>The series' folder in the destination; empty where there was one series.</summary>
    public required string Folder { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Slices.</summary>
    public required int Slices { get; init; }

    /// <summary>Slices with metal.</summary>
    public required int MetalSlices { get; init; }

    /// <summary>The largest root mean square change of a slice, metal left out, in HU.</summary>
    public required double LargestRmsChangeHu { get; init; }

    /// <summary>A row for every slice.</summary>
    public required string CsvPath { get; init; }

    /// <summary>The page of thumbnails, PNG; the first where there are several.</summary>
    public required string PagePath { get; init; }

    /// <summary>Pages.</summary>
    public required int Pages { get; init; }
}
