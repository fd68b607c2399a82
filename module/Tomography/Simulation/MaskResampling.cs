using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Brings mask images to the size of a slice: bilinear, with the triangle widened to the step of the new grid where it
/// is coarser (so that no pixel of the mask is passed over), and metal where the result is above 0.5. The ten masks of
/// 512 x 512 that the field tests with give the dissertation's pixel counts at 416 x 416.
/// </summary>
public static class MaskResampling
{
    /// <summary>The most rows or columns of a mask image.</summary>
    public const int MostSamples = 16384;

    private const float Threshold = 0.5f;

    /// <summary>The mask of an image whose values are 0 (no metal) to 1 (metal).</summary>
    /// <param name="image">Row-major, row 0 at the top.</param>
    /// <param name="rows">The rows wanted.</param>
    /// <param name="columns">The columns wanted.</param>
    /// <exception cref="InputException">
    /// <c>MaskShapeInvalid</c>: the image is too large. <c>MaskValueInvalid</c>, with the index as target: a value is
    /// not in 0 to 1.
    /// </exception>
    public static MetalMask ToMask(SliceImage image, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Math.Max(Math.Max(image.Rows, image.Columns), Math.Max(rows, columns)) > MostSamples)
        {
            throw new InputException(
                "MaskShapeInvalid", FaultKind.InvalidData,
                $"A mask of {image.Rows} x {image.Columns} pixels is not brought to {rows} x {columns}; "
                + $"{MostSamples} is the most.");
        }

        RequireShares(image);
        var down = Taps(image.Rows, rows);
        var across = Taps(image.Columns, columns);
        var narrow = new float[image.Rows * columns];
        for (var i = 0; i < image.Rows; i++)
        {
            for (var j = 0; j < columns; j++) narrow[(i * columns) + j] = across[j].Apply(image.Values, i * image.Columns, 1);
        }

        var values = new bool[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++) values[(i * columns) + j] = down[i].Apply(narrow, j, columns) > Threshold;
        }

        return new MetalMask(values, rows, columns);
    }

    private static Tap[] Taps(int from, int to)
    {
        var step = (double)from / to;
        var radius = Math.Max(step, 1);
        return [.. Enumerable.Range(0, to).Select(place => Tap.Around((place + 0.5) * step, radius, from))];
    }

    private static void RequireShares(SliceImage image)
    {
        var index = Array.FindIndex(image.Values, value => !(value >= 0 && value <= 1));
        if (index < 0) return;
        throw new InputException(
            "MaskValueInvalid", FaultKind.InvalidData,
            FormattableString.Invariant(
                $"The mask holds {image.Values[index]} in row {index / image.Columns}, column {index % image.Columns}; 0 to 1 can be."),
            index);
    }

    /// <summary>The weights of one place of the new grid, from a first sample on; they sum to 1.</summary>
    private readonly record struct Tap(int First, double[] Weights)
    {
        public static Tap Around(double centre, double radius, int count)
        {
            var first = Math.Max(0, (int)Math.Floor(centre - radius - 0.5) + 1);
            var last = Math.Min(count - 1, (int)Math.Ceiling(centre + radius - 0.5) - 1);
            var weights = Enumerable.Range(first, last - first + 1)
                .Select(sample => Math.Max(0, 1 - (Math.Abs(sample + 0.5 - centre) / radius))).ToArray();
            var sum = weights.Sum();
            return new Tap(first, Array.ConvertAll(weights, weight => weight / sum));
        }

        public float Apply(float[] values, int start, int stride)
        {
            var sum = 0.0;
            for (var k = 0; k < Weights.Length; k++) sum += Weights[k] * values[start + ((First + k) * stride)];
            return (float)sum;
        }
    }
}
