using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>One stage of the default cut: the units that it found, what it read of strangers, and what it merged.</summary>
/// <param name="Model">The model of the units.</param>
/// <param name="Cut">The cut.</param>
/// <param name="Dimension">D, the scatter of strangers, that it was made by.</param>
/// <param name="Sentence">All that in words.</param>
internal sealed record CutStage(PartitionModel Model, UnitCut Cut, double Dimension, string Sentence)
{
    // The merges of a few large clusters are worth many faces and little evidence: those of a later stage are taken where
    // together they are twenty times as likely right as not, strong evidence by Kass and Raftery (1995), or little is at stake.
    private static readonly double LaterEvidence = Math.Log(20);

    /// <summary>Cuts the tree over some units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="strangers">What their pairs tell of strangers.</param>
    /// <param name="isFirst">Whether the units are faces.</param>
    /// <param name="isKnown">Whether the scatter of strangers is known.</param>
    /// <param name="canReadAgain">Whether D may be read again, without the pairs of one person, where it finds nothing.</param>
    /// <param name="context">Cancellation, threads.</param>
    public static CutStage Of(
        CutUnits units, StrangerSpread strangers, bool isFirst, bool isKnown, bool canReadAgain, WorkContext context)
    {
        var model = new PartitionModel(units, strangers.Common, strangers.KnownShare);
        var evidence = isFirst ? double.NegativeInfinity : LaterEvidence;
        var (cut, dimension) = (model.Best(strangers.Dimension, evidence: evidence), strangers.Dimension);
        if (!isKnown)
        {
            var own = new OwnPairs(units, model, strangers, evidence, context);
            if (cut.Merges == 0 && strangers.HasTail && canReadAgain) (cut, dimension) = own.WhereNothingIsFound();
            var isLost = cut.Merges == 0 && canReadAgain && strangers.HasTail && !strangers.IsOnePerson;
            if (isLost && !units.IsOnCosines)
            {
                dimension = SampledPeople.Dimension(units, strangers, context);
                cut = model.Best(dimension, evidence: evidence);
            }

            var found = isFirst || AreFaces(units) ? own.OfFaces(cut) : own.OfClusters(cut);
            if (found is not null) (cut, dimension) = found.Value;
        }

        var share = cut.Beta is { } beta ? beta.ToString("F2", CultureInfo.InvariantCulture) : "each merge's own";
        return new CutStage(model, cut, dimension, string.Create(
            CultureInfo.InvariantCulture,
            $"{units.Count} clusters: strangers lie {strangers.Mode:F3} apart in {dimension:F0} dimensions, a person's "
            + $"share is {share}; {cut.Merges} merges."));
    }

    // A first stage may find no more than a handful.
    private static bool AreFaces(CutUnits units) => 2 * units.Count > units.Faces.Sum();

    /// <summary>
    /// The merges of all stages but the first that join two clusters of two faces and more, as the stage found them, and are
    /// expected to be wrong: the sum of 1 - q. Pairs of one person make D too small, and fewer are left the later: a stage is
    /// judged by the largest D from its own on.
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
            var join = model.JoinClusters();
            for (var t = 0; t < cut.Merges; t++)
            {
                if (join[t]) wrong += 1 / (1 + Math.Exp(odds[t]));
            }
        }

        return wrong;
    }
}
