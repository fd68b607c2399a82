using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="Dbscan"/>.</summary>
public sealed record DbscanOptions
{
    /// <summary>The least number of points of a core.</summary>
    public const int DefaultMinimumPoints = 2;

    /// <summary>The radius, a cosine distance in (0, 2].</summary>
    /// <exception cref="InputException"><c>RadiusInvalid</c>.</exception>
    public double Radius
    {
        get;
        init => field = ClusteringRange.Radius(value);
    } = DensityOptions.DefaultEpsilon;

    /// <summary>The points, itself included, that a core point has within the radius; 1 or more.</summary>
    /// <exception cref="InputException"><c>MinimumPointsInvalid</c>.</exception>
    public int MinimumPoints
    {
        get;
        init => field = ClusteringRange.MinimumPoints(value);
    } = DefaultMinimumPoints;
}

/// <summary>
/// DBSCAN (Ester, Kriegel, Sander and Xu 1996) on cosine distance. A core point has enough points within the radius
/// (1 - x . y &lt; radius); cores within the radius of each other share a cluster, and a border point joins the cluster of
/// its nearest core. Noise points are clusters of one, so that every point has a cluster and BCubed is defined.
/// </summary>
public static class Dbscan
{
    /// <summary>Clusters points.</summary>
    /// <returns>Labels from 0 by falling size, and which points are noise.</returns>
    public static (int[] Labels, bool[] Noise) Cluster(FeatureMatrix unit, DbscanOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var graph = RadiusNeighbours.Search(unit, options.Radius, context);
        var core = new bool[unit.Count];
        for (var i = 0; i < core.Length; i++) core[i] = graph.Of(i).Length >= options.MinimumPoints;

        var sets = new DisjointSets(unit.Count);
        var noise = new bool[unit.Count];
        for (var i = 0; i < core.Length; i++)
        {
            if (core[i]) JoinCores(graph, core, sets, i);
            else if (NearestCore(graph, core, i) is var nearest && nearest >= 0) sets.Union(i, nearest);
            else noise[i] = true;
        }

        var roots = new int[unit.Count];
        for (var i = 0; i < roots.Length; i++) roots[i] = sets.Find(i);
        return (ClusterLabels.BySize(roots), noise);
    }

    private static void JoinCores(NeighbourGraph graph, bool[] core, DisjointSets sets, int point)
    {
        foreach (var neighbour in graph.Of(point))
        {
            if (core[neighbour]) sets.Union(point, neighbour);
        }
    }

    // The lists are sorted by falling similarity.
    private static int NearestCore(NeighbourGraph graph, bool[] core, int point)
    {
        foreach (var neighbour in graph.Of(point))
        {
            if (core[neighbour]) return neighbour;
        }

        return -1;
    }
}
