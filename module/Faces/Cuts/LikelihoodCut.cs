using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The operating point of faces whose people are unknown: the cut of the tree that a model of people and their faces makes
/// best (<see cref="PartitionModel"/>), with the scatter of strangers read off the set itself
/// (<see cref="StrangerSpread"/>), in stages. After a stage every cluster is one unit, its direction, and the rest of the
/// tree is looked at again: faces of one scene or track are found first, then people. It ends when a stage takes no merge.
/// Copies of a face are merged before all.
/// <para>
/// It looks at clusters, not at pairs, and at cosines, whatever the similarity that the tree was built on. Nothing is drawn
/// at random and nothing is set for a network: beta and alpha are fitted, D is measured. Time is one pass over the N D values,
/// two over those of the units of each later stage, and half of 1,500 x 1,500 products a stage; memory is the K D values of
/// the units that a stage finds.
/// </para>
/// </summary>
/// <param name="Merges">The merges that are taken.</param>
/// <param name="Threshold">The height of the last of them; negative infinity for none.</param>
/// <param name="Copies">The merges of copies among them.</param>
/// <param name="Weighed">The merges that the model takes, before the limit of known strangers.</param>
/// <param name="LaterWrong">The merges of clusters, in all stages but the first, that are expected to be wrong.</param>
/// <param name="LaterStake">What the merges of all stages but the first weigh, as a share of the faces.</param>
/// <param name="Mode">The distance of most pairs of faces, as the first stage read it; NaN without one.</param>
/// <param name="IsOnePerson">Whether no strangers were found and all faces were taken for one person's.</param>
/// <param name="Stages">A sentence a stage: what was read, and what was merged.</param>
internal sealed record LikelihoodCut(
    int Merges, double Threshold, int Copies, int Weighed, double LaterWrong, double LaterStake, double Mode, bool IsOnePerson,
    IReadOnlyList<string> Stages)
{
    private const int MostStages = 8;

    // The cosine distance of a face from its copy, in float32.
    private const double CopyDistance = 1e-5;

    // Fewer units in a later stage tell too little to take D from the mode.
    private const int FewUnits = 40;
    private const double LeastDimension = 25;

    // Parts that lie no nearer than this share of known strangers are not merged, whatever a few clusters say.
    private const double MostStrangers = 0.03;

    /// <summary>Finds the cut.</summary>
    /// <param name="merged">N unit features and a tree over them.</param>
    /// <param name="known">What is known of the features, if anything is.</param>
    /// <param name="context">Cancellation, threads.</param>
    public static LikelihoodCut Find(MergedFaces merged, FaceCalibration? known, WorkContext context)
    {
        var (unit, tree) = (merged.Unit, merged.Tree);
        var copies = CopyMerges(unit, tree);
        var merges = copies;
        var mode = double.NaN;
        bool? onePerson = null;
        var stages = new List<CutStage>();
        while (stages.Count < MostStages && tree.Count - merges >= 2 && merges < tree.Merges)
        {
            context.ThrowIfCancelled();
            var units = merged.After(merges);
            var strangers = new StrangerSpread(units, onePerson, known, context);
            var stage = CutStage.Of(
                units, strangers, isFirst: onePerson is null, isKnown: known is not null,
                canReadAgain: onePerson is null || IsDoubtful(units, strangers), context);
            if (stages.Count == 0) mode = strangers.Mode;
            onePerson = strangers.IsOnePerson;
            merges += stage.Cut.Merges;
            stages.Add(stage);
            if (stage.Cut.Merges == 0) break;
        }

        var weighed = merges;
        if (known is not null) merges = Math.Min(merges, MergesWithin(unit, tree, known.Mismatched.DistanceOf(MostStrangers)));
        var threshold = merges == 0 ? double.NegativeInfinity : tree.Height[merges - 1];
        return new LikelihoodCut(
            merges, threshold, copies, weighed, CutStage.LaterWrong(stages),
            stages.Skip(1).Sum(stage => stage.Cut.Stake) / tree.Count, mode, onePerson ?? false,
            [.. stages.Select(stage => stage.Sentence)]);
    }

    /// <summary>The first merges of a tree whose parts all are copies of one face.</summary>
    private static int CopyMerges(FeatureMatrix unit, Dendrogram tree)
    {
        // A face below each node: the parts of a merge are copies when these are, and their own merges were.
        var face = new int[tree.Count + tree.Merges];
        for (var i = 0; i < tree.Count; i++) face[i] = i;
        var merges = 0;
        while (merges < tree.Merges)
        {
            var (left, right) = (face[tree.Left[merges]], face[tree.Right[merges]]);
            if (1 - RowArithmetic.Product(unit.Row(left), unit.Row(right)) > CopyDistance) break;
            face[tree.Count + merges] = left;
            merges++;
        }

        // Merges of equal height are one cut.
        while (merges > 0 && merges < tree.Merges && tree.Height[merges] <= tree.Height[merges - 1]) merges--;
        return merges;
    }

    /// <summary>The first merges whose parts' faces lie within a mean cosine distance.</summary>
    private static int MergesWithin(FeatureMatrix unit, Dendrogram tree, double distance)
    {
        var distances = CutUnits.MeanDistances(unit, tree);
        var merges = 0;
        while (merges < tree.Merges && distances[merges] <= distance) merges++;
        while (merges > 0 && merges < tree.Merges && tree.Height[merges] <= tree.Height[merges - 1]) merges--;
        return merges;
    }

    // Clusters of a later stage whose D is lower than that of any people: many pairs are one person's.
    private static bool IsDoubtful(CutUnits units, StrangerSpread strangers) =>
        units.Count >= FewUnits && strangers.Dimension < LeastDimension;
}
