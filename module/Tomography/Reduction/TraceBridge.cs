using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Bridges the runs of a metal trace by a prior's projection P. At each end of a run, with Y measured there:
/// <code>
/// r = (Y P + e^2) / (P^2 + e^2)      d = Y - r P      e = epsilon max P
/// inside: line(r) P + line(d), within [min(0, LI), max(Y, LI)]
/// </code>
/// where line() joins the values of both ends and LI is line(Y). Where P is much larger than e, r is Y / P and d is 0, which
/// is NMAR (Meyer et al. 2010); where it is much smaller, r is 1 and d is Y - P, the difference to the prior (Mueller and
/// Buzug 2009). Nothing is divided by little: |r - 1| is at most |Y - P| / 2e, and the measured values are met at both ends
/// for every e. The limits say that tissue attenuates no less than nothing, and no more than tissue and metal together (Yu
/// et al. 2007). Other shares of r and d would do as well; this one is the least-squares ratio of Y to P that is drawn to 1
/// by the weight e^2.
/// </summary>
/// <param name="Epsilon">e as a share of the largest P; 0 divides by P alone, infinity takes differences alone.</param>
/// <param name="IsLimited">Whether what is bridged stays within the limits.</param>
public readonly record struct TraceBridge(double Epsilon, bool IsLimited)
{
    /// <summary>The default share.</summary>
    public const double DefaultEpsilon = 0.5;

    /// <summary>The rays of a trace and those beside its runs, [views, bins]: where a bridge reads the prior's projection.</summary>
    public static bool[] Rays(MetalTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var rays = (bool[])trace.Values.Clone();
        var bins = trace.Geometry.Bins;
        for (var i = 0; i < rays.Length; i++)
        {
            if (!trace.Values[i]) continue;
            if (i % bins > 0) rays[i - 1] = true;
            if ((i + 1) % bins > 0) rays[i + 1] = true;
        }

        return rays;
    }

    /// <summary>A copy of a sinogram, its trace bridged.</summary>
    /// <exception cref="InputException">As of <see cref="LinearInterpolation.Interpolate"/>.</exception>
    public Sinogram Over(Sinogram sinogram, MetalTrace trace, Sinogram prior)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        ArgumentNullException.ThrowIfNull(trace);
        trace.RequireShape(sinogram);
        trace.RequireShape(prior);
        var result = new Sinogram((float[])sinogram.Values.Clone(), sinogram.Geometry);
        var e = double.IsInfinity(Epsilon) ? Epsilon : Epsilon * Math.Max(0, TensorPrimitives.Max<float>(prior.Values));
        for (var view = 0; view < result.Views; view++)
        {
            foreach (var run in trace.Runs(view)) Bridge(result.View(view), prior.View(view), run, e * e);
        }

        return result;
    }

    private void Bridge(Span<float> row, ReadOnlySpan<float> prior, BinRun run, double square)
    {
        var (left, right) = run.EndsWithin(row.Length);
        var (leftRatio, rightRatio) = (Ratio(row[left], prior[left], square), Ratio(row[right], prior[right], square));
        var ratio = new Line(leftRatio, rightRatio, run.Length);
        var rest = new Line(row[left] - (leftRatio * prior[left]), row[right] - (rightRatio * prior[right]), run.Length);
        var straight = new Line(row[left], row[right], run.Length);
        for (var i = 0; i < run.Length; i++)
        {
            var bin = run.First + i;
            var value = (ratio[i] * prior[bin]) + rest[i];
            if (IsLimited) value = Math.Clamp(value, Math.Min(0, straight[i]), Math.Max(row[bin], straight[i]));
            row[bin] = (float)value;
        }
    }

    // 0 / 0 is a ray that misses all: nothing is to be scaled.
    private static double Ratio(double measured, double prior, double square)
    {
        if (double.IsInfinity(square)) return 1;
        var divisor = (prior * prior) + square;
        return divisor > 0 ? ((measured * prior) + square) / divisor : 1;
    }

    /// <summary>The line between the values beside a run, at the run's bins.</summary>
    private readonly record struct Line(double Left, double Right, int Length)
    {
        public double this[int index] => Left + ((Right - Left) * (index + 1) / (Length + 1));
    }
}
