namespace Thesis.Engine.Tomography;

/// <summary>Noise and edges of images of one size, over the pixels that count; the border's have no neighbours and do not.</summary>
internal sealed class ImageTexture(int rows, int columns)
{
    private const double StrongShare = 0.1;
    private const int FewestPixels = 40;

    /// <summary>
    /// The standard deviation of white Gaussian noise (Immerkaer 1996): the Laplacians' difference L has the deviation 6 s,
    /// and the mean of |x| is sqrt(2 / pi) of a deviation. Null for fewer than 40 pixels.
    /// </summary>
    public double? Noise(float[] image, bool[] counts)
    {
        var (sum, count) = (0.0, 0);
        foreach (var at in Inner(counts))
        {
            double above = image[at - columns - 1] - (2.0 * image[at - columns]) + image[at - columns + 1];
            double here = image[at - 1] - (2.0 * image[at]) + image[at + 1];
            double below = image[at + columns - 1] - (2.0 * image[at + columns]) + image[at + columns + 1];
            sum += Math.Abs(above - (2 * here) + below);
            count++;
        }

        return count < FewestPixels ? null : Math.Sqrt(0.5 * Math.PI) * sum / (6 * count);
    }

    /// <summary>
    /// Sum of grad I . grad S / sum of |grad S|^2 over the tenth of the pixels with the strongest gradient in S; null where S
    /// has none, or for fewer than 40.
    /// </summary>
    public double? EdgesKept(float[] image, float[] source, bool[] counts)
    {
        var strongest = Inner(counts).Select(at => (At: at, Square: Product(source, source, at)))
            .Where(edge => edge.Square > 0).OrderByDescending(edge => edge.Square).ToArray();
        var count = (int)Math.Round(StrongShare * strongest.Length);
        if (count < FewestPixels) return null;
        var (kept, whole) = (0.0, 0.0);
        foreach (var (at, square) in strongest.AsSpan(0, count))
        {
            kept += Product(image, source, at);
            whole += square;
        }

        return kept / whole;
    }

    private double Product(float[] left, float[] right, int at)
    {
        double across = ((double)left[at + 1] - left[at - 1]) * ((double)right[at + 1] - right[at - 1]);
        double down = ((double)left[at + columns] - left[at - columns]) * ((double)right[at + columns] - right[at - columns]);
        return 0.25 * (across + down);
    }

    private IEnumerable<int> Inner(bool[] counts)
    {
        for (var row = 1; row < rows - 1; row++)
        {
            for (var column = 1; column < columns - 1; column++)
            {
                if (counts[(row * columns) + column]) yield return (row * columns) + column;
            }
        }
    }
}
