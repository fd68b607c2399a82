using MathNet.Numerics;
using MathNet.Numerics.Statistics;
using Thesis.Engine.Runtime;

namespace Thesis.Cuts;

/// <summary>
/// How far apart two people's faces lie, as a normal distribution, read off pairs of a set whose people are unknown. Of
/// many people's faces most pairs are of two of them, and these make the mode of all distances that lies farthest out;
/// what lies beyond it is theirs alone, and its median gives the deviation, whatever the tail.
/// </summary>
/// <param name="Mode">The mode.</param>
/// <param name="Deviation">The standard deviation; 0 where nothing lies beyond the mode.</param>
/// <param name="Share">The share of all pairs within three deviations of the mode.</param>
internal sealed record UnrelatedDistances(double Mode, double Deviation, double Share)
{
    // Of the pairs of two people with as many faces half are of both, of those of many people nearly all.
    private const double LeastShare = 0.4;

    private const int MostPairs = 500_000;
    private const int FewestBins = 8;
    private const int MostBins = 128;

    // Half of the values above the mean of a normal distribution lie within this many deviations of it.
    private const double UpperQuartile = 0.67449;

    // A mode has at least this share of the pairs of the tallest one, and the histogram falls by a fifth before the next.
    private const double LeastHeight = 0.05;
    private const double Valley = 0.8;

    /// <summary>Fits the pairs of some faces: all, or 500,000 drawn at random.</summary>
    /// <param name="faces">The number of faces, 2 or more.</param>
    /// <param name="distance">The distance of two faces.</param>
    /// <param name="random">Draws the pairs.</param>
    /// <param name="context">Cancellation.</param>
    public static UnrelatedDistances Of(
        int faces, Func<int, int, double> distance, SeededRandom random, WorkContext context)
    {
        var distances = (long)faces * (faces - 1) / 2 <= MostPairs
            ? [.. from i in Enumerable.Range(0, faces) from j in Enumerable.Range(0, i) select distance(i, j)]
            : Drawn(faces, distance, random, context);
        return Fit(distances);
    }

    /// <summary>Fits distances of pairs.</summary>
    public static UnrelatedDistances Fit(double[] distances)
    {
        var mode = FarthestMode(distances);
        var beyond = Array.FindAll(distances, distance => distance > mode);
        var deviation = beyond.Length == 0 ? 0 : (beyond.Median() - mode) / UpperQuartile;
        var near = distances.Count(distance => Math.Abs(distance - mode) <= 3 * deviation);
        return new UnrelatedDistances(mode, deviation, (double)near / distances.Length);
    }

    /// <summary>
    /// Whether the pairs can be those of people as described; distances that pile up in one place and stray far from it
    /// are not, as separating planes give them for people who are far apart.
    /// </summary>
    public bool IsPlausible => Share >= LeastShare;

    /// <summary>The share of the pairs of two people that lie within a distance.</summary>
    public double ShareWithin(double distance) =>
        0.5 * SpecialFunctions.Erfc((Mode - distance) / (Deviation * Constants.Sqrt2));

    private static double[] Drawn(int faces, Func<int, int, double> distance, SeededRandom random, WorkContext context)
    {
        var distances = new double[MostPairs];
        for (var pair = 0; pair < distances.Length; pair++)
        {
            if (pair % 4096 == 0) context.ThrowIfCancelled();
            var first = random.NextInt32(faces);
            var second = random.NextInt32(faces - 1);
            distances[pair] = distance(first, second < first ? second : second + 1);
        }

        return distances;
    }

    private static double FarthestMode(double[] distances)
    {
        var (least, most) = (distances.Min(), distances.Max());
        var bins = (int)Math.Clamp(2 * Math.Cbrt(distances.Length), FewestBins, MostBins);
        var width = (most - least) / bins;
        if (width == 0) return least;
        var heights = Smooth(Histogram(distances, least, width, bins));
        var lowest = LeastHeight * heights.Max();
        var mode = bins - 1;
        for (var bin = mode; bin >= 0; bin--)
        {
            if (heights[bin] > heights[mode]) mode = bin;
            else if (heights[mode] >= lowest && IsValley(heights[mode], heights[bin])) break;
        }

        return least + ((mode + 0.5) * width);
    }

    // A fall that is no accident of the draw.
    private static bool IsValley(double mode, double height) =>
        height < Valley * mode && mode - height > 4 * Math.Sqrt(mode);

    private static double[] Histogram(double[] distances, double least, double width, int bins)
    {
        var heights = new double[bins];
        foreach (var value in distances) heights[Math.Min((int)((value - least) / width), bins - 1)]++;
        return heights;
    }

    private static double[] Smooth(double[] heights) => [.. heights.Select((height, bin) =>
        (0.5 * height) + (0.25 * (heights[Math.Max(bin - 1, 0)] + heights[Math.Min(bin + 1, heights.Length - 1)])))];
}
