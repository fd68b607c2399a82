namespace Thesis.Engine.Tomography;

/// <summary>
/// The mean of nearby pixels, of those that count: three box filters one after the other, which is a Gaussian of sigma 6
/// pixels of a 512 image, of others in proportion, to within a few per cent, in time that does not depend on sigma.
/// </summary>
internal static class LocalMean
{
    private const int Passes = 3;
    private const double Sigma = 6.0 / 512;

    // Of a neighbourhood that counts less than this nothing is known.
    private const float LeastShare = 0.02f;

    /// <summary>The means; infinite where hardly any pixel nearby counts.</summary>
    /// <param name="values">The values, row by row; those that do not count are not looked at.</param>
    /// <param name="counts">Which pixels count.</param>
    /// <param name="size">Rows and columns.</param>
    public static float[] Of(float[] values, bool[] counts, int size)
    {
        var sums = new float[values.Length];
        var shares = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!counts[i]) continue;
            sums[i] = values[i];
            shares[i] = 1;
        }

        // Three boxes of width b have the variance (b^2 - 1) / 4.
        var radius = Math.Max(1, (int)Math.Round(0.5 * (Math.Sqrt((4 * Math.Pow(Sigma * size, 2)) + 1) - 1)));
        for (var pass = 0; pass < Passes; pass++)
        {
            Smooth(sums, size, radius);
            Smooth(shares, size, radius);
        }

        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = shares[i] < LeastShare ? float.PositiveInfinity : Math.Max(0, sums[i] / shares[i]);
        }

        return sums;
    }

    // One box along rows and one along columns; beyond the border nothing counts.
    private static void Smooth(float[] values, int size, int radius)
    {
        var width = (2 * radius) + 1;
        var line = new float[size];
        for (var row = 0; row < size; row++)
        {
            var pixels = values.AsSpan(row * size, size);
            pixels.CopyTo(line);
            var sum = 0.0;
            for (var i = 0; i < Math.Min(radius, size); i++) sum += line[i];
            for (var i = 0; i < size; i++)
            {
                if (i + radius < size) sum += line[i + radius];
                if (i - radius - 1 >= 0) sum -= line[i - radius - 1];
                pixels[i] = (float)(sum / width);
            }
        }

        var copy = (float[])values.Clone();
        var sums = new double[size];
        for (var row = 0; row < Math.Min(radius, size); row++) AddRow(sums, copy, row, size, 1);
        for (var row = 0; row < size; row++)
        {
            if (row + radius < size) AddRow(sums, copy, row + radius, size, 1);
            if (row - radius - 1 >= 0) AddRow(sums, copy, row - radius - 1, size, -1);
            for (var column = 0; column < size; column++) values[(row * size) + column] = (float)(sums[column] / width);
        }
    }

    private static void AddRow(double[] sums, float[] values, int row, int size, int sign)
    {
        for (var column = 0; column < size; column++) sums[column] += sign * values[(row * size) + column];
    }
}
