namespace Thesis.Engine.Tomography;

/// <summary>
/// SSIM of Wang, Bovik, Sheikh and Simoncelli (2004) for images in [0, 1]:
/// <code>(2 m_a m_b + C1)(2 s_ab + C2) / ((m_a^2 + m_b^2 + C1)(s_a^2 + s_b^2 + C2))</code>
/// averaged over the pixels that a Gaussian window of 11 x 11, sigma 1.5, lies within; C1 = 0.01^2, C2 = 0.03^2. The
/// images are not reduced in size before.
/// </summary>
public static class StructuralSimilarity
{
    /// <summary>Rows and columns of the window.</summary>
    public const int WindowSize = 11;

    private const double C1 = 0.01 * 0.01;
    private const double C2 = 0.03 * 0.03;

    private static readonly double[] Window = SeparableFilter.Gaussian(WindowSize / 2, 1.5);

    /// <summary>Measures two images, row-major, of 11 rows and columns at least.</summary>
    public static double Measure(double[] image, double[] truth, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(truth);
        if (image.Length != truth.Length || image.Length != rows * columns) throw new ArgumentException("The images differ in length.");
        if (Math.Min(rows, columns) < WindowSize) throw new ArgumentException("The image is smaller than the window.");
        return Local(image, truth, rows, columns, 1).Average();
    }

    /// <summary>
    /// The similarity around every pixel, of images with another range than [0, 1]; beyond the border they are mirrored.
    /// </summary>
    /// <param name="image">The image, row-major.</param>
    /// <param name="truth">The one that it is compared with.</param>
    /// <param name="rows">Rows, 5 at least.</param>
    /// <param name="columns">Columns, 5 at least.</param>
    /// <param name="range">The range of the values, 1 in <see cref="Measure"/>.</param>
    internal static double[] Map(double[] image, double[] truth, int rows, int columns, double range)
    {
        const int edge = WindowSize / 2;
        return Local(Mirrored(image), Mirrored(truth), rows + (2 * edge), columns + (2 * edge), range);

        double[] Mirrored(double[] values)
        {
            var wide = new double[(rows + (2 * edge)) * (columns + (2 * edge))];
            for (var i = 0; i < wide.Length; i++)
            {
                var (row, column) = Math.DivRem(i, columns + (2 * edge));
                wide[i] = values[(Within(row - edge, rows) * columns) + Within(column - edge, columns)];
            }

            return wide;
        }

        // The pixel at the border is its own neighbour.
        static int Within(int place, int count) => place < 0 ? -1 - place : place >= count ? (2 * count) - 1 - place : place;
    }

    // Where the window lies within the images.
    private static double[] Local(double[] image, double[] truth, int rows, int columns, double range)
    {
        var (c1, c2) = (C1 * range * range, C2 * range * range);
        var (a, b) = (Mean(image), Mean(truth));
        var (aa, bb, ab) = (Product(image, image), Product(truth, truth), Product(image, truth));
        for (var i = 0; i < a.Length; i++)
        {
            var (aSquare, bSquare, product) = (a[i] * a[i], b[i] * b[i], a[i] * b[i]);
            ab[i] = ((2 * product) + c1) * ((2 * (ab[i] - product)) + c2)
                / ((aSquare + bSquare + c1) * (aa[i] - aSquare + (bb[i] - bSquare) + c2));
        }

        return ab;

        double[] Mean(double[] values) => SeparableFilter.Valid(values, rows, columns, Window);
        double[] Product(double[] x, double[] y) => Mean([.. x.Zip(y, (p, q) => p * q)]);
    }
}
