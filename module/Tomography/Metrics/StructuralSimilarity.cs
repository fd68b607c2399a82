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
        var (a, b) = (Mean(image), Mean(truth));
        var (aa, bb, ab) = (Product(image, image), Product(truth, truth), Product(image, truth));
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var (aSquare, bSquare, product) = (a[i] * a[i], b[i] * b[i], a[i] * b[i]);
            sum += ((2 * product) + C1) * ((2 * (ab[i] - product)) + C2)
                / ((aSquare + bSquare + C1) * (aa[i] - aSquare + (bb[i] - bSquare) + C2));
        }

        return sum / a.Length;

        double[] Mean(double[] values) => SeparableFilter.Valid(values, rows, columns, Window);
        double[] Product(double[] x, double[] y) => Mean([.. x.Zip(y, (p, q) => p * q)]);
    }
}
