namespace Thesis.Engine.Tomography;

/// <summary>
/// A fan that turns less than once and more than half, by at least twice its widest angle: pi + 2 gamma_max. Every line
/// through the image is seen once or twice: the ray (beta, gamma) is also (beta + pi + 2 gamma, -gamma). Parker's weights
/// (Med Phys 9, 1982) count both as one, without a step anywhere. With delta = (range - pi) / 2, beta from the first view on,
/// and gamma positive in the direction of the turn:
/// <code>
/// w = sin^2(pi/4 beta / (delta - gamma))                  0 &lt;= beta &lt; 2 (delta - gamma)
/// w = 1                                                   up to pi - 2 gamma
/// w = sin^2(pi/4 (pi + 2 delta - beta) / (delta + gamma))  up to pi + 2 delta
/// </code>
/// </summary>
internal static class ShortScan
{
    // The outermost bins of a scan that is exactly as long as it must be.
    private const double Tolerance = 1e-9;

    /// <summary>pi + 2 gamma_max: the shortest turn that sees every line.</summary>
    public static double LeastRange(ScanGeometry fan) =>
        Math.PI + (2 * Math.Max(Math.Abs(fan.FanAngle(0)), Math.Abs(fan.FanAngle(fan.Bins - 1))));

    /// <summary>Whether a scan is one: a fan, less than a full turn, and long enough.</summary>
    public static bool Is(ScanGeometry geometry) =>
        geometry.Detector != DetectorKind.Parallel && !geometry.IsFullTurn
        && Math.Abs(geometry.AngularRange) >= LeastRange(geometry) - Tolerance;

    /// <summary>
    /// The weights of all rays, 2 w: what reconstructs a full turn takes half of each ray, since it sees all of them twice.
    /// </summary>
    public static double[] Weights(ScanGeometry fan)
    {
        var weights = new double[fan.SinogramLength];
        var delta = 0.5 * (Math.Abs(fan.AngularRange) - Math.PI);
        var step = Math.Abs(fan.AngularRange) / fan.Views;
        for (var view = 0; view < fan.Views; view++)
        {
            for (var bin = 0; bin < fan.Bins; bin++)
            {
                var gamma = Math.Sign(fan.AngularRange) * fan.FanAngle(bin);
                weights[(view * fan.Bins) + bin] = 2 * Weight(view * step, gamma, delta);
            }
        }

        return weights;
    }

    /// <summary>Parker's weight.</summary>
    /// <param name="beta">From the first view on, 0 to pi + 2 delta.</param>
    /// <param name="gamma">-delta to delta.</param>
    /// <param name="delta">Half of what the scan turns beyond pi.</param>
    public static double Weight(double beta, double gamma, double delta)
    {
        if (beta < 2 * (delta - gamma)) return Square(beta / (delta - gamma));
        return beta <= Math.PI - (2 * gamma) ? 1 : Square((Math.PI + (2 * delta) - beta) / (delta + gamma));

        // The divisor is 0 for the outermost rays of the shortest scan, which are seen once more at the very end.
        static double Square(double share) =>
            double.IsFinite(share) ? Math.Pow(Math.Sin(0.25 * Math.PI * Math.Clamp(share, 0, 2)), 2) : 0;
    }
}
