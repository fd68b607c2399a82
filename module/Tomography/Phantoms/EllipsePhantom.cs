using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A sum of ellipses, whose line integrals are known exactly: a chord of the ellipse with semi-axes a, b along the line
/// x cos(theta) + y sin(theta) = t has the length 2 a b sqrt(s^2 - d^2) / s^2, where s^2 = a^2 cos^2(theta - phi)
/// + b^2 sin^2(theta - phi) and d is the line's distance from the ellipse's centre (Kak and Slaney, section 3.1).
/// </summary>
public sealed class EllipsePhantom
{
    private const int RowSamples = 8;

    /// <summary>Takes the ellipses.</summary>
    /// <exception cref="InputException"><c>PhantomInvalid</c>: a semi-axis that is not above 0, a value not finite.</exception>
    public EllipsePhantom(IReadOnlyList<PhantomEllipse> ellipses)
    {
        ArgumentNullException.ThrowIfNull(ellipses);
        for (var i = 0; i < ellipses.Count; i++)
        {
            var e = ellipses[i];
            var sum = e.Attenuation + e.SemiAxisX + e.SemiAxisY + e.CentreX + e.CentreY + e.Angle;
            if (double.IsFinite(sum) && e.SemiAxisX > 0 && e.SemiAxisY > 0) continue;
            throw new InputException("PhantomInvalid", FaultKind.InvalidArgument, $"Ellipse {i} is none: {e}.", i);
        }

        Ellipses = [.. ellipses];
    }

    /// <summary>The ellipses, in order.</summary>
    public IReadOnlyList<PhantomEllipse> Ellipses { get; }

    /// <summary>
    /// The phantom on a geometry's grid: a pixel holds the mean over its area, exact along x and by 8 lines along y.
    /// </summary>
    public SliceImage Rasterise(ScanGeometry geometry, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(work);
        var (size, pixel) = (geometry.ImageSize, geometry.PixelSize);
        var image = new SliceImage(size, size);
        Parallel.For(0, size, work.Parallel, row =>
        {
            var sums = new double[size];
            for (var sample = 0; sample < RowSamples; sample++)
            {
                var y = ((0.5 * size) - row - ((sample + 0.5) / RowSamples)) * pixel;
                foreach (var ellipse in Ellipses) AddLine(ellipse, y, pixel, sums);
            }

            for (var column = 0; column < size; column++)
            {
                image.Values[(row * size) + column] = (float)(sums[column] / RowSamples);
            }
        });
        return image;
    }

    /// <summary>The exact line integrals along a geometry's rays.</summary>
    public Sinogram LineIntegrals(ScanGeometry geometry, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(work);
        var sinogram = new Sinogram(geometry);
        Parallel.For(0, geometry.Views, work.Parallel, view =>
        {
            var values = sinogram.View(view);
            for (var bin = 0; bin < values.Length; bin++)
            {
                values[bin] = (float)LineIntegral(geometry.RayAngle(view, bin), geometry.RayOffset(bin));
            }
        });
        return sinogram;
    }

    /// <summary>The exact integral along x cos(theta) + y sin(theta) = t.</summary>
    public double LineIntegral(double theta, double t)
    {
        var (sine, cosine) = Math.SinCos(theta);
        var sum = 0.0;
        foreach (var ellipse in Ellipses)
        {
            var (across, along) = Math.SinCos(theta - ellipse.Angle);
            var (a, b) = (ellipse.SemiAxisX, ellipse.SemiAxisY);
            var square = (a * a * along * along) + (b * b * across * across);
            var distance = t - (ellipse.CentreX * cosine) - (ellipse.CentreY * sine);
            var rest = square - (distance * distance);
            if (rest > 0) sum += ellipse.Attenuation * 2 * a * b * Math.Sqrt(rest) / square;
        }

        return sum;
    }

    // Adds an ellipse's attenuation to the pixels of a line, each by the share of its width that lies within.
    private static void AddLine(PhantomEllipse ellipse, double y, double pixel, double[] sums)
    {
        var (sine, cosine) = Math.SinCos(ellipse.Angle);
        var (u, v) = (1 / (ellipse.SemiAxisX * ellipse.SemiAxisX), 1 / (ellipse.SemiAxisY * ellipse.SemiAxisY));
        var dy = y - ellipse.CentreY;
        // Inside where p dx^2 + 2 q dx + r <= 0.
        var p = (cosine * cosine * u) + (sine * sine * v);
        var q = dy * sine * cosine * (u - v);
        var r = (dy * dy * ((sine * sine * u) + (cosine * cosine * v))) - 1;
        var discriminant = (q * q) - (p * r);
        if (discriminant <= 0) return;
        var root = Math.Sqrt(discriminant);
        var half = 0.5 * sums.Length;
        var from = Math.Clamp(((ellipse.CentreX + ((-q - root) / p)) / pixel) + half, 0, sums.Length);
        var to = Math.Clamp(((ellipse.CentreX + ((-q + root) / p)) / pixel) + half, 0, sums.Length);
        for (var column = (int)from; column < to; column++)
        {
            sums[column] += ellipse.Attenuation * (Math.Min(to, column + 1) - Math.Max(from, column));
        }
    }
}
