using MathNet.Numerics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// How near two people's clusters come by chance, P(d &lt; h), read off the mean cosine distances of the clusters of a cut: the
/// lower tail falls like a power, (h / h1)^m, through the distances of .2 and 1 % of the pairs.
/// <para>
/// Where clusters are few, these pairs are one person's, a face that was left alone and the cluster that it belongs to:
/// there are about as many of them as clusters of two faces and more. Both distances are therefore read off a line, through
/// shares of the pairs of which those are an eighth at most, or, where clusters are too few for that, through 15 and 30 % of
/// them. Directions in D dimensions have cosines c of the density (1 - c^2)^((D - 3) / 2), so u = sign(c) sqrt(-log(1 -
/// c^2)) is about normal, and the line is that of u over the quantiles of a normal distribution. The tail beyond is no
/// normal's: relatives and people who were photographed together are nearer.
/// </para>
/// </summary>
internal sealed class StrangerTail
{
    // Fewer clusters have too few pairs for a tail.
    private const int Fewest = 24;

    // The shares through which the power goes.
    private const double Deep = 0.002;
    private const double Tail = 0.01;

    // The shares through which the line goes: the nearer has this many pairs a cluster of two faces and more.
    private const double PairsPerOwn = 8;
    private const double Wider = 10;
    private const double Widest = 0.3;
    private const double FewestPairs = 4.5;

    // Less than this is no number to be in proportion to.
    private const double FewestWrong = 0.1;

    private readonly double _distance;
    private readonly double _power;

    private StrangerTail(CosineCounts pairs, double share)
    {
        var near = Math.Min(share, Widest / 2);
        var far = Math.Min(Wider * near, Widest);
        var (first, second) = (Spread(pairs.Exceeded(near)), Spread(pairs.Exceeded(far)));
        var slope = (first - second) / (Deviations(near) - Deviations(far));
        _distance = DistanceAt(Tail);
        _power = Math.Log(Tail / Deep) / Math.Max(Math.Log(_distance / DistanceAt(Deep)), 1e-6);

        double DistanceAt(double part) => DistanceOf(first + (slope * (Deviations(part) - Deviations(near))));
    }

    /// <summary>Reads the clusters after some merges; null for fewer than 24.</summary>
    public static StrangerTail? Of(MergedFaces merged, int merges, WorkContext context)
    {
        var clusters = merged.Tree.Count - merges;
        if (clusters < Fewest) return null;
        var (means, several) = Means(merged.After(merges), merged.Tree.CutAfter(merges));
        var pairs = CosineCounts.OfMeans(means, context);
        var own = PairsPerOwn * several / ((clusters - 1) / 2.0);
        return new StrangerTail(pairs, Math.Max(Math.Max(Deep, own), FewestPairs / pairs.Pairs));
    }

    /// <summary>The share of pairs of strangers within a distance.</summary>
    public double ShareWithin(double distance) =>
        distance <= 0 ? 0 : Math.Min(1, Tail * Math.Pow(distance / _distance, _power));

    /// <summary>
    /// The wrong merges to be expected up to each merge: the pairs of clusters that chance brings within its height, the sum
    /// of K (K - 1) / 2 times what P rises by. Tracks that drift together are merged in later stages and no longer there to
    /// be read: what the model expects of these (<see cref="CutStage.LaterWrong"/>) is added at the cut, and in proportion
    /// elsewhere. Never more than there are merges.
    /// </summary>
    /// <param name="tree">A tree of average linkage on cosine distance.</param>
    /// <param name="cut">The cut whose clusters were read.</param>
    public double[] WrongMergesUpTo(Dendrogram tree, LikelihoodCut cut)
    {
        var upTo = new double[tree.Merges];
        double wrong = 0, before = 0;
        for (var t = 0; t < upTo.Length; t++)
        {
            double clusters = tree.Count - t;
            var share = ShareWithin(tree.Height[t]);
            wrong += clusters * (clusters - 1) / 2 * (share - before);
            before = share;
            upTo[t] = wrong;
        }

        var scale = cut.Weighed == 0 ? 1 : 1 + (cut.LaterWrong / Math.Max(upTo[cut.Weighed - 1], FewestWrong));
        for (var t = 0; t < upTo.Length; t++) upTo[t] = Math.Min(scale * upTo[t], t + 1);
        return upTo;
    }

    private static double Deviations(double share) => Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * share);

    // u: not infinite for copies, whose cosine is 1.
    private static double Spread(double cosine) =>
        Math.CopySign(Math.Sqrt(-Math.Log(Math.Max(1 - (cosine * cosine), 1e-12))), cosine);

    private static double DistanceOf(double spread) =>
        Math.Max(1 - Math.CopySign(Math.Sqrt(1 - Math.Exp(-spread * spread)), spread), 1e-9);

    // The mean rows of all clusters or of 1,500, evenly over their sizes, and the share of those of two faces and more.
    private static (FeatureMatrix Rows, double Several) Means(CutUnits units, int[] labels)
    {
        var sample = CosineCounts.Sample(units.Count);
        var place = new int[units.Count];
        Array.Fill(place, -1);
        for (var i = 0; i < sample.Length; i++) place[sample[i]] = i;
        var dimension = units.Rows.Dimension;
        var means = new float[sample.Length * dimension];
        var several = 0;
        for (var unit = 0; unit < units.Count; unit++)
        {
            // Labels are in the order of the sizes.
            if (place[labels[units.First[unit]]] is var at && at < 0) continue;
            if (units.Faces[unit] > 1) several++;
            RowArithmetic.Scale(
                units.Rows.Row(unit), units.LengthOf(unit) / units.Faces[unit], means.AsSpan(at * dimension, dimension));
        }

        return (new FeatureMatrix(means, sample.Length, dimension), several / (double)sample.Length);
    }
}
