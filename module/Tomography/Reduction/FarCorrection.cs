using System.Numerics.Tensors;

namespace Thesis.Engine.Tomography;

/// <summary>
/// What is kept of a correction far from the metal: as much as the image bears out. A correction takes streaks away, and adds
/// others, since a completed ray is wrong by something, along its whole length. Near the metal the first are stronger by far;
/// far from it they need not be, and the total variation of soft tissue tells which of the two they are:
/// <code>
/// f(a) = sum of t (|d/dx| + |d/dy|) of G (input + a C) over soft tissue        G a Gaussian
/// share = 2 (f(0) - f(1)) / (f(1) - 2 f(0) + f(-1)), within 0 .. 1
/// output = input + (1 - t (1 - fine)) (D - G_1 D) + (1 - t (1 - coarse)) G_1 D
/// t = min(max((d - 30 pixels) / 30 pixels, 0), 1) / (1 + (g / 100 HU)^8)
/// </code>
/// with C the correction, g its mean size nearby, D the output's difference from the input, and d the distance from the metal in
/// pixels of a 512 image, others in proportion: what is near it, and the dark bands between two metals, which are no fine
/// streaks, are not judged. Fine is the share by G of sigma 1 pixel, coarse that of sigma 2, since completed rays are wrong in
/// broad bands first. The parabola through f(-1), f(0) and f(1) is least at a = (1 + share) / 2: all of a
/// correction is kept where the image asks for it or for more, and nothing where it asks for half of it or less, which is no
/// better with it than without. Absolute values and not squares: a completed ray also levels the edges that lie along it, which
/// squares would take for strong streaks; here an edge counts as much as what is taken from it, as every pixel does to which
/// the ray adds as much. Without soft tissue there is nothing to tell by, and all is kept.
/// </summary>
internal static class FarCorrection
{
    // HU about water, noise and streaks among them.
    private const double SoftTissue = 200;

    // HU: of a correction so large, half is not judged.
    private const double Heavy = 100;

    // Of a 512 image.
    private const float Begin = 30f / 512;
    private const float End = 60f / 512;

    // Pixels, as the detail of a reconstruction is.
    private static readonly double[] Fine = SeparableFilter.Gaussian(radius: 3, sigma: 1);
    private static readonly double[] Coarse = SeparableFilter.Gaussian(radius: 6, sigma: 2);

    /// <summary>Takes from an output what its image does not bear out.</summary>
    /// <param name="output">The output; it is written to.</param>
    /// <param name="scan">A scan whose sinogram is its image's projection.</param>
    /// <param name="change">The correction, 1/cm.</param>
    /// <param name="distance">From the metal, in pixels.</param>
    /// <param name="strength">The correction's mean size nearby, 1/cm.</param>
    public static void Shrink(SliceImage output, CorruptedScan scan, SliceImage change, float[] distance, float[] strength)
    {
        var image = scan.Image;
        var far = Far(distance, strength, image.Columns);
        if (SoftTissueOf(scan, far) is not { } soft) return;
        var fine = Share(image, change, soft, Fine);
        var coarse = Share(image, change, soft, Coarse);
        if (fine == 1 && coarse == 1) return;
        var difference = new SliceImage(image.Rows, image.Columns);
        TensorPrimitives.Subtract<float>(output.Values, image.Values, difference.Values);
        var smooth = SeparableFilter.ReplicatingEdges(difference, Fine);
        for (var i = 0; i < far.Length; i++)
        {
            if (far[i] == 0) continue;
            var detail = (1 - (far[i] * (1 - fine))) * (difference.Values[i] - smooth.Values[i]);
            output.Values[i] = image.Values[i] + detail + ((1 - (far[i] * (1 - coarse))) * smooth.Values[i]);
        }
    }

    /// <summary>The share of a correction that lessens an image's total variation, 0 to 1.</summary>
    /// <param name="image">The image, 1/cm.</param>
    /// <param name="change">The correction, 1/cm.</param>
    /// <param name="weights">What each pixel counts; the border does not.</param>
    /// <param name="kernel">Both are smoothed by it.</param>
    public static float Share(SliceImage image, SliceImage change, float[] weights, double[] kernel)
    {
        var columns = image.Columns;
        var values = SeparableFilter.ReplicatingEdges(image, kernel).Values;
        var changes = SeparableFilter.ReplicatingEdges(change, kernel).Values;
        var (without, with, against) = (0.0, 0.0, 0.0);
        var (steps, taken, sums) = (new float[columns - 2], new float[columns - 2], new float[columns - 2]);
        for (var start = columns + 1; start < values.Length - columns; start += columns)
        {
            foreach (var step in new[] { 1, columns })
            {
                Differences(values, start, step, steps);
                Differences(changes, start, step, taken);
                without += TensorPrimitives.SumOfMagnitudes<float>(steps);
                TensorPrimitives.Add<float>(steps, taken, sums);
                with += TensorPrimitives.SumOfMagnitudes<float>(sums);
                TensorPrimitives.Subtract<float>(steps, taken, sums);
                against += TensorPrimitives.SumOfMagnitudes<float>(sums);
            }
        }

        var bend = with - (2 * without) + against;
        return bend > 0 ? (float)Math.Clamp(2 * (without - with) / bend, 0, 1) : 1;

        // Between the neighbours on both sides, times t.
        void Differences(float[] of, int start, int step, float[] row)
        {
            TensorPrimitives.Subtract(of.AsSpan(start + step, row.Length), of.AsSpan(start - step, row.Length), row);
            TensorPrimitives.Multiply(row, weights.AsSpan(start, row.Length), row);
        }
    }

    // t.
    private static float[] Far(float[] distance, float[] strength, int size)
    {
        const float heavy = (float)(Heavy * HounsfieldScale.WaterAttenuation / 1000);
        var (begin, end) = (Begin * size, End * size);
        var far = new float[distance.Length];
        for (var i = 0; i < far.Length; i++)
        {
            if (distance[i] <= begin) continue;
            var square = strength[i] / heavy * (strength[i] / heavy);
            var fourth = square * square;
            far[i] = Math.Min((distance[i] - begin) / (end - begin), 1) / (1 + (fourth * fourth));
        }

        return far;
    }

    // t in soft tissue, elsewhere 0; null where all is 0.
    private static float[]? SoftTissueOf(CorruptedScan scan, float[] far)
    {
        const double reach = SoftTissue * HounsfieldScale.WaterAttenuation / 1000;
        float[]? soft = null;
        for (var i = 0; i < far.Length; i++)
        {
            var fromWater = scan.Image.Values[i] - HounsfieldScale.WaterAttenuation;
            if (far[i] == 0 || Math.Abs(fromWater) > reach || scan.Padding?.Values[i] == true) continue;
            (soft ??= new float[far.Length])[i] = far[i];
        }

        return soft;
    }
}
