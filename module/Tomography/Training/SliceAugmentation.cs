using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A slice turned by up to 15 degrees, scaled by .85 to 1.1, shifted by up to a twentieth of its side and mirrored, all at random; it
/// is read bilinearly, and air lies around it.
/// </summary>
internal static class SliceAugmentation
{
    private const double LargestTurn = 15 * Math.PI / 180;
    private const double LeastScale = 0.85;
    private const double LargestScale = 1.1;
    private const double LargestShift = 0.05;

    /// <summary>The changed slice, HU.</summary>
    public static float[] Apply(float[] slice, int size, SeededRandom random)
    {
        var (sine, cosine) = Math.SinCos(Between(random, -LargestTurn, LargestTurn));
        var scale = 1 / Between(random, LeastScale, LargestScale);
        var mirror = random.NextInt32(2) == 0 ? -1 : 1;
        var centre = 0.5 * (size - 1);
        var (right, down) = (Between(random, -LargestShift, LargestShift) * size, Between(random, -LargestShift, LargestShift) * size);
        var result = new float[size * size];
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var (x, y) = (mirror * scale * (column - centre), scale * (row - centre));
                result[(row * size) + column] = At(
                    slice, size, (y * cosine) + (x * sine) + centre + down, (x * cosine) - (y * sine) + centre + right);
            }
        }

        return result;
    }

    private static float At(float[] slice, int size, double row, double column)
    {
        var (top, left) = ((int)Math.Floor(row), (int)Math.Floor(column));
        var (v, u) = (row - top, column - left);
        return (float)(((1 - v) * (((1 - u) * Pixel(top, left)) + (u * Pixel(top, left + 1))))
            + (v * (((1 - u) * Pixel(top + 1, left)) + (u * Pixel(top + 1, left + 1)))));

        double Pixel(int i, int j) => i >= 0 && j >= 0 && i < size && j < size ? slice[(i * size) + j] : HounsfieldScale.Air;
    }

    private static double Between(SeededRandom random, double least, double most) =>
        least + ((most - least) * random.NextDouble());
}
