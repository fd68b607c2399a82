using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// How well clusters agree with identities. Only points with a known identity count. With n_cl the points of cluster c
/// and identity l, and N, n_c, n_l the sums:
/// <list type="bullet">
/// <item>BCubed precision (3.17) <c>1/N sum n_cl^2 / n_c</c>, recall (3.18) <c>1/N sum n_cl^2 / n_l</c>, F (3.19) their
/// harmonic mean (Amigó et al. 2009).</item>
/// <item>Pairwise precision and recall: of the pairs in one cluster, and of one identity, the share that is both; 1
/// where there is no such pair. F is their harmonic mean.</item>
/// <item>NMI: mutual information over the arithmetic mean of the two entropies (and over their geometric mean, as
/// <see cref="NmiGeometric"/>); 1 when both are one group.</item>
/// </list>
/// </summary>
public sealed record ClusteringScore
{
    /// <summary>Points with a known identity.</summary>
    public required int Count { get; init; }

    /// <summary>Clusters that hold such points.</summary>
    public required int Clusters { get; init; }

    /// <summary>Identities.</summary>
    public required int Identities { get; init; }

    /// <summary>BCubed precision.</summary>
    public required double BCubedPrecision { get; init; }

    /// <summary>BCubed recall.</summary>
    public required double BCubedRecall { get; init; }

    /// <summary>BCubed F.</summary>
    public double BCubedF => HarmonicMean(BCubedPrecision, BCubedRecall);

    /// <summary>Pairwise precision.</summary>
    public required double PairwisePrecision { get; init; }

    /// <summary>Pairwise recall.</summary>
    public required double PairwiseRecall { get; init; }

    /// <summary>Pairwise F.</summary>
    public double PairwiseF => HarmonicMean(PairwisePrecision, PairwiseRecall);

    /// <summary>Normalized mutual information, arithmetic mean.</summary>
    public required double Nmi { get; init; }

    /// <summary>Normalized mutual information, geometric mean.</summary>
    public required double NmiGeometric { get; init; }

    /// <summary>Measures clusters against identities.</summary>
    /// <param name="clusters">One cluster a point, any numbers.</param>
    /// <param name="identities">One identity a point; negative where it is unknown.</param>
    /// <exception cref="InputException">
    /// <c>IdentityCountMismatch</c>: the lengths differ; <c>IdentityMissing</c>: no identity is known.
    /// </exception>
    public static ClusteringScore Measure(ReadOnlySpan<int> clusters, ReadOnlySpan<int> identities)
    {
        if (clusters.Length != identities.Length)
        {
            throw new InputException(
                "IdentityCountMismatch", FaultKind.InvalidData,
                $"There are {clusters.Length} clustered points and {identities.Length} identities.");
        }

        var table = Table(clusters, identities);
        if (table.Count == 0) throw new InputException("IdentityMissing", FaultKind.InvalidData, "No identity is known.");
        return Measure(table);
    }

    /// <summary>2 p r / (p + r); 0 when both are 0.</summary>
    internal static double HarmonicMean(double precision, double recall) =>
        precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;

    private static Dictionary<(int Cluster, int Identity), int> Table(
        ReadOnlySpan<int> clusters, ReadOnlySpan<int> identities)
    {
        var table = new Dictionary<(int, int), int>();
        for (var i = 0; i < clusters.Length; i++)
        {
            if (identities[i] < 0) continue;
            CollectionsMarshal.GetValueRefOrAddDefault(table, (clusters[i], identities[i]), out _)++;
        }

        return table;
    }

    private static ClusteringScore Measure(Dictionary<(int Cluster, int Identity), int> table)
    {
        var clusterSizes = Sums(table, key => key.Cluster);
        var identitySizes = Sums(table, key => key.Identity);
        double total = table.Values.Sum();
        double precision = 0, recall = 0, information = 0;
        long pairs = 0;
        foreach (var (key, count) in table)
        {
            double n = count;
            precision += n * n / clusterSizes[key.Cluster];
            recall += n * n / identitySizes[key.Identity];
            information += n / total * Math.Log(n * total / ((double)clusterSizes[key.Cluster] * identitySizes[key.Identity]));
            pairs += Pairs(count);
        }

        var clusterEntropy = Entropy(clusterSizes.Values, total);
        var identityEntropy = Entropy(identitySizes.Values, total);
        return new ClusteringScore
        {
            Count = (int)total,
            Clusters = clusterSizes.Count,
            Identities = identitySizes.Count,
            BCubedPrecision = precision / total,
            BCubedRecall = recall / total,
            PairwisePrecision = Share(pairs, clusterSizes.Values),
            PairwiseRecall = Share(pairs, identitySizes.Values),
            Nmi = Normalized(information, (clusterEntropy + identityEntropy) / 2, clusterEntropy + identityEntropy),
            NmiGeometric = Normalized(
                information, Math.Sqrt(clusterEntropy * identityEntropy), clusterEntropy + identityEntropy),
        };
    }

    private static Dictionary<int, int> Sums(
        Dictionary<(int Cluster, int Identity), int> table, Func<(int Cluster, int Identity), int> part)
    {
        var sums = new Dictionary<int, int>();
        foreach (var (key, count) in table)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums, part(key), out _) += count;
        }

        return sums;
    }

    private static double Share(long pairs, IEnumerable<int> sizes)
    {
        var all = sizes.Sum(Pairs);
        return all == 0 ? 1 : pairs / (double)all;
    }

    private static long Pairs(int count) => (long)count * (count - 1) / 2;

    private static double Entropy(IEnumerable<int> sizes, double total) =>
        -sizes.Sum(size => size / total * Math.Log(size / total));

    // Rounding alone can carry a perfect score past 1.
    private static double Normalized(double information, double mean, double sum) =>
        sum == 0 ? 1 : mean == 0 ? 0 : Math.Clamp(information / mean, 0, 1);
}
