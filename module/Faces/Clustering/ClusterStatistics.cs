using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How one face lies in a clustering.</summary>
/// <param name="Cohesion">Mean cosine similarity to the other faces of its cluster; NaN for a face alone.</param>
/// <param name="NearestCluster">The other cluster with the largest mean cosine similarity; -1 when there is none.</param>
/// <param name="NearestSimilarity">That similarity; NaN when there is none.</param>
public readonly record struct FaceStatistics(double Cohesion, int NearestCluster, double NearestSimilarity)
{
    /// <summary>
    /// Cohesion less the nearest cluster's similarity: below 0, the face lies nearer to another cluster than to its own
    /// (the sign of Rousseeuw's silhouette, 1987, on similarities). NaN for a face alone or without another cluster.
    /// </summary>
    public double Margin => Cohesion - NearestSimilarity;
}

/// <summary>What one cluster is like.</summary>
/// <param name="Size">Its faces.</param>
/// <param name="Medoid">The face with the largest mean cosine similarity to the cluster.</param>
/// <param name="Cohesion">Mean cosine similarity over all pairs of its faces; NaN for one face.</param>
/// <param name="NearestCluster">The cluster with the largest mean cosine similarity to it; -1 when there is none.</param>
/// <param name="NearestSimilarity">That similarity; NaN when there is none.</param>
public readonly record struct ClusterSummary(
    int Size, int Medoid, double Cohesion, int NearestCluster, double NearestSimilarity);

/// <summary>
/// Cohesion, margins, medoids and nearest clusters of a clustering of unit features, on cosine similarity whatever the
/// method was, so that methods can be compared. The mean similarity of a face to a cluster is its product with the
/// cluster's mean, so everything is one product of the N features with the C means, in blocks: O(N C D) time and
/// 96 MB beyond the means.
/// </summary>
public sealed class ClusterStatistics
{
    private ClusterStatistics(FaceStatistics[] faces, ClusterSummary[] clusters)
    {
        Faces = faces;
        Clusters = clusters;
    }

    /// <summary>One entry a face.</summary>
    public IReadOnlyList<FaceStatistics> Faces { get; }

    /// <summary>One entry a cluster.</summary>
    public IReadOnlyList<ClusterSummary> Clusters { get; }

    /// <summary>Measures a clustering.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="labels">N cluster numbers, from 0 without gaps.</param>
    /// <param name="context">Cancellation, progress, device.</param>
    public static ClusterStatistics Measure(FeatureMatrix unit, ReadOnlySpan<int> labels, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(context);
        if (labels.Length != unit.Count) throw new ArgumentException("One label a face is needed.", nameof(labels));
        var owned = labels.ToArray();
        var sizes = Sizes(owned);
        var means = Means(unit, owned, sizes);
        var faces = MeasureFaces(unit, owned, sizes, means, context);
        return new ClusterStatistics(faces, Summarize(owned, sizes, means, faces, context));
    }

    private static int[] Sizes(int[] labels)
    {
        var sizes = new int[labels.Length == 0 ? 0 : labels.Max() + 1];
        foreach (var label in labels) sizes[label]++;
        return sizes;
    }

    private static FeatureMatrix Means(FeatureMatrix unit, int[] labels, int[] sizes)
    {
        var dimension = unit.Dimension;
        var means = new float[(long)sizes.Length * dimension];
        for (var i = 0; i < labels.Length; i++)
        {
            var mean = means.AsSpan(labels[i] * dimension, dimension);
            TensorPrimitives.MultiplyAdd(unit.Row(i), 1f / sizes[labels[i]], mean, mean);
        }

        return new FeatureMatrix(means, sizes.Length, dimension);
    }

    private static FaceStatistics[] MeasureFaces(
        FeatureMatrix unit, int[] labels, int[] sizes, FeatureMatrix means, WorkContext context)
    {
        var faces = new FaceStatistics[unit.Count];
        BlockProduct.ForEachRow(unit, means, "Cluster statistics", context, (face, similarities) =>
        {
            var own = labels[face];
            var size = sizes[own];
            var cohesion = size == 1 ? double.NaN : ((similarities[own] * (double)size) - 1) / (size - 1);
            similarities[own] = float.NegativeInfinity;
            faces[face] = Nearest(similarities) is var nearest && nearest < 0
                ? new FaceStatistics(cohesion, -1, double.NaN)
                : new FaceStatistics(cohesion, nearest, similarities[nearest]);
        });
        return faces;
    }

    private static ClusterSummary[] Summarize(
        int[] labels, int[] sizes, FeatureMatrix means, FaceStatistics[] faces, WorkContext context)
    {
        var medoids = Medoids(labels, sizes.Length, faces);
        var clusters = new ClusterSummary[sizes.Length];
        BlockProduct.ForEachRow(means, means, "Cluster summary", context, (cluster, similarities) =>
        {
            var size = sizes[cluster];
            var cohesion = size == 1
                ? double.NaN
                : ((similarities[cluster] * (double)size) - 1) / (size - 1);
            similarities[cluster] = float.NegativeInfinity;
            var nearest = Nearest(similarities);
            clusters[cluster] = new ClusterSummary(
                size, medoids[cluster], cohesion, nearest, nearest < 0 ? double.NaN : similarities[nearest]);
        });
        return clusters;
    }

    private static int[] Medoids(int[] labels, int count, FaceStatistics[] faces)
    {
        var medoids = new int[count];
        Array.Fill(medoids, -1);
        for (var i = 0; i < labels.Length; i++)
        {
            var best = medoids[labels[i]];
            if (best < 0 || faces[i].Cohesion > faces[best].Cohesion) medoids[labels[i]] = i;
        }

        return medoids;
    }

    private static int Nearest(ReadOnlySpan<float> similarities) =>
        similarities.Length < 2 ? -1 : TensorPrimitives.IndexOfMax(similarities);
}
