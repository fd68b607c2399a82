using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The names of clusters: one each, and no two alike.</summary>
internal static class ClusterNames
{
    /// <summary>The cluster that stays of a merge: the only one with a name, else the largest, ties by the id.</summary>
    /// <exception cref="InputException"><c>ClusterNamesDiffer</c>.</exception>
    public static long Keeper(List<CatalogueCluster> clusters)
    {
        var names = clusters.Where(cluster => cluster.Name is not null).ToList();
        if (names.Count > 1)
        {
            throw new InputException(
                "ClusterNamesDiffer", FaultKind.InvalidArgument,
                $"Two of these clusters have names, '{names[0].Name}' and '{names[1].Name}': -Into says which one stays.",
                    names[1].Cluster);
        }

        return names is [var named] ? named.Cluster
            : clusters.OrderByDescending(cluster => cluster.Faces).ThenBy(cluster => cluster.Cluster).First().Cluster;
    }

    /// <summary>Fails where a name is another cluster's, or would be that of several.</summary>
    /// <exception cref="InputException"><c>ClusterNameTaken</c>.</exception>
    public static void RequireFree(CatalogueFile file, IReadOnlyList<long> clusters, string name)
    {
        if (clusters.Count != 1)
        {
            throw new InputException(
                "ClusterNameTaken", FaultKind.InvalidArgument,
                    $"{clusters.Count} clusters cannot all be '{name}'. Merge-FaceCluster makes one of them.", name);
        }

        if (!CatalogueQueries.Names(file).TryGetValue(name, out var taken) || taken == clusters[0]) return;
        throw new InputException(
            "ClusterNameTaken", FaultKind.AlreadyExists,
            string.Create(CultureInfo.InvariantCulture,
                $"Cluster {taken} is '{name}' already. Merge-FaceCluster makes one of it and cluster {clusters[0]}."), name);
    }
}
