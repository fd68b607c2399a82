namespace Thesis.Cmdlets;

/// <summary>A slice whose metal artifacts were reduced: what Invoke-MetalArtifactReduction emits.</summary>
public sealed record ReducedSlice
{
    /// <summary>The slice's name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The folder of the destination that it was written into: that of its series where a folder held several, or below a
    /// folder with Recurse; else empty.
    /// </summary>
    public string Folder { get; init; } = "";

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// Reduced; Unchanged, where there is no metal or the method is None, and the image was written as it was; or Skipped, where
    /// Resume found it complete.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>The group of the metal's size; none where there is no metal.</summary>
    public required string Group { get; init; }

    /// <summary>Pixels of the metal; 0 where there is none, and the image came back as it was.</summary>
    public required int MetalPixels { get; init; }

    /// <summary>
    /// What the metal was found in: Slice; Volume, all slices of the series together; or Mask, where one said it.
    /// </summary>
    public string MetalSource { get; init; } = "";

    /// <summary>What was above, in HU, was metal; empty where a mask said it.</summary>
    public double? MetalThreshold { get; init; }

    /// <summary>Seconds of this slice, reading excluded.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>The reduced image.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Output less input, npy, in HU.</summary>
    public required string DifferencePath { get; init; }

    /// <summary>The file of the input.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The input's place in a stack, from 0; empty for a file of one slice.</summary>
    public int? SourceIndex { get; init; }

    /// <summary>The mask, that of the volume too; empty where a threshold of the slice said what metal is.</summary>
    public string? MaskPath { get; init; }

    /// <summary>The image without artifacts, for simulated slices.</summary>
    public string? TruthPath { get; init; }

    /// <summary>Iterations of an iterative method.</summary>
    public int? Iterations { get; init; }

    /// <summary>The objective (4.5) that it reached.</summary>
    public double? Objective { get; init; }
}
