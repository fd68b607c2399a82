using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Cuts a tree by a rule, says where and what is to be expected of it, and warns where it cannot tell.</summary>
internal static class TreeCut
{
    // Fewer tell too little of the distances of two people's faces.
    private const int Few = 24;

    // Sets of fewer have been cut with a loss of more than .05 of BCubed F.
    private const int FewPeople = 128;

    // Faces of many people lie about 1 apart by most networks, .91 to 1.0 in all sets that cuts were good on and .77 to .82 in
    // one of 38 people under strong lights. Nearer than .6 they may be of one person.
    private const double FarStrangers = 0.9;
    private const double NearStrangers = 0.6;
    private const double OtherStrangers = 0.1;

    /// <summary>The merges that are done, the answer, and the errors to be expected of every cut.</summary>
    /// <param name="unit">The unit features.</param>
    /// <param name="tree">A tree over them.</param>
    /// <param name="onCosines">Whether its heights are mean cosine distances, and tell of wrong merges.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="context">Cancellation, sentences, warnings.</param>
    public static (int Merges, CutAnswer Answer, ExpectedErrors Expected) Of(
        FeatureMatrix unit, Dendrogram tree, bool onCosines, CutRule rule, WorkContext context)
    {
        var merged = new MergedFaces(unit, tree, onCosines);
        var (name, merges, threshold, likelihood) = Find(merged, rule, context);
        var expected = ExpectedErrors.Unknown;
        if (onCosines && tree.Merges > 0)
        {
            // What a threshold costs does not depend on why it was taken.
            likelihood ??= LikelihoodCut.Find(merged, known: null, context);
            var wrong = StrangerTail.Of(merged, likelihood.Merges, context)?.WrongMergesUpTo(tree, likelihood);
            expected = new ExpectedErrors(wrong, ExpectedSplits.Of(tree, likelihood, wrong)?.AfterEach());
        }

        var answer = new CutAnswer(name, threshold, expected.WrongMerges(merges), expected.Splits(merges));
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Cut by {name} at {threshold:F4}: {tree.Count - merges} clusters, {merges} merges; expected wrong merges "
            + $"{Text(answer.WrongMerges)}, expected splits {Text(answer.Splits)}."));
        return (merges, answer, expected);
    }

    private static string Text(double? value) => value is { } number
        ? number.ToString("F1", CultureInfo.InvariantCulture)
        : "unknown";

    private static (string Name, int Merges, double Threshold, LikelihoodCut? Likelihood) Find(MergedFaces merged, CutRule rule, WorkContext context)
    {
        var tree = merged.Tree;
        switch (rule)
        {
            case CutRule.Threshold given:
                return ("threshold", MergesWithin(tree, given.Distance), given.Distance, null);
            case CutRule.Count count:
                var height = tree.HeightOfCount(count.Clusters);
                return ("count", tree.Count - count.Clusters, height, null);
            case CutRule.Oracle oracle:
                var best = OracleSweep.Run(tree, oracle.Identities, context).Best;
                context.Verbose?.Invoke(string.Create(
                    CultureInfo.InvariantCulture, $"Oracle: BCubed F = {best.F:F4} at {best.Threshold:F4}."));
                return ("oracle", best.Merges, best.Threshold, null);
            case CutRule.Kink when tree.Merges > 0:
                var kink = OperatingPoint.FindKink(tree);
                return ("kink", MergesWithin(tree, kink.Threshold), kink.Threshold, null);
            case CutRule.Likelihood { Calibration: var calibration }:
                return ByLikelihood(merged, calibration, context);
            default:
                // One face is one cluster: there is nothing to choose.
                return ("kink", 0, double.NegativeInfinity, null);
        }
    }

    private static int MergesWithin(Dendrogram tree, double distance)
    {
        var merges = 0;
        while (merges < tree.Merges && tree.Height[merges] <= distance) merges++;
        return merges;
    }

    private static (string Name, int Merges, double Threshold, LikelihoodCut Likelihood) ByLikelihood(
        MergedFaces merged, FaceCalibration? calibration, WorkContext context)
    {
        var (unit, tree) = (merged.Unit, merged.Tree);
        calibration?.RequireDimension(unit.Dimension);
        var cut = LikelihoodCut.Find(merged, calibration, context);
        foreach (var stage in cut.Stages) context.Verbose?.Invoke(stage);
        if (tree.Count > 1)
        {
            if (calibration is null) Warn(tree, cut, context);
            else WarnOfKnown(tree, cut, calibration, context);
        }

        return (calibration is null ? "likelihood" : "calibrated", cut.Merges, cut.Threshold, cut);
    }

    // With a calibration strangers are known, and yet one of few faces on the wrong side of the cut is much of them, and so
    // is one of few people who was taken for another; and photographs of another kind have other strangers.
    private static void WarnOfKnown(Dendrogram tree, LikelihoodCut cut, FaceCalibration calibration, WorkContext context)
    {
        var different = tree.Count - cut.Copies;
        var clusters = tree.Count - cut.Merges;
        var strangers = calibration.Mismatched.DistanceOf(0.5);
        var reason = different switch
        {
            1 => null,
            _ when cut.Mode > NearStrangers && cut.Mode < strangers - OtherStrangers => FormattableString.Invariant(
                $"most of these faces lie {cut.Mode:F2} apart and strangers of the calibration {strangers:F2}: photographs of another kind, by light, crop or quality"),
            _ when calibration.Mismatched.DistanceOf(0.01) < calibration.Matched.DistanceOf(0.9) =>
                "a hundredth of the calibration's strangers lie nearer than a tenth of its pairs of one person: these features "
                + "tell people apart badly",
            < Few => FormattableString.Invariant(
                $"{different} different faces: one that is taken for another person's, or left alone, is a large part of them"),
            _ when clusters < FewPeople && cut.LaterStake > PartitionModel.LittleAtStake => FormattableString.Invariant(
                $"clusters of many faces were merged into {clusters} people, who are few: each of them is a large part of the faces"),
            _ => null,
        };
        if (reason is not null) context.Warning?.Invoke($"Where to cut is a guess: {reason}. Look at the clusters, or say where to cut.");
    }

    private static void Warn(Dendrogram tree, LikelihoodCut cut, WorkContext context)
    {
        var different = tree.Count - cut.Copies;
        var clusters = tree.Count - cut.Merges;
        var reason = (different, clusters) switch
        {
            (1, _) => null,
            ( < Few, _) => $"{different} different faces are few to tell how far apart two people's faces lie",
            _ when cut.IsOnePerson =>
                "no two of these faces are far apart: they are one person's, or features of people who lie near one another; "
                + "they were taken for one person's",
            (_, 1) => "all faces are in one cluster: no second person was found",
            _ when cut.Merges == cut.Copies => "no two faces are nearer than those of strangers: all are strangers, or the "
                + "features tell nobody apart",
            _ when cut.Mode is > NearStrangers and < FarStrangers => FormattableString.Invariant(
                $"most of these faces lie {cut.Mode:F2} apart, nearer than faces of many people are: light or crop that they share, or features that share a part"),
            (_, < FewPeople) => $"{clusters} people are few to tell how far apart two people's faces lie",
            _ => null,
        };
        if (reason is null) return;
        context.Warning?.Invoke(
            $"Where to cut is a guess: {reason}. A calibration of these features would tell (Measure-FacePair "
            + "-CalibrationPath, of any labelled faces; Invoke-FaceClustering -Calibration), or say where to cut.");
    }
}
