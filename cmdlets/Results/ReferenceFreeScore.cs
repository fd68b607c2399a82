namespace Thesis.Cmdlets;

/// <summary>
/// What can be said of a reduced CT image by what it was made from, or the average of several: what Measure-ImageQuality
/// emits where there is no truth. A figure that nothing could be measured for is empty.
/// </summary>
public sealed record ReferenceFreeScore
{
    /// <summary>The image's name; empty for an average.</summary>
    public required string Name { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The group of the metal's size; all for the average over all.</summary>
    public required string Group { get; init; }

    /// <summary>Pixels of the metal, or their average.</summary>
    public required int MetalPixels { get; init; }

    /// <summary>Images.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// Streaks in soft tissue near the metal, away from lung, air and bone, HU: the mean of the upper 5 % less that of the
    /// lower.
    /// </summary>
    public required double? StreakHu { get; init; }

    /// <summary>The same of the source.</summary>
    public required double? SourceStreakHu { get; init; }

    /// <summary>
    /// The same of the image far from the metal: noise, fat and muscle. Streaks that are no more than this are none.
    /// </summary>
    public double? TissueSpreadHu { get; init; }

    /// <summary>Noise in soft tissue far from the metal, HU.</summary>
    public required double? NoiseHu { get; init; }

    /// <summary>Noise relative to the source's.</summary>
    public required double? NoiseRatio { get; init; }

    /// <summary>The share of the source's strong edges that is kept, far from the metal.</summary>
    public required double? EdgeRatio { get; init; }

    /// <summary>Mean change of lung far from the metal, HU.</summary>
    public required double? LungDriftHu { get; init; }

    /// <summary>Mean change of fat.</summary>
    public required double? FatDriftHu { get; init; }

    /// <summary>Mean change of soft tissue.</summary>
    public required double? SoftTissueDriftHu { get; init; }

    /// <summary>Mean change of bone.</summary>
    public required double? BoneDriftHu { get; init; }

    /// <summary>Root mean square change of the line integrals that miss the metal, without unit.</summary>
    public required double? Residual { get; init; }

    /// <summary>The image; empty for an average.</summary>
    public required string ImagePath { get; init; }

    /// <summary>What it was made from; empty for an average.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The means of what could be measured.</summary>
    internal static ReferenceFreeScore Average(string method, string group, ReferenceFreeScore[] scores) => ScoreMeans.Of(
        scores[0] with
        {
            Name = "",
            Method = method,
            Group = group,
            MetalPixels = (int)Math.Round(scores.Average(score => score.MetalPixels)),
            Count = scores.Length,
            ImagePath = "",
            SourcePath = "",
        },
        scores);
}
