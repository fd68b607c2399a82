using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The grain of tissue: Gaussian noise smoothed at two widths, of mean 0 and variance 1.</summary>
internal static class TissueTexture
{
    // Pixels of a slice of 512; a coarse and a fine grain.
    private static readonly double[] Widths = [6, 1.5];

    /// <summary>Draws a field.</summary>
    public static float[] Draw(int size, SeededRandom random)
    {
        var sum = new float[size * size];
        foreach (var width in Widths)
        {
            var noise = new float[size * size];
            for (var i = 0; i < noise.Length; i++) noise[i] = (float)random.NextGaussian();
            var sigma = Math.Max(0.5, width * size / 512);
            var kernel = SeparableFilter.Gaussian((int)Math.Ceiling(3 * sigma), sigma);
            var smooth = SeparableFilter.ReplicatingEdges(new SliceImage(noise, size, size), kernel).Values;
            var deviation = Math.Sqrt(smooth.Average(value => (double)value * value));
            for (var i = 0; i < sum.Length; i++) sum[i] += (float)(smooth[i] / (deviation * Math.Sqrt(Widths.Length)));
        }

        return sum;
    }
}
