using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// What tells clusters apart: a face of the one that is said not to be of the other, two faces that are said to be of two people,
/// a photograph that shows both.
/// </summary>
internal static class ClusterConflicts
{
    /// <summary>Fails where two of some clusters are told apart.</summary>
    /// <exception cref="InputException"><c>ClusterApart</c>.</exception>
    public static void RequireNone(CatalogueFile file, List<CatalogueCluster> clusters)
    {
        foreach (var (a, b) in clusters.SelectMany(a =>
            clusters.Where(b => b.Cluster != a.Cluster).Select(b => (a.Cluster, b.Cluster))))
        {
            var reason = file.Number(
                "SELECT count(*) FROM apart p JOIN face f ON f.id = p.face WHERE p.kind = 0 AND f.cluster = $0 AND p.other = $1", a, b) > 0
                ? "a face of the one is said not to be of the other"
                : file.Number(
                    "SELECT count(*) FROM apart p JOIN face f ON f.id = p.face JOIN face g ON g.id = p.other "
                    + "WHERE p.kind = 1 AND f.cluster = $0 AND g.cluster = $1", a, b) > 0
                ? "two of their faces are said to be of two people"
                : file.Value(
                    "SELECT f.photograph FROM face f JOIN face g ON g.photograph = f.photograph WHERE f.cluster = $0 AND g.cluster = $1 LIMIT 1", a, b) is string photograph
                ? $"'{photograph}' shows both"
                : null;
            if (reason is null) continue;
            throw new InputException(
                "ClusterApart", FaultKind.InvalidArgument,
                    $"Clusters {a} and {b} are two people: {reason}. -Force merges them in spite of that.", b);
        }
    }

    /// <summary>Forgets what tells some clusters apart.</summary>
    public static void Forget(CatalogueFile file, List<CatalogueCluster> clusters)
    {
        foreach (var (a, b) in clusters.SelectMany(a =>
            clusters.Where(b => b.Cluster != a.Cluster).Select(b => (a.Cluster, b.Cluster))))
        {
            file.Run("DELETE FROM apart WHERE kind = 0 AND other = $1 AND face IN (SELECT id FROM face WHERE cluster = $0)", a, b);
            file.Run(
                "DELETE FROM apart WHERE kind = 1 AND face IN (SELECT id FROM face WHERE cluster = $0) "
                + "AND other IN (SELECT id FROM face WHERE cluster = $1)", a, b);
        }
    }
}
