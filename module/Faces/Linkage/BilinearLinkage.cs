using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Exact average linkage (2.8, 3.1) of a bilinear similarity in memory linear in N.
/// <para>
/// The linkage of two clusters is the similarity of their mean rows, so a cluster is one row. Each cluster keeps a list
/// of its most similar clusters and a bound on everything that is not listed. While the best entry of a list reaches the
/// bound, the nearest neighbour is certain; only clusters whose bound no longer certifies it are compared with all
/// others again, by a blocked matrix product. Each round merges all pairs of mutual nearest neighbours, which is exact
/// because average linkage is reducible: such a pair stays one whatever else is merged. Below
/// <see cref="BilinearLinkageOptions.DenseCount"/> clusters the nearest-neighbour chain finishes.
/// </para>
/// <para>
/// Time is little more than one exact nearest-neighbour pass, N^2 D / 2 multiply-adds in the first scan; memory is the
/// rows and their lists (8 K bytes a point, and 16 K more in the first scan). Heights are 1 - s, in float32 precision
/// (about 1e-6); those of unit rows are 0 or more, and copies are merged at 0.
/// </para>
/// </summary>
public static class BilinearLinkage
{
    /// <summary>Builds the tree.</summary>
    /// <param name="similarity">The similarity; it is not changed.</param>
    /// <param name="options">The options.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    public static Dendrogram Build(
        BilinearSimilarity similarity, BilinearLinkageOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var builder = new DendrogramBuilder(similarity.Count, similarity.Paired ? double.NegativeInfinity : 0);
        if (similarity.Count < 2) return builder.Build(options.DistanceLimit);

        var clusters = new ClusterRows(similarity);
        if (!similarity.Paired) MergeDuplicates(clusters, builder);
        if (clusters.Alive > options.DenseCount) new CertifiedRounds(clusters, builder, options, context).Run();
        if (clusters.Alive <= options.DenseCount) FinishDense(clusters, builder, context);
        return builder.Build(options.DistanceLimit);
    }

    // Unit rows that are equal have the largest similarity there is, 1 but for rounding. Taken first, a thousand copies of
    // one picture do not have to be paired off round by round.
    private static void MergeDuplicates(ClusterRows clusters, DendrogramBuilder builder)
    {
        var (last, previous) = (new Dictionary<int, int>(), new int[clusters.Slots]);
        for (var slot = 0; slot < clusters.Slots; slot++)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(clusters.Row(slot)));
            ref var chain = ref CollectionsMarshal.GetValueRefOrAddDefault(last, hash.ToHashCode(), out var isKnown);
            var first = isKnown ? chain : -1;
            while (first >= 0 && !clusters.Row(first).SequenceEqual(clusters.Row(slot))) first = previous[first];
            if (first < 0)
            {
                (previous[slot], chain) = (isKnown ? chain : -1, slot);
                continue;
            }

            builder.Add(clusters.Point(first), clusters.Point(slot), 0);
            clusters.MergeEqual(first, slot);
        }

        clusters.Compact();
    }

    private static void FinishDense(ClusterRows clusters, DendrogramBuilder builder, WorkContext context)
    {
        if (clusters.Alive < 2) return;
        clusters.Compact();
        using var distances = CondensedDistances.From(clusters.Similarity(), DistanceTransform.OneMinus, context);
        CondensedLinkage.Link(
            distances, clusters.Sizes(), context,
            (a, b, distance) => builder.Add(clusters.Point(a), clusters.Point(b), distance));
    }
}
