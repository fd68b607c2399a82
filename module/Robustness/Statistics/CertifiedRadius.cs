using MathNet.Numerics.Distributions;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The Euclidean radius that randomised smoothing certifies (Cohen et al. 2019): sigma Phi^-1(p), where p is the exact
/// lower bound of the share of noisy copies that got the class.
/// </summary>
/// <param name="LowerBound">p, which fails with probability alpha at most.</param>
/// <param name="Radius">The radius in the units of sigma; none when p is below one half and nothing is certified.</param>
public readonly record struct CertifiedRadius(double LowerBound, double? Radius)
{
    /// <summary>Certifies one image.</summary>
    /// <param name="successes">The noisy copies that got the class.</param>
    /// <param name="count">The noisy copies, 1 or more.</param>
    /// <param name="alpha">The probability of a wrong certificate, between 0 and 1.</param>
    /// <param name="sigma">The noise's standard deviation, above 0.</param>
    /// <exception cref="InputException">
    /// <c>ProportionInvalid</c>, <c>ConfidenceLevelInvalid</c>, <c>NoiseInvalid</c>.
    /// </exception>
    public static CertifiedRadius Of(long successes, long count, double alpha, double sigma)
    {
        ProportionInterval.Check(successes, count, alpha);
        if (!(sigma > 0) || double.IsInfinity(sigma))
        {
            throw new InputException("NoiseInvalid", FaultKind.InvalidArgument, $"Noise of {sigma} is not above 0.", sigma);
        }

        var bound = ProportionInterval.LowerBound(successes, count, alpha);
        return new CertifiedRadius(bound, bound > 0.5 ? sigma * Normal.InvCDF(0, 1, bound) : null);
    }
}
