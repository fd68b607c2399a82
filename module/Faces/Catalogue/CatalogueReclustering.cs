using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Gives faces that are alone in their clusters another chance: each joins a larger cluster as a new face would,
/// <see cref="FaceAssignment"/>, and those that do not are clustered among themselves. Whatever holds two faces or has a
/// name stays as it is. A cluster's id goes to what it joins: of faces that come together, the smallest one stays.
/// </summary>
public static class CatalogueReclustering
{
    /// <summary>Clusters again the faces that are alone, not named and not put there by a person.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="options">Where to cut; whether anything is written.</param>
    /// <param name="renewCut">Whether the cut is chosen again.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <returns>The faces that were alone and are not now, and their clusters.</returns>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws.</exception>
    public static IReadOnlyList<(long Face, long Cluster)> Update(
        string path, CatalogueOptions options, bool renewCut, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        using var file = CatalogueFile.Open(
            path, options.Apply ? CatalogueUse.Write : CatalogueUse.Read, options.Wait, context.Cancellation);
        return file.Guard(() =>
        {
            var before = CatalogueSettings.Read(file);
            var settings = renewCut ? Cut(file, before, options, context) : before;
            var alone = file.Rows(
                "SELECT f.id, c.id FROM cluster c JOIN face f ON f.cluster = c.id "
                + "WHERE c.faces = 1 AND c.name IS NULL AND c.ignored = 0 AND f.pinned = 0 ORDER BY f.hash",
                row => (Face: row.GetInt64(0), Cluster: row.GetInt64(1)));
            var joined = Plan(file, settings, alone, context);
            if (options.Apply && (joined.Count > 0 || settings != before))
            {
                var change = new CatalogueChange(file, "Update-FaceCluster", settings.Dimension);
                settings.Write(file);
                Apply(change, alone, joined);
                file.Commit();
            }

            return (IReadOnlyList<(long, long)>)joined;
        });
    }

    /// <summary>Labels of average linkage on cosine similarity up to a threshold.</summary>
    internal static int[] Link(FeatureMatrix unit, double threshold, WorkContext context) => BilinearLinkage.Build(
        new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions { DistanceLimit = threshold }, context)
        .CutByThreshold(threshold);

    /// <summary>Where faces that are alone in their clusters belong, for those that belong elsewhere.</summary>
    internal static List<(long Face, long Cluster)> Plan(
        CatalogueFile file, CatalogueSettings settings, List<(long Face, long Cluster)> alone, WorkContext context)
    {
        if (settings.Threshold is not { } threshold || alone.Count == 0) return [];
        var own = alone.Select(one => one.Cluster).ToHashSet();
        var unit = CatalogueQueries.Features(file, alone.ConvertAll(one => one.Face), settings.Dimension, context);
        var clusters = ClusterSums.Read(file, settings.Dimension).Without(own);
        var rules = Rules(file, alone);
        var joined = new List<(long Face, long Cluster)>();
        var left = new List<int>();
        var assignments = clusters.Count == 0
            ? []
            : FaceAssignment.Assign(unit, clusters, threshold, rules, context);
        for (var k = 0; k < alone.Count; k++)
        {
            if (clusters.Count > 0
                && assignments[k].Place is >= 0 and var place) joined.Add((alone[k].Face, clusters.Ids[place]));
            else left.Add(k);
        }

        if (left.Count == 0) return joined;
        var rest = unit.Gather([.. left]);
        foreach (var group in ConstrainedLinkage.Groups(rest, Link(rest, threshold, context), threshold, rules.For(left),
            context))
        {
            var into = group.Min(member => alone[left[member]].Cluster);
            joined.AddRange(group.Select(member => (alone[left[member]].Face, into)).Where(one => group.Length > 1));
        }

        return joined;
    }

    /// <summary>Joins them.</summary>
    internal static void Apply(
        CatalogueChange change, IEnumerable<(long Face, long Cluster)> alone, IEnumerable<(long Face, long Cluster)> joined)
    {
        var own = alone.ToDictionary(one => one.Face, one => one.Cluster);
        foreach (var (face, cluster) in joined)
        {
            if (own[face] != cluster) change.MergeCluster(own[face], cluster);
        }
    }

    private static ApartRules Rules(CatalogueFile file, List<(long Face, long Cluster)> alone)
    {
        var rules = new ApartRules(alone.Count);
        var places = new Dictionary<long, int>();
        for (var k = 0; k < alone.Count; k++) places.Add(alone[k].Cluster, k);
        for (var k = 0; k < alone.Count; k++)
        {
            var (face, cluster) = alone[k];
            var forbidden = CatalogueQueries.ForbiddenClusters(file, face).Concat(file.Rows(
                "SELECT f.cluster FROM apart a JOIN face f ON f.id = a.face WHERE a.kind = 0 AND a.other = $0 AND f.cluster IS NOT NULL",
                row => row.GetInt64(0), cluster));
            foreach (var other in forbidden)
            {
                if (other == cluster) continue;
                if (places.TryGetValue(other, out var place)) rules.ForbidPair(k, place);
                else rules.Forbid(k, other);
            }

            if (file.Value("SELECT photograph FROM face WHERE id = $0", face) is not string photograph) continue;
            rules.SetPhotograph(k, photograph);
            foreach (var (_, taken) in CatalogueQueries.OfPhotograph(file, photograph))
            {
                if (!places.ContainsKey(taken)) rules.AddToPhotograph(photograph, taken);
            }
        }

        return rules;
    }

    private static CatalogueSettings Cut(CatalogueFile file, CatalogueSettings settings, CatalogueOptions options,
        WorkContext context)
    {
        var faces = file.Number("SELECT count(*) FROM face");
        if (options.Clustering.Cut is CutRule.Threshold given)
        {
            return settings.With(new CutAnswer("threshold", given.Distance, null, null), faces);
        }

        var ids = file.Rows("SELECT id FROM face WHERE cluster IS NOT NULL ORDER BY hash", row => row.GetInt64(0));
        if (ids.Count == 0) return settings;
        var unit = CatalogueQueries.Features(file, ids, settings.Dimension, context);
        var clustering = new FaceClusteringOptions { Cut = options.Clustering.Cut, Statistics = false };
        return settings.With(FaceClusterer.Cluster(unit, clustering, context).Cut!, faces);
    }
}
