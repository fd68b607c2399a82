namespace Thesis.Engine.Faces;

/// <summary>
/// The mode of merges' heights that lies farthest out: faces of a scene or track are merged at lower ones, people beyond.
/// The density is that of a window of 1.7 sigma n^(-1/5) to both sides.
/// </summary>
internal static class MergeMode
{
    private const double Band = 1.7;

    // A mode has at least this share of the highest one, and the density falls by a fifth before the next.
    private const double LeastDensity = 0.05;
    private const double Valley = 0.8;

    // In deviations of a count: a fall that is no accident.
    private const double Accident = 2;

    /// <summary>Finds it.</summary>
    /// <param name="heights">The heights, rising; one or more.</param>
    /// <param name="weights">What each counts.</param>
    public static double Outermost(ReadOnlySpan<double> heights, ReadOnlySpan<double> weights)
    {
        var density = Densities(heights, weights);
        var highest = density.Max();
        var mode = density.Length - 1;
        for (var i = mode; i >= 0; i--)
        {
            if (density[i] > density[mode]) mode = i;
            else if (density[mode] >= LeastDensity * highest && IsValley(density[mode], density[i])) break;
        }

        return heights[mode];
    }

    private static bool IsValley(double mode, double density) =>
        density < Valley * mode && mode - density > Accident * Math.Sqrt(mode);

    // Weights in the window about each height; where it reaches beyond the first or the last, in proportion.
    private static double[] Densities(ReadOnlySpan<double> heights, ReadOnlySpan<double> weights)
    {
        var half = Band * Deviation(heights, weights, out var sum) * Math.Pow(sum, -0.2);
        var density = new double[heights.Length];
        if (!(half > 0)) return density;
        var (inside, first, next) = (0.0, 0, 0);
        for (var i = 0; i < heights.Length; i++)
        {
            while (next < heights.Length && heights[next] <= heights[i] + half) inside += weights[next++];
            while (heights[first] < heights[i] - half) inside -= weights[first++];
            var width = Math.Min(heights[i] + half, heights[^1]) - Math.Max(heights[i] - half, heights[0]);
            density[i] = inside / width * 2 * half;
        }

        return density;
    }

    private static double Deviation(ReadOnlySpan<double> heights, ReadOnlySpan<double> weights, out double sum)
    {
        sum = 0;
        double mean = 0, square = 0;
        for (var i = 0; i < heights.Length; i++)
        {
            if (weights[i] == 0) continue;
            sum += weights[i];
            var from = heights[i] - mean;
            mean += from * weights[i] / sum;
            square += weights[i] * from * (heights[i] - mean);
        }

        return Math.Sqrt(square / sum);
    }
}
