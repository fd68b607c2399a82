using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="Hdbscan"/>.</summary>
public sealed record HdbscanOptions
{
    /// <summary>The least size of a cluster that the usual packages have.</summary>
    public const int DefaultMinimumClusterSize = 5;

    /// <summary>The least number of faces that make a cluster, 2 or more.</summary>
    /// <exception cref="InputException"><c>MinimumClusterSizeInvalid</c>.</exception>
    public int MinimumClusterSize
    {
        get;
        init => field = value >= 2
            ? value
            : throw new InputException(
                "MinimumClusterSizeInvalid", FaultKind.InvalidArgument, $"A cluster has at least 2 faces, not {value}.", value);
    } = DefaultMinimumClusterSize;

    /// <summary>
    /// m: the core distance of a point is that to its m-th nearest, itself counted; null for the least size of a cluster, as
    /// the paper has it. scikit-learn counts as we do; the hdbscan package leaves the point out, so its m is one less.
    /// </summary>
    /// <exception cref="InputException"><c>MinimumPointsInvalid</c>.</exception>
    public int? MinimumPoints
    {
        get;
        init => field = value is { } points ? ClusteringRange.MinimumPoints(points) : null;
    }
}

/// <summary>
/// HDBSCAN (Campello, Moulavi and Sander 2013) on the Euclidean distance of unit features,
/// |x - y| = sqrt(2 - 2 x . y), as the usual packages take it: the minimum spanning tree of the mutual reachability
/// distance max(core(x), core(y), |x - y|), and of its components those of most excess of mass
/// (<see cref="CondensedTree"/>). Exact, O(N) memory. Noise points are clusters of one.
/// </summary>
/// <remarks>
/// Distances below what a product of float32 tells, 4.9e-4, count as that, so that copies have a density. The whole set
/// is no cluster, as in the paper, but where all faces are copies. The hdbscan package removes edges of equal length one
/// by one and may number a point among them otherwise.
/// </remarks>
public static class Hdbscan
{
    // sqrt(2 * 2^-23)
    private static readonly double LeastDistance = Math.Sqrt(2 * MathF.BitIncrement(1) - 2);

    /// <summary>Clusters points.</summary>
    /// <returns>Labels from 0 by falling size, and which points are noise.</returns>
    public static (int[] Labels, bool[] Noise) Cluster(FeatureMatrix unit, HdbscanOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var edges = MutualReachabilityTree.Of(unit, options.MinimumPoints ?? options.MinimumClusterSize, context);
        var distances = edges.Select(edge => (edge.A, edge.B, Distance: DistanceOf(edge.Similarity))).ToArray();
        var copies = distances.Length > 0 && distances.All(edge => edge.Distance <= LeastDistance);
        var found = copies
            ? new int[unit.Count]
            : new CondensedTree(unit.Count, distances, options.MinimumClusterSize).Select();
        return ClusterLabels.WithNoise(found);
    }

    private static double DistanceOf(float similarity) =>
        Math.Max(LeastDistance, Math.Sqrt(Math.Max(0, 2 - (2.0 * similarity))));
}
