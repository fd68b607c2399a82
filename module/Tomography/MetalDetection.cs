using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>How the metal of an image is found where no mask says it.</summary>
public sealed record MetalDetection
{
    /// <summary>The largest margin, in pixels.</summary>
    public const int MostMargin = 64;

    /// <summary>What is below, in HU, tells nothing of a threshold between bone and metal.</summary>
    internal const double BoneFloor = 1000;

    // The automatic threshold lies between the densest bone and what the enamel of teeth does not reach.
    private const double DensestBone = 2000;
    private const double BeyondEnamel = 3000;
    private const int Bins = 1024;

    /// <summary>
    /// What is above is metal, in HU: 2,000 by default, as section 4.5.2 has it. Null for <see
    /// cref="Automatic(SliceImage)"/>.
    /// </summary>
    public double? Threshold
    {
        get;
        init => field = value is { } threshold
            ? OptionRange.Within(threshold, HounsfieldScale.Air, HounsfieldScale.Largest, "MetalThreshold") : null;
    }

    = CorruptedScan.DefaultThreshold;

    /// <summary>Connected regions (4 neighbours) of fewer pixels are no metal; 1 keeps all.</summary>
    public int LeastPixels
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue, "MinimumMetalPixels");
    }

    = 1;

    /// <summary>Pixels by which metal is widened, masks of files too: for edges that blur into the tissue.</summary>
    public int Margin
    {
        get;
        init => field = OptionRange.Within(value, 0, MostMargin, "MetalMargin");
    }

    /// <summary>The metal of an image in 1/cm.</summary>
    public MetalMask Find(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var metal = MetalMask.Above(image, Threshold ?? Automatic(image));
        return metal.WithoutIslands(LeastPixels).Dilated(Margin);
    }

    /// <summary>The metal that a mask gives.</summary>
    public MetalMask Widen(MetalMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return mask.Dilated(Margin);
    }

    /// <summary>
    /// A threshold from the image: that of Otsu (1979) between bone and metal, of the pixels above 1,000 HU, held to 2,000
    /// .. 3,000 HU; infinite, no metal, where no pixel is above 3,000 HU, which bone and teeth stay below. Fine wires, which
    /// do not reach it either, need a threshold of the user's.
    /// </summary>
    /// <param name="image">Attenuation, 1/cm.</param>
    /// <returns>HU.</returns>
    public static double Automatic(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Automatic(
        [
            .. image.Values.Select(value => HounsfieldScale.ToHounsfield(value)).Where(value => value > BoneFloor)
                .Select(value => (value, 1L)),
        ]);
    }

    /// <summary>The same threshold of values above 1,000 HU and how often each is there.</summary>
    internal static double Automatic((double Hounsfield, long Count)[] bright)
    {
        if (bright.Length == 0 || bright.Max(value => value.Hounsfield) <= BeyondEnamel) return double.PositiveInfinity;
        return Math.Clamp(Otsu(bright), DensestBone, BeyondEnamel);
    }

    // The cut whose two classes have the largest variance between them: n1 n2 (m1 - m2)^2.
    private static double Otsu((double Hounsfield, long Count)[] values)
    {
        var (counts, sums) = (new long[Bins], new double[Bins]);
        var width = (values.Max(value => value.Hounsfield) - BoneFloor) / Bins;
        foreach (var (value, number) in values)
        {
            var bin = Math.Min(Bins - 1, (int)((value - BoneFloor) / width));
            counts[bin] += number;
            sums[bin] += value * number;
        }

        var (pixels, total) = (counts.Sum(), sums.Sum());
        // Where no pixel lies between bone and metal many cuts are the best; theirs is the middle.
        var (count, sum, best, first, last) = (0L, 0.0, -1.0, 0, 0);
        for (var bin = 0; bin < Bins - 1; bin++)
        {
            (count, sum) = (count + counts[bin], sum + sums[bin]);
            if (count == 0 || count == pixels) continue;
            var apart = (sum / count) - ((total - sum) / (pixels - count));
            var between = (double)count * (pixels - count) * apart * apart;
            if (between > best) (best, first) = (between, bin);
            if (between == best) last = bin;
        }

        return BoneFloor + ((0.5 * (first + last) + 1) * width);
    }
}
