using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// A photograph as YuNet takes it: planes of blue, green and red, 0 to 255, scaled down by area, filled up with zeros on the
/// right and below.
/// </summary>
/// <param name="Values">3 x Rows x Columns values.</param>
/// <param name="Rows">Rows, a multiple of 32.</param>
/// <param name="Columns">Columns, a multiple of 32.</param>
/// <param name="ScaleX">Columns of the planes that a column of the photograph takes.</param>
/// <param name="ScaleY">Rows of the planes that a row of the photograph takes.</param>
internal sealed record PhotographPlanes(float[] Values, int Rows, int Columns, double ScaleX, double ScaleY)
{
    /// <summary>Scales a photograph.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="scale">The scale, at most 1.</param>
    /// <param name="size">The rows and columns of the planes; zeros for the least that hold the photograph.</param>
    public static PhotographPlanes Scaled(Photograph photograph, double scale, (int Rows, int Columns) size)
    {
        var (width, height) = (Scaled(photograph.Width, scale), Scaled(photograph.Height, scale));
        var (rows, columns) = size.Rows > 0 ? size : (Filled(height), Filled(width));
        var planes = new PhotographPlanes(
            new float[Photograph.Channels * rows * columns], rows, columns, width / (double)photograph.Width, height / (double)photograph.Height);
        if (width == photograph.Width && height == photograph.Height) planes.Copy(photograph);
        else planes.Average(photograph, width, height);
        return planes;
    }

    private static int Scaled(int length, double scale) => Math.Max(1, (int)Math.Round(length * scale, MidpointRounding.AwayFromZero));

    private static int Filled(int length) => (length + YuNetModel.Step - 1) / YuNetModel.Step * YuNetModel.Step;

    // The planes are blue, green, red; the pixels red, green, blue.
    private Span<float> Plane(int channel, int row) =>
        Values.AsSpan((((Photograph.Channels - 1 - channel) * Rows) + row) * Columns, Columns);

    private void Copy(Photograph photograph)
    {
        for (var y = 0; y < photograph.Height; y++)
        {
            var from = photograph.Row(y);
            for (var channel = 0; channel < Photograph.Channels; channel++)
            {
                var to = Plane(channel, y);
                for (var x = 0; x < photograph.Width; x++) to[x] = from[(Photograph.Channels * x) + channel];
            }
        }
    }

    // A pixel of the planes is the mean of the area that it covers: first along rows, then across them.
    private void Average(Photograph photograph, int width, int height)
    {
        var across = AreaWeights.Of(photograph.Width, width);
        var down = AreaWeights.Of(photograph.Height, height);
        var narrow = new float[Photograph.Channels * width];
        var sum = new float[Photograph.Channels * width];
        var done = -1;
        for (var y = 0; y < height; y++)
        {
            Array.Clear(sum);
            var (first, weights) = down[y];
            for (var k = 0; k < weights.Length; k++)
            {
                // The last row of one pixel is the first of the next, as a rule.
                if (done != first + k) Narrow(photograph.Row(first + k), across, narrow);
                done = first + k;
                for (var i = 0; i < sum.Length; i++) sum[i] += weights[k] * narrow[i];
            }

            for (var channel = 0; channel < Photograph.Channels; channel++)
            {
                var to = Plane(channel, y);
                for (var x = 0; x < width; x++) to[x] = sum[(Photograph.Channels * x) + channel];
            }
        }
    }

    private static void Narrow(ReadOnlySpan<byte> row, (int First, float[] Weights)[] across, float[] narrow)
    {
        for (var x = 0; x < across.Length; x++)
        {
            var (first, weights) = across[x];
            var (red, green, blue) = (0f, 0f, 0f);
            var at = Photograph.Channels * first;
            foreach (var weight in weights)
            {
                red += weight * row[at];
                green += weight * row[at + 1];
                blue += weight * row[at + 2];
                at += Photograph.Channels;
            }

            (narrow[3 * x], narrow[(3 * x) + 1], narrow[(3 * x) + 2]) = (red, green, blue);
        }
    }
}

/// <summary>The weights by which samples of one length become fewer of another, each the mean of the interval that it covers.</summary>
internal static class AreaWeights
{
    /// <summary>For each of the <paramref name="to"/> samples its first source and the weights, of sum 1, from there on.</summary>
    public static (int First, float[] Weights)[] Of(int from, int to)
    {
        var weights = new (int, float[])[to];
        var step = from / (double)to;
        for (var i = 0; i < to; i++)
        {
            var (start, end) = (i * step, Math.Min(from, (i + 1) * step));
            var (first, last) = ((int)start, Math.Min(from - 1, (int)Math.Ceiling(end) - 1));
            var part = new float[last - first + 1];
            for (var k = 0; k < part.Length; k++)
            {
                part[k] = (float)((Math.Min(end, first + k + 1) - Math.Max(start, first + k)) / (end - start));
            }

            weights[i] = (first, part);
        }

        return weights;
    }
}
