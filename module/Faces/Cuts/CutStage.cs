using System.Globalization;

namespace Thesis.Engine.Faces;

/// <summary>One stage of the default cut: the units that it found, what it read of strangers, and what it merged.</summary>
/// <param name="Model">The model of the units.</param>
/// <param name="Cut">The cut.</param>
/// <param name="Dimension">D, the scatter of strangers, that it was made by.</param>
/// <param name="Sentence">All that in words.</param>
internal sealed record CutStage(PartitionModel Model, UnitCut Cut, double Dimension, string Sentence)
{
    // An error of a tenth in D costs .02 D nats at the cosines where cuts lie: D from the mode is not safe by itself.
    private const double ChargeByDimension = 0.02;
    private const int MostReadings = 6;

    // Strangers scatter in no more dimensions, and with more the model tears people apart, whose pairs are read for
    // strangers' then.
    private const double LargestDimension = 100;

    // The merges of a few large clusters are worth many faces and little evidence: those of a later stage are taken where
    // together they are twenty times as likely right as not, strong evidence by Kass and Raftery (1995), or little is at stake.
    private static readonly double LaterEvidence = Math.Log(20);

    /// <summary>Cuts the tree over some units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="strangers">What their pairs tell of strangers.</param>
    /// <param name="isFirst">Whether the units are faces.</param>
    /// <param name="canReadAgain">Whether D may be read again, without the pairs of one person, where it finds nothing.</param>
    public static CutStage Of(CutUnits units, StrangerSpread strangers, bool isFirst, bool canReadAgain)
    {
        var model = new PartitionModel(units, strangers.Common);
        var evidence = isFirst ? double.NegativeInfinity : LaterEvidence;
        var (cut, dimension) = (model.Best(strangers.Dimension, evidence: evidence), strangers.Dimension);
        if (cut.Merges == 0 && strangers.HasTail && canReadAgain) (cut, dimension) = WithoutOwnPairs(model, strangers, evidence);
        return new CutStage(model, cut, dimension, string.Create(
            CultureInfo.InvariantCulture,
            $"{units.Count} clusters: strangers lie {strangers.Mode:F3} apart in {dimension:F0} dimensions, a person's "
            + $"share is {cut.Beta:F2}; {cut.Merges} merges."));
    }

    /// <summary>
    /// The merges of all stages but the first that join two clusters of two faces and more and are expected to be wrong: the
    /// sum of 1 - q. Pairs of one person make D too small, and fewer are left the later: a stage is judged by the largest D
    /// from its own on.
    /// </summary>
    public static double LaterWrong(IReadOnlyList<CutStage> stages)
    {
        double wrong = 0, dimension = 0;
        for (var i = stages.Count - 1; i >= 1; i--)
        {
            var (model, cut) = (stages[i].Model, stages[i].Cut);
            dimension = Math.Max(dimension, stages[i].Dimension);
            if (cut.Merges == 0) continue;
            var odds = model.LogOdds(dimension, cut.Beta);
            for (var t = 0; t < cut.Merges; t++)
            {
                if (model.SmallerPart(t) > 1) wrong += 1 / (1 + Math.Exp(odds[t]));
            }
        }

        return wrong;
    }

    // Where more than 1 % of the pairs are of one person, D is theirs and finds nothing. From D of the mode on, the pairs
    // that the cut puts together are left out and D is read again, until that changes nothing.
    private static (UnitCut Cut, double Dimension) WithoutOwnPairs(
        PartitionModel model, StrangerSpread strangers, double evidence)
    {
        var dimension = Math.Min(strangers.ModeDimension, LargestDimension);
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
}
