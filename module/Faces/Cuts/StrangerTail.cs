using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// How near two people's clusters come by chance, P(d &lt; h), read off the mean cosine distances of the clusters of a cut: the
/// lower tail falls like a power, (h / h1)^m, fitted between the shares of .2 and 1 % of the pairs. Few clusters of one
/// person are among them, so the pairs are those of strangers.
/// </summary>
internal sealed class StrangerTail
{
    // Fewer clusters have too few pairs for a tail.
    private const int Fewest = 24;

    private const int MostClusters = 1500;
    private const double Deep = 0.002;

    // Of distances from 0 to 2.
    private const int Bins = 4096;
    private const double FewestPairs = 4.5;

    // Less than this is no number to be in proportion to.
    private const double FewestWrong = 0.1;

    private readonly double _share;
    private readonly double _distance;
    private readonly double _power;

    private StrangerTail(float[] distances)
    {
        var deep = Math.Max(Deep, FewestPairs / distances.Length);
        _share = Math.Min(5 * deep, 0.5);
        var lowest = Lowest(distances, At(_share) + 1);
        _distance = Math.Max(lowest[At(_share)], 1e-9);
        _power = Math.Log(_share / deep) / Math.Max(Math.Log(_distance / Math.Max(lowest[At(deep)], 1e-9)), 1e-6);

        int At(double share) => (int)(share * (distances.Length - 1));
    }

    // The lowest values in order, and more: all below the bin in which the last of them lies. Sorting a million distances
    // for a hundredth of them would take longer than the products that they are.
    private static float[] Lowest(float[] distances, int count)
    {
        var counts = new int[Bins];
        foreach (var distance in distances) counts[Bin(distance)]++;
        var (last, below) = (-1, 0);
        while (below < count) below += counts[++last];
        var lowest = new float[below];
        var filled = 0;
        foreach (var distance in distances)
        {
            if (Bin(distance) <= last) lowest[filled++] = distance;
        }

        Array.Sort(lowest);
        return lowest;

        static int Bin(float distance) => (int)Math.Clamp(distance * (Bins / 2f), 0, Bins - 1);
    }

    /// <summary>Reads the clusters after some merges; null for fewer than 24.</summary>
    public static StrangerTail? Of(FeatureMatrix unit, Dendrogram tree, int merges, WorkContext context)
    {
        if (tree.Count - merges < Fewest) return null;
        var means = Means(unit, tree.CutAfter(merges), tree.Count - merges);
        var distances = new float[(long)means.Count * (means.Count - 1) / 2];
        BlockProduct.ForEachRow(
            means, means, "Distances of clusters", context with { Device = ComputeDevice.Cpu }, (row, products) =>
            {
                var first = (long)row * (row - 1) / 2;
                for (var j = 0; j < row; j++) distances[first + j] = 1 - products[j];
            });
        return new StrangerTail(distances);
    }

    /// <summary>The share of pairs of strangers within a distance.</summary>
    public double ShareWithin(double distance) =>
        distance <= 0 ? 0 : Math.Min(1, _share * Math.Pow(distance / _distance, _power));

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

    // The mean rows of all clusters or of 1,500, evenly over their sizes.
    private static FeatureMatrix Means(FeatureMatrix unit, int[] labels, int clusters)
    {
        var taken = Math.Min(clusters, MostClusters);
        var place = new int[clusters];
        Array.Fill(place, -1);
        for (var i = 0; i < taken; i++) place[(int)((long)i * (clusters - 1) / Math.Max(taken - 1, 1))] = i;
        var sizes = new int[taken];
        foreach (var label in labels)
        {
            if (place[label] >= 0) sizes[place[label]]++;
        }

        var dimension = unit.Dimension;
        var means = new float[taken * dimension];
        for (var i = 0; i < labels.Length; i++)
        {
            if (place[labels[i]] is var at && at < 0) continue;
            var mean = means.AsSpan(at * dimension, dimension);
            TensorPrimitives.MultiplyAdd(unit.Row(i), 1f / sizes[at], mean, mean);
        }

        return new FeatureMatrix(means, taken, dimension);
    }
}
