using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Epsilon and eta of DDC and DDC-NEG for features whose people are unknown.
/// <para>
/// The clusters that average linkage and the default cut (<see cref="LikelihoodCut"/>) find stand for the people, and
/// section 3.5.1 reads both off their pairs (<see cref="PairDistribution"/>): eta as it is, of least Bayes risk; epsilon as
/// the mode of the distances within, and no more than the dissertation's .23: smaller neighbourhoods did better wherever
/// the mode lies beyond, and where it lies below, .23 would reach strangers. Copies of a face are counted once.
/// </para>
/// </summary>
/// <param name="Epsilon">The radius of the neighbourhoods, a cosine distance.</param>
/// <param name="Eta">The cosine distance beyond which negatives are taken.</param>
public sealed record MeasuredRadii(double Epsilon, double Eta)
{
    /// <summary>Fewer clusters of two faces and more tell too little.</summary>
    public const int FewestPeople = 10;

    // Half a million pairs of subjects fix eta; more only cost time.
    private const int MostPeople = 1000;

    // Two faces of one file, scaled twice, are no person's usual distance.
    private const double LeastEpsilon = 0.01;

    /// <summary>What the distributions of labelled faces of the same features say.</summary>
    public static MeasuredRadii Of(FaceCalibration calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return Of(calibration.Epsilon, calibration.Eta);
    }

    /// <summary>What the set itself says; null where it has fewer than ten clusters of two different faces and more.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    public static MeasuredRadii? Of(FeatureMatrix unit, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(context);
        var faces = DistinctRows.From(unit).Rows;
        var tree = BilinearLinkage.Build(new BilinearSimilarity(faces, Paired: false), new BilinearLinkageOptions(), context);
        var people = tree.CutAfter(LikelihoodCut.Find(new MergedFaces(faces, tree, onCosines: true), known: null, context).Merges);
        var several = people.CountBy(person => person).Count(person => person.Value > 1);
        if (several < FewestPeople) return null;
        var pairs = PairDistribution.Measure(faces, people, new PairDistributionOptions { Subjects = MostPeople }, context);
        var radii = Of(pairs.Epsilon, pairs.Eta);
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{several} clusters of two faces and more: distances within have their mode at {pairs.Epsilon:F3}, eta is "
            + $"{pairs.Eta:F3}; epsilon is {radii.Epsilon:F3}."));
        return radii;
    }

    private static MeasuredRadii Of(double mode, double eta) =>
        new(Math.Clamp(mode, LeastEpsilon, DensityOptions.DefaultEpsilon), Math.Max(eta, LeastEpsilon));
}
