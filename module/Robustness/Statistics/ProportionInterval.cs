using System.Globalization;
using MathNet.Numerics.Distributions;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>A confidence interval of a share, such as an accuracy, from k successes among n.</summary>
/// <param name="Lower">The lower bound, 0 .. 1.</param>
/// <param name="Upper">The upper bound, 0 .. 1.</param>
public readonly record struct ProportionInterval(double Lower, double Upper)
{
    /// <summary>The level of the intervals in tables.</summary>
    public const double DefaultLevel = 0.95;

    /// <summary>
    /// Wilson's score interval (1927): the shares p with |k/n - p| &lt;= z sqrt(p (1 - p) / n). It keeps to [0, 1] and is of
    /// use at k = 0 and k = n.
    /// </summary>
    /// <param name="successes">k.</param>
    /// <param name="count">n, 1 or more.</param>
    /// <param name="level">The confidence level, between 0 and 1.</param>
    /// <exception cref="InputException"><c>ProportionInvalid</c>, <c>ConfidenceLevelInvalid</c>.</exception>
    public static ProportionInterval Wilson(long successes, long count, double level = DefaultLevel)
    {
        Check(successes, count, level);
        var z = Normal.InvCDF(0, 1, 0.5 + (level / 2));
        var (n, share) = ((double)count, (double)successes / count);
        var centre = share + (z * z / (2 * n));
        var half = z * Math.Sqrt((share * (1 - share) / n) + (z * z / (4 * n * n)));
        var scale = 1 + (z * z / n);
        // At the ends the bounds are 0 and 1; rounding must not move them.
        return new ProportionInterval(
            successes == 0 ? 0 : (centre - half) / scale, successes == count ? 1 : (centre + half) / scale);
    }

    /// <summary>
    /// Clopper and Pearson's exact interval (1934), from quantiles of the beta distribution; it covers at least the level.
    /// </summary>
    /// <param name="successes">k.</param>
    /// <param name="count">n, 1 or more.</param>
    /// <param name="level">The confidence level, between 0 and 1.</param>
    /// <exception cref="InputException"><c>ProportionInvalid</c>, <c>ConfidenceLevelInvalid</c>.</exception>
    public static ProportionInterval ClopperPearson(long successes, long count, double level = DefaultLevel)
    {
        Check(successes, count, level);
        var tail = (1 - level) / 2;
        return new ProportionInterval(
            LowerBound(successes, count, tail),
            successes == count ? 1 : Beta.InvCDF(successes + 1, count - successes, 1 - tail));
    }

    /// <summary>The one-sided exact lower bound that fails with probability <paramref name="alpha"/> at most.</summary>
    internal static double LowerBound(long successes, long count, double alpha) =>
        successes == 0 ? 0 : Beta.InvCDF(successes, count - successes + 1, alpha);

    internal static void Check(long successes, long count, double level)
    {
        if (count < 1 || successes < 0 || successes > count)
        {
            throw new InputException(
                "ProportionInvalid", FaultKind.InvalidArgument, $"{successes} of {count} is no share.", successes);
        }

        if (level is > 0 and < 1) return;
        throw new InputException(
            "ConfidenceLevelInvalid", FaultKind.InvalidArgument,
            string.Create(CultureInfo.InvariantCulture, $"The confidence level {level} is not between 0 and 1."), level);
    }
}
