namespace Thesis.Engine.Faces;

/// <summary>The clustering methods of chapters 2 and 3.</summary>
public enum ClusteringMethod
{
    /// <summary>Average linkage on cosine similarity (2.1, 2.8).</summary>
    Ahc,

    /// <summary>Average linkage on the Proximity-Aware similarity (2.4 to 2.9).</summary>
    Pahc,

    /// <summary>Deep Density Clustering: average linkage on the density similarity (3.3 to 3.12).</summary>
    Ddc,

    /// <summary>Deep Density Clustering with negative set mining (3.13 to 3.15).</summary>
    DdcNeg,

    /// <summary>Approximate rank order (Otto, Wang and Jain 2018).</summary>
    Aro,

    /// <summary>Density-based clustering with noise (Ester et al. 1996) on cosine distance.</summary>
    Dbscan,

    /// <summary>k-means (Lloyd 1982).</summary>
    KMeans,
}
