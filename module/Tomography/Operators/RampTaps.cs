namespace Thesis.Engine.Tomography;

/// <summary>
/// The ramp filters as symmetric kernels: tap d of a row of bins, spacing included, in double. A zero-padded DFT filter
/// is the same convolution, its period being longer than two rows; the literal filter is periodic in one row.
/// </summary>
internal static class RampTaps
{
    /// <summary>The taps 0 .. bins - 1 for parallel rays, 1/cm: the spatial kernel of the ramp, windowed.</summary>
    public static double[] Parallel(RampFilterKind kind, int bins, double spacing) =>
        kind == RampFilterKind.Literal ? Literal(bins, spacing) : Windowed(kind, bins, distance => RamLak(distance, spacing));

    /// <summary>
    /// The taps for bins at equal angles of a fan: (gamma / sin gamma)^2 / 2 times the ramp's (Kak and Slaney, eq. 94 of
    /// chapter 3).
    /// </summary>
    public static double[] EqualAngles(RampFilterKind kind, int bins, double spacing) =>
        Windowed(kind, bins, distance => 0.5 * RamLak(distance, spacing) * (distance == 0
            ? 1 : Math.Pow(distance * spacing / Math.Sin(distance * spacing), 2)));

    /// <summary>The transfer function on a DFT of <paramref name="period"/> points, frequencies 0 .. period / 2.</summary>
    public static double[] Response(RampFilterKind kind, int period, double spacing) =>
        Response(kind, period, distance => RamLak(distance, spacing));

    // h(0) = 1 / 4 d^2, h(odd n) = -1 / (pi n d)^2, h(even n) = 0; times d, the integral's element.
    private static double RamLak(int distance, double spacing) =>
        distance == 0 ? 1 / (4 * spacing)
        : distance % 2 == 0 ? 0
        : -1 / (Math.PI * distance * Math.PI * distance * spacing);

    private static double[] Windowed(RampFilterKind kind, int bins, Func<int, double> kernel)
    {
        if (kind == RampFilterKind.RamLak) return [.. Enumerable.Range(0, bins).Select(kernel)];
        var period = Period(bins);
        return Inverse(Response(kind, period, kernel), period, bins);
    }

    // |omega| of each frequency of the row's own DFT, in cycles a cm.
    private static double[] Literal(int bins, double spacing) => Inverse(
        [.. Enumerable.Range(0, (bins / 2) + 1).Select(frequency => frequency / (bins * spacing))], bins, bins);

    /// <summary>The power of two that holds two rows.</summary>
    public static int Period(int bins) => 1 << (int)Math.Ceiling(Math.Log2(2.0 * bins));

    private static double[] Response(RampFilterKind kind, int period, Func<int, double> kernel)
    {
        var cosines = Cosines(period);
        var response = new double[(period / 2) + 1];
        for (var frequency = 0; frequency < response.Length; frequency++)
        {
            var sum = kernel(0);
            for (var distance = 1; distance < period / 2; distance++)
            {
                sum += 2 * kernel(distance) * cosines[(int)((long)frequency * distance % period)];
            }

            sum += kernel(period / 2) * cosines[(int)((long)frequency * (period / 2) % period)];
            response[frequency] = sum * Window(kind, 2.0 * frequency / period);
        }

        return response;
    }

    // The inverse DFT of a real, even response, at the distances 0 .. count - 1.
    private static double[] Inverse(double[] response, int period, int count)
    {
        var cosines = Cosines(period);
        var taps = new double[count];
        for (var distance = 0; distance < count; distance++)
        {
            var sum = response[0];
            for (var frequency = 1; frequency < response.Length; frequency++)
            {
                var twice = 2 * frequency == period ? 1 : 2;
                sum += twice * response[frequency] * cosines[(int)((long)frequency * distance % period)];
            }

            taps[distance] = sum / period;
        }

        return taps;
    }

    private static double[] Cosines(int period) =>
        [.. Enumerable.Range(0, period).Select(phase => Math.Cos(2 * Math.PI * phase / period))];

    // The window at a share of the highest frequency.
    private static double Window(RampFilterKind kind, double share) => kind switch
    {
        RampFilterKind.SheppLogan => share == 0 ? 1 : Math.Sin(0.5 * Math.PI * share) / (0.5 * Math.PI * share),
        RampFilterKind.Cosine => Math.Cos(0.5 * Math.PI * share),
        RampFilterKind.Hamming => 0.54 + (0.46 * Math.Cos(Math.PI * share)),
        RampFilterKind.Hann => 0.5 + (0.5 * Math.Cos(Math.PI * share)),
        _ => 1,
    };
}
