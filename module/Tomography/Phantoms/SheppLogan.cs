namespace Thesis.Engine.Tomography;

/// <summary>
/// The phantom of Shepp and Logan (1974), with the higher contrast of Toft (1996): attenuations 0 to
/// <c>peak</c>.
/// </summary>
public static class SheppLogan
{
    /// <summary>The phantom in a disc.</summary>
    /// <param name="radius">The disc's radius, cm; half the field of view fills the image.</param>
    /// <param name="peak">The attenuation of the skull, 1/cm.</param>
    public static EllipsePhantom Create(double radius, double peak = 1)
    {
        return new EllipsePhantom(
        [
            Ellipse(1.0, 0.69, 0.92, 0, 0, 0),
            Ellipse(-0.8, 0.6624, 0.874, 0, -0.0184, 0),
            Ellipse(-0.2, 0.11, 0.31, 0.22, 0, -18),
            Ellipse(-0.2, 0.16, 0.41, -0.22, 0, 18),
            Ellipse(0.1, 0.21, 0.25, 0, 0.35, 0),
            Ellipse(0.1, 0.046, 0.046, 0, 0.1, 0),
            Ellipse(0.1, 0.046, 0.046, 0, -0.1, 0),
            Ellipse(0.1, 0.046, 0.023, -0.08, -0.605, 0),
            Ellipse(0.1, 0.023, 0.023, 0, -0.606, 0),
            Ellipse(0.1, 0.023, 0.046, 0.06, -0.605, 0),
        ]);

        PhantomEllipse Ellipse(double value, double a, double b, double x, double y, double degrees) => new(
            value * peak, a * radius, b * radius, x * radius, y * radius, degrees * Math.PI / 180);
    }
}
