namespace Thesis.Engine.Faces;

/// <summary>A clustering of faces.</summary>
/// <param name="Labels">One cluster a face, from 0 by falling size, ties by the smallest member.</param>
/// <param name="Noise">For DBSCAN and HDBSCAN, which faces are noise; else null.</param>
/// <param name="Tree">The whole tree of merges, for the linkage methods; else null.</param>
/// <param name="Cut">How the tree was cut, and what is to be expected of it; null where there is no tree.</param>
/// <param name="Statistics">Cohesion and margins, where they were asked for.</param>
public sealed record FaceClusteringResult(
    int[] Labels, bool[]? Noise, Dendrogram? Tree, CutAnswer? Cut, ClusterStatistics? Statistics)
{
    /// <summary>The number of clusters.</summary>
    public int ClusterCount => Labels.Length == 0 ? 0 : Labels.Max() + 1;

    /// <summary>The linkage distance of the cut; NaN where there is no tree.</summary>
    public double Threshold => Cut?.Threshold ?? double.NaN;

    /// <summary>The errors to be expected of every cut of the tree.</summary>
    public ExpectedErrors Expected { get; init; } = ExpectedErrors.Unknown;

    /// <summary>
    /// Whether a face belongs to nobody: noise, alone in its cluster, or nearer to another cluster than to its own.
    /// Without statistics only noise is known.
    /// </summary>
    public bool IsOutlier(int face) =>
        Noise?[face] == true
        || (Statistics is not null
            && (double.IsNaN(Statistics.Faces[face].Cohesion) || Statistics.Faces[face].Margin < 0));
}
