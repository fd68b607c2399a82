namespace Thesis.Engine.Tomography;

/// <summary>
/// What the AAPM CT-MAR challenge (2025, doi 10.1002/mp.70050) measures of an image against the true one, both in HU, in the
/// regions of <see cref="AapmRegions"/>. Null is what a case has no region for.
/// </summary>
/// <param name="Rmse">Root mean square difference in measured, HU.</param>
/// <param name="Noise">The standard deviation in the quiet circle, HU.</param>
/// <param name="Sharpness">
/// The 90th percentile of the Sobel gradient's length in an edge region, relative to the truth's; the mean of both edges.
/// </param>
/// <param name="Streak">
/// Where artifacts are strongest: the mean of the largest 5 % of I - T less that of the least 5 %, HU.
/// </param>
/// <param name="Similarity">
/// The mean over measured of SSIM (Gaussian window of 11 x 11, sigma 1.5, range 5,000 HU, borders mirrored), metal and 2 pixels
/// around it set to 100 HU in both images.
/// </param>
/// <param name="BoneVolume">|1 - bone of I / bone of T|, bone being 150 to 2,500 HU in the body outside the metal.</param>
/// <param name="BoneDice">Dice coefficient of the two bones.</param>
/// <param name="MetalVolume">|1 - metal of I / metal|, metal being what is more than 250 HU above all tissue near it.</param>
/// <param name="MetalDice">Dice coefficient of that and the metal.</param>
/// <param name="RangeShift">The largest shift of a proton beam's range, see <see cref="ProtonRange"/>.</param>
public sealed record AapmMeasures(
    double Rmse,
    double? Noise,
    double? Sharpness,
    double Streak,
    double Similarity,
    double? BoneVolume,
    double? BoneDice,
    double MetalVolume,
    double MetalDice,
    double? RangeShift)
{
    private const double SimilarityRange = 5000;
    private const float MetalMargin = 250;
    private const float HiddenMetal = 100;
    private const double Tail = 0.05;

    internal static AapmMeasures Of(float[] image, float[] truth, AapmRegions regions)
    {
        var (boneVolume, boneDice) = Bone(image, truth, regions);
        var (metalVolume, metalDice) = Overlap(MetalOf(image, truth, regions), regions.Metal.Values);
        return new AapmMeasures(
            Rms(image, truth, regions.Measured),
            Deviation(image, regions.Noise),
            SharpnessOf(image, truth, regions),
            StreakOf(image, truth, regions.Streaks),
            SimilarityOf(image, truth, regions),
            boneVolume,
            boneDice,
            metalVolume!.Value,
            metalDice!.Value,
            ProtonRange.LargestShift(image, truth, regions));
    }

    /// <summary>The standard deviation of the pixels of a region; null for no region.</summary>
    internal static double? Deviation(float[] image, bool[]? region)
    {
        if (region is null) return null;
        double[] values = [.. image.Where((_, pixel) => region[pixel]).Select(value => (double)value)];
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static double Rms(float[] image, float[] truth, bool[] region)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < image.Length; i++)
        {
            if (!region[i]) continue;
            sum += Math.Pow((double)image[i] - truth[i], 2);
            count++;
        }

        return Math.Sqrt(sum / count);
    }

    private static double? SharpnessOf(float[] image, float[] truth, AapmRegions regions)
    {
        var (seen, expected) = (Sobel(image, regions.Size), Sobel(truth, regions.Size));
        double[] ratios = [.. new[] { regions.BoneEdges, regions.FatEdges }.OfType<bool[]>().Select(edges =>
            Strong(seen, edges) / Strong(expected, edges)).Where(double.IsFinite)];
        return ratios.Length == 0 ? null : ratios.Average();

        static double Strong(double[] gradient, bool[] edges) => Percentile.Of(gradient.Where((_, pixel) => edges[pixel]), 90);
    }

    // Beyond the border the nearest pixel is taken.
    private static double[] Sobel(float[] image, int size)
    {
        var result = new double[image.Length];
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var (down, right) = (0.0, 0.0);
                for (var k = -1; k <= 1; k++)
                {
                    var weight = k == 0 ? 2 : 1;
                    down += weight * (At(row + 1, column + k) - At(row - 1, column + k));
                    right += weight * (At(row + k, column + 1) - At(row + k, column - 1));
                }

                result[(row * size) + column] = Math.Sqrt((down * down) + (right * right));
            }
        }

        return result;

        double At(int row, int column) => image[(Math.Clamp(row, 0, size - 1) * size) + Math.Clamp(column, 0, size - 1)];
    }

    private static double StreakOf(float[] image, float[] truth, bool[] region)
    {
        double[] sorted = [.. image.Select((value, pixel) => (double)value - truth[pixel]).Where((_, pixel) => region[pixel]).Order()];
        var tail = Math.Max(1, (int)(Tail * sorted.Length));
        return sorted[^tail..].Average() - sorted[..tail].Average();
    }

    private static double SimilarityOf(float[] image, float[] truth, AapmRegions regions)
    {
        var map = StructuralSimilarity.Map(Hidden(image), Hidden(truth), regions.Size, regions.Size, SimilarityRange);
        return map.Where((_, pixel) => regions.Measured[pixel]).Average();

        double[] Hidden(float[] values) => [.. values.Select((value, pixel) => regions.Around.Values[pixel] ? HiddenMetal : (double)value)];
    }

    private static (double? Volume, double? Dice) Bone(float[] image, float[] truth, AapmRegions regions)
    {
        return Overlap(BoneOf(image), BoneOf(truth));

        bool[] BoneOf(float[] values) => [.. values.Select((value, pixel) =>
            value >= AapmRegions.BoneFloor && value < AapmRegions.BoneCeiling && regions.Body[pixel] && !regions.Metal.Values[pixel])];
    }

    private static bool[] MetalOf(float[] image, float[] truth, AapmRegions regions)
    {
        var brightest = float.NegativeInfinity;
        for (var i = 0; i < truth.Length; i++)
        {
            if (regions.Near.Values[i] && !regions.Metal.Values[i]) brightest = Math.Max(brightest, truth[i]);
        }

        return [.. image.Select((value, pixel) => regions.Near.Values[pixel] && value > brightest + MetalMargin)];
    }

    private static (double? Volume, double? Dice) Overlap(bool[] seen, bool[] expected)
    {
        var (found, all, both) = (0, 0, 0);
        for (var i = 0; i < seen.Length; i++)
        {
            if (seen[i]) found++;
            if (expected[i]) all++;
            if (seen[i] && expected[i]) both++;
        }

        return all == 0 ? (null, null) : (Math.Abs(1 - ((double)found / all)), 2.0 * both / (all + found));
    }
}
