using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Cuts of a stage in which so many pairs are one person's that D, read on the largest cosines, is theirs: few people, and
/// the tracks that each of them has. They start from D of the mode, which no pair of one person reaches, leave out the pairs
/// that the cut puts together, and read D again on the others. That D would mix the people of sets whose strangers have a
/// heavier tail than half, so it is taken only where the cut by D of all pairs bears it out, or what is kept apart does.
/// </summary>
/// <param name="units">The units.</param>
/// <param name="model">Their model.</param>
/// <param name="strangers">What all their pairs tell of strangers.</param>
/// <param name="evidence">Nats that the merges must gain together.</param>
/// <param name="context">Cancellation, threads.</param>
internal sealed class OwnPairs(
    CutUnits units, PartitionModel model, StrangerSpread strangers, double evidence, WorkContext context)
{
    // An error of a tenth in D costs .02 D nats at the cosines where cuts lie: D from the mode is not safe by itself.
    private const double ChargeByDimension = 0.02;
    private const int MostReadings = 6;
    private const double Settled = 0.99;

    // Strangers scatter in no more dimensions, and with more the model tears people apart, whose pairs are read for
    // strangers' then.
    private const double LargestDimension = 100;

    // Fewer units have too few pairs for a tail of those that are left.
    private const int FewestUnits = 24;

    // D is read where 1 % of the pairs lie beyond. Among faces the floors at 5 and 10 % keep up to three times as many of one
    // person from harm.
    private const double ManyOfFaces = 0.03;
    private const double ManyOfClusters = 0.015;

    // Clusters of whose pairs so few are one person's that D of all pairs is this part of the lower half's are cut by it.
    private const double AsLowerHalf = 0.9;

    // Two explanations of a heavy tail: look-alikes, or one person's pairs. These, when without them the upper tail is much as
    // the lower half has it, and the more so the less of the merges the cut by D of all pairs, which is the safe one, has
    // found: of the means of LFW's people D is .35 to .5 of the lower half's, and at most .88 after a cut that mixed them.
    private const double LeastOfFound = 1.15;
    private const double FoundCounts = 0.6;
    private const double Half = 0.5;

    // Where the safe cut has found less than half of the merges: what D must be of the lower half's without the pairs that are
    // put together, and how many these may be, for without most pairs any tail is light.
    private const double LeastOfNew = 0.9;
    private const double MostOfNew = 0.2;

    private double FromMode { get; } = Math.Min(strangers.ModeDimension, LargestDimension);

    /// <summary>
    /// Where the cut finds nothing: D is read at 1 % of the pairs that are left, as if those of one person were the nearest,
    /// and the merges are charged for it.
    /// </summary>
    public (UnitCut Cut, double Dimension) WhereNothingIsFound()
    {
        var dimension = FromMode;
        var together = -1.0;
        for (var reading = 0; reading < MostReadings; reading++)
        {
            var now = model.TogetherAfter(model.Best(dimension, ChargeByDimension * dimension, evidence).Merges);
            if (Math.Abs(now - together) < 1e-4) break;
            together = now;
            dimension = Math.Max(strangers.DimensionWithout(together), strangers.Dimension);
            dimension = Math.Min(dimension, LargestDimension);
        }

        return (model.Best(dimension, ChargeByDimension * dimension, evidence), dimension);
    }

    /// <summary>The cut of faces, D falling from the mode's until the pairs that the cut keeps apart have no less.</summary>
    /// <param name="safe">The cut by D of all pairs.</param>
    public (UnitCut Cut, double Dimension)? OfFaces(UnitCut safe)
    {
        if (!CanTell || model.TogetherAfter(safe.Merges) <= ManyOfFaces) return null;
        var dimension = FromMode;
        var cut = model.Best(dimension, evidence: evidence);
        for (var reading = 0; reading < MostReadings; reading++)
        {
            var apart = Math.Max(Apart(cut), strangers.Dimension);
            if (apart >= Settled * dimension) break;
            dimension = apart;
            cut = model.Best(dimension, evidence: evidence);
        }

        return cut.Merges == 0 ? null : (cut, dimension);
    }

    /// <summary>The cut of clusters, each merge with a share of its own, for tracks differ in quality.</summary>
    /// <param name="safe">The cut by D of all pairs.</param>
    public (UnitCut Cut, double Dimension)? OfClusters(UnitCut safe)
    {
        if (!CanTell || strangers.Dimension > AsLowerHalf * FromMode) return null;
        var cut = model.BestOfOwnShares(FromMode, evidence);
        var together = model.TogetherAfter(cut.Merges);
        if (together <= ManyOfClusters) return null;
        var found = safe.Merges / (double)cut.Merges;
        if (found < Half && together > MostOfNew) return null;
        var apart = Apart(cut);
        if (apart < FromMode * Math.Min(LeastOfNew, LeastOfFound - (FoundCounts * found))) return null;
        return apart >= FromMode ? (cut, FromMode) : (model.BestOfOwnShares(apart, evidence), apart);
    }

    private bool CanTell => units.Count >= FewestUnits && strangers.HasTail && !strangers.IsOnePerson;

    private double Apart(UnitCut cut) => strangers.DimensionApart(units, units.LabelsAfter(cut.Merges), context);
}
