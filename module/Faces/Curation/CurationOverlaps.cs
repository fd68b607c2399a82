using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Near duplicates of different identities, identities that overlap, and the figures of each identity.</summary>
internal static class CurationOverlaps
{
    // Between two looks at the token.
    private const int RowsAtATime = 64;

    /// <summary>The pairs of faces of different identities that are as similar as asked for, the most similar first.</summary>
    public static IReadOnlyList<NearDuplicate> Duplicates(
        FeatureMatrix unit, List<CuratedFaceResult> faces, IReadOnlyList<string?> identities, double similarity, WorkContext work)
    {
        if (faces.Count == 0) return [];
        int[] rows = [.. faces.Select(face => face.Face)];
        var graph = RadiusNeighbours.Search(unit.Gather(rows), Math.Max(1 - similarity, 1e-6), work);
        var found = new List<NearDuplicate>();
        for (var i = 0; i < rows.Length; i++)
        {
            foreach (var j in graph.Of(i))
            {
                if (j <= i || identities[rows[i]] == identities[rows[j]]) continue;
                found.Add(new NearDuplicate(rows[i], rows[j], TensorPrimitives.Dot(unit.Row(rows[i]), unit.Row(rows[j]))));
            }
        }

        return [.. found.OrderByDescending(pair => pair.Similarity).ThenBy(pair => pair.First).ThenBy(pair => pair.Second)];
    }

    /// <summary>The identities by ordinal name.</summary>
    public static IReadOnlyList<CuratedIdentityResult> Identities(
        FeatureMatrix unit, List<CuratedFaceResult> faces, IReadOnlyList<string?> identities, IReadOnlyList<NearDuplicate> duplicates,
        double similarity, WorkContext work)
    {
        var groups = faces.Where(face => face.Batch >= 0).GroupBy(face => identities[face.Face]!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (Name: group.Key, Faces: group.ToArray())).ToArray();
        var means = Array.ConvertAll(groups, group => Mean(unit, group.Faces));
        var overlaps = Overlaps(means, similarity, work);
        var doubled = duplicates.SelectMany(pair => new[] { pair.First, pair.Second }).ToHashSet();
        return
        [
            .. groups.Select((group, i) =>
            {
                var kept = group.Faces.Where(face => face.Verdict == CurationVerdict.Kept).ToArray();
                var clusters = kept.DistinctBy(face => face.Cluster).ToArray();
                return new CuratedIdentityResult(
                    group.Name, group.Faces[0].Batch, group.Faces.Length, kept.Length,
                    group.Faces.Count(face => face.Verdict == CurationVerdict.OtherIdentity),
                    group.Faces.Count(face => face.Verdict == CurationVerdict.ClusterTooSmall), clusters.Length,
                    clusters.Length == 0 ? null : kept.Length / (double)clusters.Sum(face => face.ClusterSize),
                    [.. overlaps[i].OrderByDescending(other => other.Similarity).ThenBy(other => other.Index)
                        .Select(other => (groups[other.Index].Name, other.Similarity))],
                    group.Faces.Count(face => doubled.Contains(face.Face)));
            }),
        ];
    }

    // The mean similarity of all pairs of two identities is the product of their means.
    private static float[]? Mean(FeatureMatrix unit, CuratedFaceResult[] faces)
    {
        var kept = faces.Where(face => face.Verdict == CurationVerdict.Kept).ToArray();
        if (kept.Length == 0) return null;
        var mean = new float[unit.Dimension];
        foreach (var face in kept) TensorPrimitives.Add(mean, unit.Row(face.Face), mean);
        TensorPrimitives.Divide(mean, kept.Length, mean);
        return mean;
    }

    private static List<(int Index, double Similarity)>[] Overlaps(float[]?[] means, double similarity, WorkContext work)
    {
        var overlaps = Array.ConvertAll(means, _ => new List<(int, double)>());
        for (var start = 0; start < means.Length; start += RowsAtATime)
        {
            work.ThrowIfCancelled();
            Parallel.For(start, Math.Min(means.Length, start + RowsAtATime), work.Parallel, i =>
            {
                for (var j = 0; j < means.Length; j++)
                {
                    if (j == i || means[i] is not { } one || means[j] is not { } other) continue;
                    var mean = TensorPrimitives.Dot(one, other);
                    if (mean >= similarity) overlaps[i].Add((j, mean));
                }
            });
        }

        return overlaps;
    }
}
