using MathNet.Numerics.Statistics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Which clusters a person should look at first, and why.</summary>
public static class ClusterReview
{
    // Of a normal distribution one in two hundred lies below.
    private const double LowDeviations = 2.5;
    private const double DeviationOfMedian = 1.4826;

    private const int FewestClusters = 10;
    private const int FewestFaces = 3;

    // Of two clusters of one person the mean similarity is not far below that within the looser of them.
    private const double NearShare = 0.8;

    // Faces of a cluster of one person differ by less in their mean similarity to it, and so do its parts: of LFW's people
    // none has two parts of less than .6, and of video's, who are in tracks, one in six has some of less than .5.
    private const double MixedShare = 0.5;

    /// <summary>
    /// One text a cluster, null where there is nothing to look at: <c>low cohesion</c> (more than 2.5 deviations, by the
    /// median, below the clusters of three faces and more), <c>mixed cohesion</c> (the mean similarity of a tenth of its
    /// faces to the cluster is below half of its median one, or that between its two parts below half of theirs,
    /// <see cref="ClusterParts"/>), <c>N faces nearer to another cluster</c> (negative margins),
    /// <c>near cluster N</c> (the mean similarity to it is at least .8 of the smaller cohesion of the two).
    /// </summary>
    /// <param name="result">The clustering.</param>
    /// <param name="unit">The unit features.</param>
    /// <param name="context">Cancellation, threads.</param>
    public static string?[] Reasons(FaceClusteringResult result, FeatureMatrix unit, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(context);
        if (result.Statistics is not { } statistics) return new string?[result.ClusterCount];
        var low = LowCohesion(statistics.Clusters.Select(cluster => ((long)cluster.Size, cluster.Cohesion)));
        var members = new List<int>[result.ClusterCount];
        for (var cluster = 0; cluster < members.Length; cluster++) members[cluster] = [];
        for (var face = 0; face < result.Labels.Length; face++) members[result.Labels[face]].Add(face);
        var reasons = new string?[members.Length];
        Parallel.For(0, members.Length, context.Parallel, cluster =>
        {
            context.ThrowIfCancelled();
            reasons[cluster] = Reason(cluster, members[cluster], unit, statistics, low);
        });
        return reasons;
    }

    private static string? Reason(
        int cluster, List<int> members, FeatureMatrix unit, ClusterStatistics statistics, double low)
    {
        var clusters = statistics.Clusters;
        var faces = members.ConvertAll(face => statistics.Faces[face]);
        var summary = clusters[cluster];
        var reasons = new List<string>();
        if (IsLow(summary.Size, summary.Cohesion, low)) reasons.Add("low cohesion");
        if (IsMixed(faces) || HasParts(unit, members)) reasons.Add("mixed cohesion");
        var elsewhere = faces.Count(face => face.Margin < 0);
        if (elsewhere > 0) reasons.Add(FormattableString.Invariant($"{elsewhere} {(elsewhere == 1 ? "face" : "faces")} nearer to another cluster"));
        if (summary.NearestCluster >= 0)
        {
            if (IsNear(summary.NearestSimilarity, summary.Cohesion, clusters[summary.NearestCluster].Cohesion))
            {
                reasons.Add(FormattableString.Invariant($"near cluster {summary.NearestCluster}"));
            }
        }

        return reasons.Count == 0 ? null : string.Join(", ", reasons);
    }

    /// <summary>Whether a cluster of some faces is below <see cref="LowCohesion"/>.</summary>
    internal static bool IsLow(long size, double cohesion, double low) => size >= FewestFaces && cohesion < low;

    /// <summary>Whether two clusters of these cohesions are so similar that they may be one person.</summary>
    internal static bool IsNear(double similarity, double cohesion, double other) => similarity >= NearShare * Math.Min(cohesion, other);

    /// <summary>The cohesion below which a cluster is suspicious; negative infinity where the clusters are too few to tell.</summary>
    internal static double LowCohesion(IEnumerable<(long Size, double Cohesion)> clusters)
    {
        var cohesions = clusters.Where(cluster => cluster.Size >= FewestFaces).Select(cluster => cluster.Cohesion).ToArray();
        if (cohesions.Length < FewestClusters) return double.NegativeInfinity;
        var median = cohesions.Median();
        var deviation = DeviationOfMedian * cohesions.Select(cohesion => Math.Abs(cohesion - median)).Median();
        return median - (LowDeviations * deviation);
    }

    private static bool IsMixed(List<FaceStatistics> faces)
    {
        if (faces.Count < 2 * FewestFaces) return false;
        var cohesions = faces.Select(face => face.Cohesion).ToArray();
        return cohesions.Quantile(0.1) < MixedShare * cohesions.Median();
    }

    private static bool HasParts(FeatureMatrix unit, List<int> faces) =>
        faces.Count >= 2 * FewestFaces && ClusterParts.Likeness(unit, faces) < MixedShare;
}
