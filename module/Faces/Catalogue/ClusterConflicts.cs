using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// What tells clusters apart: a face of the one that is said not to be of the other, two faces that are said to be of two people,
/// a photograph that shows both.
/// </summary>
internal static class ClusterConflicts
{
    private const string NotOfCluster =
        "SELECT count(*) FROM apart p JOIN face f ON f.id = p.face WHERE p.kind = 0 AND f.cluster = $0 AND p.other = $1";

    private const string TwoPeople =
        "SELECT count(*) FROM apart p JOIN face f ON f.id = p.face JOIN face g ON g.id = p.other "
        + "WHERE p.kind = 1 AND f.cluster = $0 AND g.cluster = $1";

    private const string Photograph =
        "SELECT f.photograph FROM face f JOIN face g ON g.photograph = f.photograph WHERE f.cluster = $0 AND g.cluster = $1 LIMIT 1";

    /// <summary>Fails where two of some clusters are told apart.</summary>
    /// <exception cref="InputException"><c>ClusterApart</c>.</exception>
    public static void RequireNone(CatalogueFile file, List<CatalogueCluster> clusters)
    {
        foreach (var (a, b) in Pairs(clusters))
        {
            if (Reason(file, a, b) is not { } reason) continue;
            throw new InputException(
                "ClusterApart", FaultKind.InvalidArgument,
                $"Clusters {a} and {b} are two people: {reason}. -Force merges them in spite of that.", b);
        }
    }

    /// <summary>Forgets what tells some clusters apart.</summary>
    public static void Forget(CatalogueFile file, List<CatalogueCluster> clusters)
    {
        foreach (var (a, b) in Pairs(clusters))
        {
            file.Run("DELETE FROM apart WHERE kind = 0 AND other = $1 AND face IN (SELECT id FROM face WHERE cluster = $0)", a, b);
            file.Run(
                "DELETE FROM apart WHERE kind = 1 AND face IN (SELECT id FROM face WHERE cluster = $0) "
                + "AND other IN (SELECT id FROM face WHERE cluster = $1)", a, b);
        }
    }

    // In both orders: a face of either may be said not to be of the other.
    private static IEnumerable<(long First, long Second)> Pairs(List<CatalogueCluster> clusters) =>
        clusters.SelectMany(a => clusters.Where(b => b.Cluster != a.Cluster).Select(b => (a.Cluster, b.Cluster)));

    private static string? Reason(CatalogueFile file, long a, long b)
    {
        if (file.Number(NotOfCluster, a, b) > 0) return "a face of the one is said not to be of the other";
        if (file.Number(TwoPeople, a, b) > 0) return "two of their faces are said to be of two people";
        return file.Value(Photograph, a, b) is string photograph ? $"'{photograph}' shows both" : null;
    }
}
