using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Draws the dataset <c>shapes</c>: ten kinds of shape, each image with a place, a size, a brightness and a noise of its
/// own. Image i depends on the part and on i alone, so the same bytes come on every machine.
/// </summary>
internal static class GeneratedShapes
{
    private const long TrainingSeed = 1;
    private const long TestSeed = 2;
    private const double Noise = 0.08;

    /// <summary>
    /// Signed distances to the shapes, negative inside, in units of the shape's size, by label: the names are in
    /// <c>configs/datasets/shapes.yaml</c>.
    /// </summary>
    private static readonly Func<double, double, double>[] Shapes =
    [
        (x, y) => Math.Sqrt((x * x) + (y * y)) - 1,
        (x, y) => Math.Abs(Math.Sqrt((x * x) + (y * y)) - 0.8) - 0.22,
        (x, y) => Math.Max(Math.Abs(x), Math.Abs(y)) - 0.85,
        (x, y) => Math.Abs(Math.Max(Math.Abs(x), Math.Abs(y)) - 0.75) - 0.2,
        (x, y) => Math.Max((Math.Abs(x) * 0.9) + (y * 0.45) - 0.45, -y - 0.9) - 0.05,
        (x, y) => Plus(x, y),
        (x, y) => Plus((x + y) * Math.Sqrt(0.5), (x - y) * Math.Sqrt(0.5)),
        (x, y) => Math.Max(Math.Abs(x) - 1, Math.Abs(y) - 0.3),
        (x, y) => Math.Max(Math.Abs(x) - 0.3, Math.Abs(y) - 1),
        (x, y) => Math.Max(Math.Abs(y - Math.Abs(x) + 0.4) - 0.3, Math.Abs(x) - 1),
    ];

    /// <summary>Draws a part; image i has the label i mod 10.</summary>
    public static LabelledImages Draw(DatasetDescription description, int count, DatasetSplit split, WorkContext work)
    {
        var shape = description.Shape;
        var pixels = new byte[count * shape.Count];
        var labels = new int[count];
        var seed = new SeededRandom(split == DatasetSplit.Test ? TestSeed : TrainingSeed);
        for (var i = 0; i < count; i++)
        {
            if ((i & 0xFF) == 0) work.ThrowIfCancelled();
            labels[i] = i % Shapes.Length;
            DrawImage(Shapes[labels[i]], shape, pixels.AsSpan(i * shape.Count, shape.Count), seed.Fork(i));
        }

        return new LabelledImages(shape, pixels, labels, description.ClassNames, description.Name);
    }

    private static void DrawImage(
        Func<double, double, double> distance, ImageShape shape, Span<byte> image, SeededRandom random)
    {
        var radius = shape.Width * (0.2 + (0.12 * random.NextDouble()));
        var centreX = (shape.Width / 2.0) + (shape.Width * 0.14 * ((2 * random.NextDouble()) - 1));
        var centreY = (shape.Height / 2.0) + (shape.Height * 0.14 * ((2 * random.NextDouble()) - 1));
        var brightness = 0.6 + (0.4 * random.NextDouble());
        for (var i = 0; i < image.Length; i++)
        {
            var x = (i % shape.Width) + 0.5 - centreX;
            var y = (i / shape.Width) + 0.5 - centreY;
            // A slope one pixel wide at the edge.
            var inside = Math.Clamp(0.5 - (distance(x / radius, y / radius) * radius), 0, 1);
            var value = (brightness * inside) + (Noise * random.NextGaussian());
            image[i] = (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
        }
    }

    private static double Plus(double x, double y)
    {
        var (longer, shorter) = (Math.Max(Math.Abs(x), Math.Abs(y)), Math.Min(Math.Abs(x), Math.Abs(y)));
        return Math.Max(longer - 1, shorter - 0.25);
    }
}
