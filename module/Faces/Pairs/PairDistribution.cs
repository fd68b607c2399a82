using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The distributions of the cosine distance between matched pairs (two faces of one subject) and mismatched pairs, and
/// what section 3.5.1 reads off them: epsilon, the radius of the neighbourhoods, and eta, the distance beyond which
/// negatives are taken.
/// <para>
/// The density of matched pairs is that of (3.2), E_c[p(d | c)]: every subject counts alike, however many faces it has.
/// Densities are Gaussian kernel estimates with Silverman's bandwidth, 1.06 s n^(-1/5).
/// </para>
/// </summary>
public sealed class PairDistribution
{
    private PairDistribution(PairSample sample)
    {
        Subjects = sample.Subjects;
        Faces = sample.Faces;
        MatchedPairs = sample.MatchedPairs;
        MismatchedPairs = sample.MismatchedPairs;
        (MatchedMean, MatchedDeviation) = DistanceHistogram.Moments(sample.Matched);
        (MismatchedMean, MismatchedDeviation) = DistanceHistogram.Moments(sample.Mismatched);
        Matched = DistanceHistogram.Density(sample.Matched, Bandwidth(MatchedDeviation, MatchedPairs));
        Mismatched = DistanceHistogram.Density(sample.Mismatched, Bandwidth(MismatchedDeviation, MismatchedPairs));
        Epsilon = DistanceHistogram.Centre(Array.IndexOf(Matched, Matched.Max()));
        (Eta, FalseNonMatchRate, FalseMatchRate) = LeastRisk(sample);
        (MatchedShares, MismatchedShares) = (sample.Matched, sample.Mismatched);
    }

    /// <summary>The subjects looked at.</summary>
    public int Subjects { get; }

    /// <summary>Their faces.</summary>
    public int Faces { get; }

    /// <summary>The pairs of two faces of one subject.</summary>
    public long MatchedPairs { get; }

    /// <summary>The pairs of faces of two subjects.</summary>
    public long MismatchedPairs { get; }

    /// <summary>The mean distance of matched pairs.</summary>
    public double MatchedMean { get; }

    /// <summary>The standard deviation of the distance of matched pairs.</summary>
    public double MatchedDeviation { get; }

    /// <summary>The mean distance of mismatched pairs.</summary>
    public double MismatchedMean { get; }

    /// <summary>The standard deviation of the distance of mismatched pairs.</summary>
    public double MismatchedDeviation { get; }

    /// <summary>The maximum likelihood epsilon of (3.2): the mode of the density of matched pairs.</summary>
    public double Epsilon { get; }

    /// <summary>
    /// The eta of least Bayes risk, matched and mismatched pairs being equally likely and both errors equally costly; in
    /// the middle where a whole interval has the least risk.
    /// </summary>
    public double Eta { get; }

    /// <summary>The share of matched pairs that are farther apart than <see cref="Eta"/>.</summary>
    public double FalseNonMatchRate { get; }

    /// <summary>The share of mismatched pairs that are at most <see cref="Eta"/> apart.</summary>
    public double FalseMatchRate { get; }

    /// <summary>The distances of the densities, from .0005 to 1.9995 in steps of .001.</summary>
    public static IReadOnlyList<double> Distances { get; } =
        [.. Enumerable.Range(0, DistanceHistogram.Bins).Select(DistanceHistogram.Centre)];

    /// <summary>The density of matched pairs, by <see cref="Distances"/>.</summary>
    public double[] Matched { get; }

    /// <summary>The density of mismatched pairs, by <see cref="Distances"/>.</summary>
    public double[] Mismatched { get; }

    /// <summary>The shares of the matched pairs in the bins of <see cref="DistanceHistogram"/>.</summary>
    internal double[] MatchedShares { get; }

    /// <summary>The shares of the mismatched pairs.</summary>
    internal double[] MismatchedShares { get; }

    /// <summary>Measures every pair of the faces of the drawn subjects.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="identities">Their identities; unknown ones (-1) are left out.</param>
    /// <param name="options">Which subjects.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <exception cref="InputException">
    /// <c>IdentityCountMismatch</c>: the lengths differ; <c>PairsMissing</c>: fewer than two subjects have two faces or
    /// more.
    /// </exception>
    public static PairDistribution Measure(
        FeatureMatrix unit, ReadOnlySpan<int> identities, PairDistributionOptions options, WorkContext context) =>
        new(PairSample.Draw(unit, identities, options, context));

    private static double Bandwidth(double deviation, long pairs) =>
        Math.Max(DistanceHistogram.Width, 1.06 * deviation * Math.Pow(pairs, -0.2));

    private static (double Eta, double FalseNonMatch, double FalseMatch) LeastRisk(PairSample sample)
    {
        const double tie = 1e-12;
        double miss = 1, match = 0, least = 1;
        (double Miss, double Match) best = (1, 0);
        int first = -1, last = -1;
        for (var bin = 0; bin < DistanceHistogram.Bins; bin++)
        {
            miss -= sample.Matched[bin];
            match += sample.Mismatched[bin];
            if (miss + match < least - tie)
            {
                (least, first, best) = (miss + match, bin, (miss, match));
                last = bin;
            }
            else if (miss + match <= least + tie && last == bin - 1)
            {
                last = bin;
            }
        }

        var eta = first < 0 ? 0 : (DistanceHistogram.Edge(first) + DistanceHistogram.Edge(last)) / 2;
        return (eta, Math.Max(0, best.Miss), best.Match);
    }
}
