using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The eight scores of the AAPM CT-MAR challenge: 0 is the true image, 2 what NMAR reaches, 4 the worst; lower is better. The
/// challenge's 2 is a table of what its NMAR reached in each of its cases; here it is what this module's NMAR reaches on the
/// same case, x_NMAR:
/// <code>
/// score(x) = 2 x / max(x_NMAR, least), from 0 to 4
/// accuracy    x = RMSE, least 1 HU                streaks   x = streak amplitude, least 1 HU
/// similarity  x = 1 - SSIM, least .001
/// bone        mean of the scores of x = volume change, least .02, and 1 - Dice, least .02
/// metal       mean of the scores of x = volume change, least .10, and 1 - Dice, least .05
/// </code>
/// The least anchors of bone and metal are the smallest of the challenge's table: a volume that NMAR hits to the pixel would
/// make any other one a 4. Three scores have fixed scales, as there:
/// <code>
/// noise       4 (noise / max(noise of T, 5 HU) - 1), from 0 to 4
/// sharpness   ratios 1, .94, .85, .67, .56 are 0, 1, 2, 3, 4: Gaussian blurs of sigma 0, .4, .5, .75, 1; linear between
/// range       shift / .005, to 4: a shift of 2 % is 4
/// </code>
/// A score that the case has no region for is null, and the mean is over the others.
/// </summary>
/// <param name="Accuracy">CT numbers.</param>
/// <param name="Noise">Noise.</param>
/// <param name="Sharpness">Edges.</param>
/// <param name="Streaks">Streak amplitude.</param>
/// <param name="Similarity">SSIM.</param>
/// <param name="Bone">Bone.</param>
/// <param name="Metal">Metal.</param>
/// <param name="Range">Proton range.</param>
/// <param name="Measures">What was measured of the image.</param>
/// <param name="Anchor">What was measured of NMAR.</param>
public sealed record AapmScores(
    double Accuracy,
    double? Noise,
    double? Sharpness,
    double Streaks,
    double Similarity,
    double? Bone,
    double Metal,
    double? Range,
    AapmMeasures Measures,
    AapmMeasures Anchor)
{
    private const double Worst = 4;
    private const double LeastNoise = 5;
    private const double ShiftOfAPoint = 0.005;

    private static readonly double[] Ratios = [1, 0.94, 0.85, 0.67, 0.56];

    /// <summary>The mean of the scores that there are.</summary>
    public double Mean =>
        new[] { Accuracy, Noise, Sharpness, Streaks, Similarity, Bone, Metal, Range }.Where(score => score is not null).Average()!.Value;

    /// <summary>Scores an image.</summary>
    /// <param name="image">The image, 1/cm.</param>
    /// <param name="regions">The case, with NMAR's image.</param>
    /// <exception cref="InputException"><c>ImageShapeMismatch</c>, <c>ImageNotFinite</c>.</exception>
    public static AapmScores Of(SliceImage image, AapmCase regions)
    {
        ArgumentNullException.ThrowIfNull(regions);
        var measures = regions.Measure(image);
        var (anchor, noise) = (regions.Anchor, Math.Max(regions.TrueNoise ?? 0, LeastNoise));
        return new AapmScores(
            Anchored(measures.Rmse, anchor.Rmse, 1),
            measures.Noise is { } seen ? Math.Clamp(Worst * ((seen / noise) - 1), 0, Worst) : null,
            measures.Sharpness is { } ratio ? OfRatio(ratio) : null,
            Anchored(measures.Streak, anchor.Streak, 1),
            Anchored(1 - measures.Similarity, 1 - anchor.Similarity, 0.001),
            measures.BoneDice is null ? null : 0.5 * (
                Anchored(measures.BoneVolume!.Value, anchor.BoneVolume!.Value, 0.02)
                + Anchored(1 - measures.BoneDice.Value, 1 - anchor.BoneDice!.Value, 0.02)),
            0.5 * (Anchored(measures.MetalVolume, anchor.MetalVolume, 0.1) + Anchored(1 - measures.MetalDice, 1 - anchor.MetalDice, 0.05)),
            measures.RangeShift is { } shift ? Math.Min(shift / ShiftOfAPoint, Worst) : null,
            measures,
            anchor);
    }

    private static double Anchored(double value, double anchor, double least) =>
        Math.Clamp(2 * value / Math.Max(anchor, least), 0, Worst);

    private static double OfRatio(double ratio)
    {
        if (ratio >= Ratios[0]) return 0;
        var point = Array.FindIndex(Ratios, place => place <= ratio);
        return point < 0 ? Worst : point - ((ratio - Ratios[point]) / (Ratios[point - 1] - Ratios[point]));
    }
}
