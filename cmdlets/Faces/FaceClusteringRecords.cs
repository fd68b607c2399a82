using System.Globalization;
using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>A clustering as public records.</summary>
internal static class FaceClusteringRecords
{
    private static readonly HashSet<string> Own = new(
        typeof(ClusteredFace).GetProperties().Select(property => property.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>The properties of the source that the records of its faces cannot have: those of names that are taken.</summary>
    public static IEnumerable<string> Hidden(FeatureSet faces) => faces.Properties.Select(property => property.Name)
        .Where(name => name.Length > 0 && (Own.Contains(name) || !NoteName.IsFree(name)));

    /// <summary>One record a face, in the order of the source, with the properties that the source gives it.</summary>
    public static IEnumerable<PSObject> Faces(FeatureSet faces, FaceClusteringResult result)
    {
        var columns = faces.Columns?.ToString();
        for (var i = 0; i < result.Labels.Length; i++)
        {
            var statistics = result.Statistics?.Faces[i];
            var face = new PSObject(new ClusteredFace
            {
                Index = faces.RowOf(i),
                Id = IdOf(faces, i),
                Cluster = result.Labels[i],
                Cohesion = Known(statistics?.Cohesion),
                Margin = Known(statistics?.Margin),
                NearestCluster = statistics is { NearestCluster: >= 0 and var nearest } ? nearest : null,
                Outlier = result.IsOutlier(i),
                Identity = faces.Identities?[i] is { Length: > 0 } identity ? identity : null,
                Source = faces.Source,
                FeatureColumns = columns,
            });
            foreach (var property in faces.Properties)
            {
                if (!NoteName.IsFree(property.Name) || face.Properties[property.Name] is not null) continue;
                face.Properties.Add(new PSNoteProperty(property.Name, property.Values[i]));
            }

            yield return face;
        }
    }

    /// <summary>One record a cluster, the largest first.</summary>
    public static IEnumerable<FaceCluster> Clusters(FeatureSet faces, FaceClusteringResult result, string?[] reviews)
    {
        var statistics = result.Statistics!;
        var columns = faces.Columns?.ToString();
        var majorities = Majorities(faces.Identities, result);
        for (var cluster = 0; cluster < statistics.Clusters.Count; cluster++)
        {
            var summary = statistics.Clusters[cluster];
            yield return new FaceCluster
            {
                Cluster = cluster,
                Size = summary.Size,
                MedoidId = IdOf(faces, summary.Medoid),
                MedoidIndex = faces.RowOf(summary.Medoid),
                Cohesion = Known(summary.Cohesion),
                NearestCluster = summary.NearestCluster >= 0 ? summary.NearestCluster : null,
                NearestSimilarity = Known(summary.NearestSimilarity),
                Identity = majorities?[cluster].Identity,
                Purity = majorities?[cluster].Share,
                Review = reviews[cluster],
                CutRule = result.Cut?.Rule,
                Threshold = result.Cut is { Threshold: > double.NegativeInfinity and var threshold } ? threshold : null,
                ExpectedWrongMerges = result.Cut?.WrongMerges,
                ExpectedSplits = result.Cut?.Splits,
                Source = faces.Source,
                FeatureColumns = columns,
            };
        }
    }

    private static string IdOf(FeatureSet faces, int index) =>
        faces.Ids?[index] ?? faces.RowOf(index).ToString(CultureInfo.InvariantCulture);

    private static double? Known(double? value) => value is { } number && !double.IsNaN(number) ? number : null;

    private static (string? Identity, double? Share)[]? Majorities(string?[]? identities, FaceClusteringResult result)
    {
        if (identities is null) return null;
        var majorities = new (string?, double?)[result.ClusterCount];
        var known = Enumerable.Range(0, identities.Length).Where(i => !string.IsNullOrEmpty(identities[i]));
        foreach (var cluster in known.GroupBy(i => result.Labels[i], i => identities[i]!))
        {
            var members = cluster.ToList();
            var most = members.GroupBy(identity => identity, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First();
            majorities[cluster.Key] = (most.Key, most.Count() / (double)members.Count);
        }

        return majorities;
    }
}
