using System.Globalization;
using System.Numerics.Tensors;
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
/// at random and nothing is set for a network: beta and alpha are fitted, D is measured. Time is some passes over the N D
/// values and 1,500 x 1,500 products a stage; memory is a copy of the features or two.
/// </para>
/// </summary>
/// <param name="Merges">The merges that are taken.</param>
/// <param name="Threshold">The height of the last of them; negative infinity for none.</param>
/// <param name="Copies">The merges of copies among them.</param>
/// <param name="IsOnePerson">Whether no strangers were found and all faces were taken for one person's.</param>
/// <param name="Stages">A sentence a stage: what was read, and what was merged.</param>
internal sealed record LikelihoodCut(
    int Merges, double Threshold, int Copies, bool IsOnePerson, IReadOnlyList<string> Stages)
{
    private const int MostStages = 8;

    // The cosine distance of a face from its copy, in float32.
    private const double CopyDistance = 1e-5;

    // Fewer units in a later stage tell too little to take D from the mode.
    private const int FewUnits = 40;
    private const double LeastDimension = 25;

    // An error of a tenth in D costs .02 D nats at the cosines where cuts lie: D from the mode is not safe by itself.
    private const double ChargeByDimension = 0.02;
    private const int MostReadings = 6;

    // Parts that lie no nearer than this share of known strangers are not merged, whatever a few clusters say.
    private const double MostStrangers = 0.03;

    /// <summary>Finds the cut.</summary>
    /// <param name="merged">N unit features and a tree over them.</param>
    /// <param name="known">The distances of strangers, where they are known.</param>
    /// <param name="context">Cancellation, threads.</param>
    public static LikelihoodCut Find(MergedFaces merged, DistanceQuantiles? known, WorkContext context)
    {
        var (unit, tree) = (merged.Unit, merged.Tree);
        var copies = CopyMerges(unit, tree);
        var merges = copies;
        bool? onePerson = null;
        var stages = new List<string>();
        while (stages.Count < MostStages && tree.Count - merges >= 2 && merges < tree.Merges)
        {
            context.ThrowIfCancelled();
            var units = merged.After(merges);
            var strangers = new StrangerSpread(units, onePerson, known, context);
            var (cut, dimension) = Stage(units, strangers, canReadAgain: known is null && (onePerson is null || IsDoubtful(units, strangers)));
            onePerson = strangers.IsOnePerson;
            merges += cut.Merges;
            stages.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{units.Count} clusters: strangers lie {strangers.Mode:F3} apart in {dimension:F0} dimensions, a person's "
                + $"share is {cut.Beta:F2}; {cut.Merges} merges."));
            if (cut.Merges == 0) break;
        }

        if (known is not null) merges = Math.Min(merges, MergesWithin(unit, tree, known.DistanceOf(MostStrangers)));
        var threshold = merges == 0 ? double.NegativeInfinity : tree.Height[merges - 1];
        return new LikelihoodCut(merges, threshold, copies, onePerson ?? false, stages);
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
            if (1 - TensorPrimitives.Dot(unit.Row(left), unit.Row(right)) > CopyDistance) break;
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

    private static (UnitCut Cut, double Dimension) Stage(CutUnits units, StrangerSpread strangers, bool canReadAgain)
    {
        var model = new PartitionModel(units, strangers.Common);
        var cut = model.Best(strangers.Dimension);
        return cut.Merges > 0 || !strangers.HasTail || !canReadAgain
            ? (cut, strangers.Dimension)
            : WithoutOwnPairs(model, strangers);
    }

    // Where more than 1 % of the pairs are of one person, D is theirs and finds nothing. From D of the mode on, the pairs
    // that the cut puts together are left out and D is read again, until that changes nothing.
    private static (UnitCut Cut, double Dimension) WithoutOwnPairs(PartitionModel model, StrangerSpread strangers)
    {
        var dimension = strangers.ModeDimension;
        var together = -1.0;
        for (var reading = 0; reading < MostReadings; reading++)
        {
            var now = model.TogetherAfter(model.Best(dimension, ChargeByDimension * dimension).Merges);
            if (Math.Abs(now - together) < 1e-4) break;
            together = now;
            dimension = Math.Max(strangers.DimensionWithout(together), strangers.Dimension);
        }

        return (model.Best(dimension, ChargeByDimension * dimension), dimension);
    }
}
