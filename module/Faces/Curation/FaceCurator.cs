using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Curates labelled faces (section 2.5.1): the identities, in ordinal order, are taken 50 at a time, or fewer, so that the batches are about as large; the faces of a batch are clustered by
/// PAHC, average linkage on exp(-s_PA) up to eta; a cluster whose most frequent identity has fewer images than asked for is dropped,
/// and of the others the faces of that identity are kept. What lies in a cluster of another identity, or in none that is
/// large enough, is dropped.
/// </summary>
public static class FaceCurator
{
    // K' in images of an identity, where none is given.
    private const double NegativesPerImage = 1.5;

    /// <summary>Curates faces.</summary>
    /// <param name="unit">N features of unit length.</param>
    /// <param name="identities">N identities; null or empty where unknown.</param>
    /// <param name="options">The options.</param>
    /// <param name="store">Where the clusters of batches are kept; null for nowhere.</param>
    /// <param name="work">Cancellation, progress, threads.</param>
    /// <exception cref="InputException"><c>IdentityMissing</c>: no face has one; <c>OptionOutOfRange</c>; <c>MemoryInsufficient</c>.</exception>
    public static CurationResult Curate(
        FeatureMatrix unit, IReadOnlyList<string?> identities, CurationOptions options, CurationBatchStore? store, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(identities);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        if (options.ShardIndex < 0 || options.ShardIndex >= options.ShardCount)
        {
            throw OptionRange.OutOfRange(
                string.Create(CultureInfo.InvariantCulture, $"Shard {options.ShardIndex} of {options.ShardCount}: the index counts from 0 and must be below the count."),
                options.ShardIndex);
        }

        var batches = Batches(identities, options.BatchSize);
        if (batches.Count == 0) throw new InputException("IdentityMissing", FaultKind.InvalidData, "No face has an identity to curate by.");
        var mine = Enumerable.Range(0, batches.Count).Where(batch => batch % options.ShardCount == options.ShardIndex).ToArray();
        var faces = new List<CuratedFaceResult>();
        var (resumed, small) = (0, 0);
        for (var i = 0; i < mine.Length; i++)
        {
            work.ThrowIfCancelled();
            work.Report("Curating batches", i, mine.Length);
            var rows = batches[mine[i]];
            var clusters = Clusters(unit.Gather(rows), mine[i], ForBatch(options, rows, identities), store, work, ref resumed, ref small);
            Judge(rows, mine[i], clusters, identities, options.MinimumImages, faces);
        }

        work.Report("Curating batches", mine.Length, mine.Length);
        if (small > 0)
        {
            work.Warning?.Invoke(
                $"K' looks too small in {small} of {mine.Length} batches: it must exceed the images of the largest identity (-NegativeOffset).");
        }

        if (options.ShardIndex == 0) AddUnknown(identities, faces);
        faces.Sort((a, b) => a.Face.CompareTo(b.Face));
        var duplicates = CurationOverlaps.Duplicates(unit, faces, identities, options.DuplicateSimilarity, work);
        return new CurationResult(
            faces, CurationOverlaps.Identities(unit, faces, identities, duplicates, options.OverlapSimilarity, work), duplicates, batches.Count, resumed);
    }

    // The order of the faces in the set does not matter but for their order in a batch.
    private static List<int[]> Batches(IReadOnlyList<string?> identities, int size)
    {
        var faces = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < identities.Count; i++)
        {
            if (string.IsNullOrEmpty(identities[i])) continue;
            if (!faces.TryGetValue(identities[i]!, out var list)) faces.Add(identities[i]!, list = []);
            list.Add(i);
        }

        // A remainder of a few identities would have few faces to tell from: all batches are about as large.
        var count = (faces.Count + size - 1) / size;
        return
        [
            .. faces.Values.Select((list, i) => (Batch: (int)((long)i * count / faces.Count), Faces: list)).GroupBy(identity => identity.Batch)
                .Select(batch => batch.SelectMany(identity => identity.Faces).ToArray()),
        ];
    }

    // Where K' exceeds the identities by far, the faces of others near by are no negatives, and people are merged; a large identity that is
    // split by a small K' loses nothing here. The labels, wrong ones included, tell how large identities are.
    private static CurationOptions ForBatch(CurationOptions options, int[] rows, IReadOnlyList<string?> identities)
    {
        var set = options.ProximityAware;
        var mean = rows.Length / (double)rows.Select(row => identities[row]).Distinct(StringComparer.Ordinal).Count();
        var half = Math.Max(1, rows.Length / 2);
        var neighbours = Math.Min(set.Neighbours ?? ProximityAwareOptions.DefaultNeighbours, half);
        var from = set.NegativesFrom is { } given
            ? Math.Min(given, rows.Length)
            : Math.Min(half, Math.Min(ProximityAwareOptions.DefaultNegativesFrom, (int)(NegativesPerImage * mean)));
        return options with { ProximityAware = set with { Neighbours = neighbours, NegativesFrom = Math.Max(from, neighbours + 1) } };
    }

    private static int[] Clusters(
        FeatureMatrix unit, int batch, CurationOptions options, CurationBatchStore? store, WorkContext work, ref int resumed, ref int small)
    {
        if (store?.Find(batch, unit, options) is { } found)
        {
            resumed++;
            return found;
        }

        var warnings = 0;
        var clustering = new FaceClusteringOptions
        {
            Method = ClusteringMethod.Pahc,
            ProximityAware = options.ProximityAware,
            Transform = DistanceTransform.Exponential,
            Cut = new CutRule.Threshold(options.Eta),
            Statistics = false,
        };

        // Of a thousand batches the same sentence would come a thousand times.
        var clusters = FaceClusterer.Cluster(unit, clustering, work with { Warning = _ => warnings++ }).Labels;
        if (warnings > 0) small++;
        store?.Keep(batch, unit, options, clusters);
        return clusters;
    }

    private static void Judge(
        int[] rows, int batch, int[] clusters, IReadOnlyList<string?> identities, int minimum, List<CuratedFaceResult> faces)
    {
        foreach (var cluster in Enumerable.Range(0, rows.Length).GroupBy(i => clusters[i]))
        {
            int[] members = [.. cluster.Select(i => rows[i])];

            // Of equally frequent ones the first by name, whatever the order of the faces.
            var majority = members.GroupBy(row => identities[row]!, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First();
            var count = majority.Count();
            faces.AddRange(members.Select(row => new CuratedFaceResult(
                row, batch, cluster.Key, members.Length, majority.Key, count,
                count < minimum ? CurationVerdict.ClusterTooSmall
                : identities[row] == majority.Key ? CurationVerdict.Kept : CurationVerdict.OtherIdentity)));
        }
    }

    private static void AddUnknown(IReadOnlyList<string?> identities, List<CuratedFaceResult> faces)
    {
        for (var i = 0; i < identities.Count; i++)
        {
            if (string.IsNullOrEmpty(identities[i])) faces.Add(new CuratedFaceResult(i, -1, -1, 0, "", 0, CurationVerdict.IdentityMissing));
        }
    }
}
