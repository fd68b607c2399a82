using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets;

/// <summary>
/// The eight scores of the AAPM CT-MAR challenge, or their averages: what Measure-ImageQuality -Aapm emits. 0 is the truth, 2
/// what NMAR reaches, 4 the worst. A score that a case has no region for is empty.
/// </summary>
public sealed record AapmScore
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

    /// <summary>The mean of the scores.</summary>
    public required double Mean { get; init; }

    /// <summary>The score of the CT numbers.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The score of the noise.</summary>
    public required double? Noise { get; init; }

    /// <summary>The score of the edges.</summary>
    public required double? Sharpness { get; init; }

    /// <summary>The score of the streaks.</summary>
    public required double Streaks { get; init; }

    /// <summary>The score of SSIM.</summary>
    public required double Similarity { get; init; }

    /// <summary>The score of the bone.</summary>
    public required double? Bone { get; init; }

    /// <summary>The score of the metal.</summary>
    public required double Metal { get; init; }

    /// <summary>The score of the proton range.</summary>
    public required double? Range { get; init; }

    /// <summary>Root mean square error in the body, HU.</summary>
    public required double RmseHu { get; init; }

    /// <summary>The same of NMAR.</summary>
    public required double NmarRmseHu { get; init; }

    /// <summary>Noise in the quiet circle, HU.</summary>
    public required double? NoiseHu { get; init; }

    /// <summary>Gradients relative to the truth's.</summary>
    public required double? EdgeRatio { get; init; }

    /// <summary>Streak amplitude, HU.</summary>
    public required double StreakHu { get; init; }

    /// <summary>The same of NMAR.</summary>
    public required double NmarStreakHu { get; init; }

    /// <summary>SSIM in the body, of 5,000 HU.</summary>
    public required double Ssim { get; init; }

    /// <summary>The same of NMAR.</summary>
    public required double NmarSsim { get; init; }

    /// <summary>Dice coefficient of the bone.</summary>
    public required double? BoneDice { get; init; }

    /// <summary>Relative change of the bone's volume.</summary>
    public required double? BoneVolumeChange { get; init; }

    /// <summary>Dice coefficient of the metal.</summary>
    public required double MetalDice { get; init; }

    /// <summary>Relative change of the metal's volume.</summary>
    public required double MetalVolumeChange { get; init; }

    /// <summary>Relative shift of the proton range.</summary>
    public required double? RangeShift { get; init; }

    /// <summary>The image; empty for an average.</summary>
    public required string ImagePath { get; init; }

    /// <summary>The true image; empty for an average.</summary>
    public string TruthPath { get; init; } = "";

    internal static AapmScore Of(
        AapmScores scores, (string Name, string Method, string Group) labels, int metalPixels, string imagePath, string truthPath) => new()
    {
        Name = labels.Name,
        Method = labels.Method,
        Group = labels.Group,
        MetalPixels = metalPixels,
        Count = 1,
        Mean = scores.Mean,
        Accuracy = scores.Accuracy,
        Noise = scores.Noise,
        Sharpness = scores.Sharpness,
        Streaks = scores.Streaks,
        Similarity = scores.Similarity,
        Bone = scores.Bone,
        Metal = scores.Metal,
        Range = scores.Range,
        RmseHu = scores.Measures.Rmse,
        NmarRmseHu = scores.Anchor.Rmse,
        NoiseHu = scores.Measures.Noise,
        EdgeRatio = scores.Measures.Sharpness,
        StreakHu = scores.Measures.Streak,
        NmarStreakHu = scores.Anchor.Streak,
        Ssim = scores.Measures.Similarity,
        NmarSsim = scores.Anchor.Similarity,
        BoneDice = scores.Measures.BoneDice,
        BoneVolumeChange = scores.Measures.BoneVolume,
        MetalDice = scores.Measures.MetalDice,
        MetalVolumeChange = scores.Measures.MetalVolume,
        RangeShift = scores.Measures.RangeShift,
        ImagePath = imagePath,
        TruthPath = truthPath,
    };

    /// <summary>The means of what could be scored.</summary>
    internal static AapmScore Average(string method, string group, AapmScore[] scores) => ScoreMeans.Of(
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
