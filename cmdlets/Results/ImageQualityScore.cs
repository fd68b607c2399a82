namespace Thesis.Cmdlets;

/// <summary>How near an image is to the true one, or the average of several: what Measure-ImageQuality emits.</summary>
public sealed record ImageQualityScore
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

    /// <summary>PSNR in dB, within -175 .. 275 HU.</summary>
    public required double PsnrWindow { get; init; }

    /// <summary>SSIM within -175 .. 275 HU.</summary>
    public required double SsimWindow { get; init; }

    /// <summary>PSNR in dB, within 0 .. 0.5 1/cm.</summary>
    public required double PsnrFull { get; init; }

    /// <summary>SSIM within 0 .. 0.5 1/cm.</summary>
    public required double SsimFull { get; init; }

    /// <summary>Root mean square error outside the metal, in HU.</summary>
    public required double RmseHu { get; init; }

    /// <summary>The image; empty for an average.</summary>
    public required string ImagePath { get; init; }

    /// <summary>The true image; empty for an average.</summary>
    public string TruthPath { get; init; } = "";

    /// <summary>The means.</summary>
    internal static ImageQualityScore Average(string method, string group, ImageQualityScore[] scores) => ScoreMeans.Of(
        scores[0] with
        {
            Name = "",
            Method = method,
            Group = group,
            MetalPixels = (int)Math.Round(scores.Average(score => score.MetalPixels)),
            Count = scores.Length,
            ImagePath = "",
            TruthPath = "",
        },
        scores);
}
