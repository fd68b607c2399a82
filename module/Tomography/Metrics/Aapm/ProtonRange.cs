namespace Thesis.Engine.Tomography;

/// <summary>
/// Where protons would stop: the stopping power relative to water along simple beams. HU become stopping power by the
/// challenge's clinical curve, linear between its points:
/// <code>
/// HU    -1000  -200   -120   -20    50     100    140    2990   2995   999960
/// power  0      .788   .897  1.003  1.038  1.084  1.097  2.732  3.200  3.200
/// </code>
/// and 0 outside the body, in the metal and below -1000 HU. Beams come from the four sides, line by line, and end at the far
/// edge of the target. Of each beam the largest difference of the sums of two images, relative to the largest sum of the true
/// one; of the four the largest is taken.
/// </summary>
internal static class ProtonRange
{
    private static readonly double[] Hounsfield = [-1000, -200, -120, -20, 50, 100, 140, 2990, 2995, 999960];
    private static readonly double[] Power = [0, 0.788, 0.897, 1.003, 1.038, 1.084, 1.097, 2.732, 3.200, 3.200];

    /// <summary>The largest relative shift; null where no beam meets any tissue.</summary>
    public static double? LargestShift(float[] image, float[] truth, AapmRegions regions)
    {
        var size = regions.Size;
        var (seen, expected) = (StoppingPower(image, regions), StoppingPower(truth, regions));
        var target = Target(regions);
        double? largest = null;

        // Lines of pixels, from the side that the beam comes from: where they begin, from one to the next, along one.
        foreach (var (start, across, along) in new[] { (0, size, 1), (size - 1, size, -1), (0, 1, size), ((size - 1) * size, 1, -size) })
        {
            var (shift, longest) = (0.0, 0.0);
            for (var line = 0; line < size; line++)
            {
                var first = start + (line * across);
                var end = Enumerable.Range(0, size).LastOrDefault(step => target[first + (step * along)], -1);
                var (sum, reference) = (0.0, 0.0);
                for (var step = 0; step < end; step++)
                {
                    sum += seen[first + (step * along)];
                    reference += expected[first + (step * along)];
                }

                shift = Math.Max(shift, Math.Abs(sum - reference));
                longest = Math.Max(longest, reference);
            }

            if (longest > 0 && !(largest >= shift / longest)) largest = shift / longest;
        }

        return largest;
    }

    /// <summary>The stopping power of a tissue, relative to water.</summary>
    public static double Of(double hounsfield)
    {
        if (hounsfield < Hounsfield[0] || hounsfield > Hounsfield[^1]) return 0;
        var above = Math.Max(1, Array.FindIndex(Hounsfield, place => place >= hounsfield));
        var share = (hounsfield - Hounsfield[above - 1]) / (Hounsfield[above] - Hounsfield[above - 1]);
        return Power[above - 1] + (share * (Power[above] - Power[above - 1]));
    }

    private static double[] StoppingPower(float[] image, AapmRegions regions) =>
        [.. image.Select((value, pixel) => regions.Body[pixel] && !regions.Metal.Values[pixel] ? Of(value) : 0)];

    private static bool[] Target(AapmRegions regions)
    {
        var size = regions.Size;
        var (rows, columns, count) = (0L, 0L, 0);
        for (var pixel = 0; pixel < regions.Body.Length; pixel++)
        {
            if (!regions.Body[pixel]) continue;
            (rows, columns, count) = (rows + (pixel / size), columns + (pixel % size), count + 1);
        }

        var (row, column) = ((double)rows / count, (double)columns / count);
        var radius = Math.Max(1, regions.Length(30));
        return [.. Enumerable.Range(0, regions.Body.Length).Select(pixel =>
            Math.Pow((pixel / size) - row, 2) + Math.Pow((pixel % size) - column, 2) <= radius * radius)];
    }
}
