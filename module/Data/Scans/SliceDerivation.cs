namespace Thesis.Engine.Data;

/// <summary>What was done to a slice, for formats whose tags say it.</summary>
/// <param name="Description">A sentence in ASCII.</param>
/// <param name="SeriesSuffix">A word in ASCII for the series' description.</param>
/// <param name="Unchanged">The sentence where no pixel is another; the first one where this is null.</param>
public sealed record SliceDerivation(string Description, string SeriesSuffix, string? Unchanged = null)
{
    /// <summary>
    /// What all slices of the series have in common, of which its UID is made; the description where this is null.
    /// </summary>
    public string? Series { get; init; }

    /// <summary>
    /// Whether the image was reconstructed by iterations; else by filtered backprojection. DICOM's own terms (PS3.16, CID
    /// 10033) have one for either, and none for the reduction of metal artifacts.
    /// </summary>
    public bool IsIterative { get; init; }
}
