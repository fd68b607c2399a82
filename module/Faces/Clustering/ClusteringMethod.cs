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

    /// <summary>Hierarchical density-based clustering (Campello, Moulavi and Sander 2013).</summary>
    Hdbscan,

    /// <summary>Chinese whispers (Biemann 2006) on the graph of near faces.</summary>
    ChineseWhispers,

    /// <summary>Conditional pairwise clustering (Shi, Otto and Jain 2018).</summary>
    ConPaC,

    /// <summary>Affinity propagation (Frey and Dueck 2007).</summary>
    AffinityPropagation,

    /// <summary>FC-ES: links that stop early, and the map equation (Liu 2024).</summary>
    FcEs,

    /// <summary>k-means (Lloyd 1982).</summary>
    KMeans,

    /// <summary>Sparse subspace clustering by orthogonal matching pursuit (You, Robinson and Vidal 2016).</summary>
    SscOmp,
}

/// <summary>What a method is called, and what it wants to be told of where to cut.</summary>
public static class ClusteringMethodExtensions
{
    /// <summary>Its name as the field and the cmdlets write it.</summary>
    public static string Name(this ClusteringMethod method) => method switch
    {
        ClusteringMethod.DdcNeg => "DDC-NEG",
        ClusteringMethod.FcEs => "FC-ES",
        ClusteringMethod.SscOmp => "SSC-OMP",
        ClusteringMethod.Ahc or ClusteringMethod.Pahc or ClusteringMethod.Ddc or ClusteringMethod.Aro
            or ClusteringMethod.Dbscan or ClusteringMethod.Hdbscan => method.ToString().ToUpperInvariant(),
        _ => method.ToString(),
    };

    /// <summary>Whether it builds a tree of merges, which is cut.</summary>
    public static bool HasTree(this ClusteringMethod method) => method
        is ClusteringMethod.Ahc or ClusteringMethod.Pahc or ClusteringMethod.Ddc or ClusteringMethod.DdcNeg
        or ClusteringMethod.Aro;

    /// <summary>Whether it needs a number of clusters.</summary>
    public static bool NeedsCount(this ClusteringMethod method) => method is ClusteringMethod.KMeans or ClusteringMethod.SscOmp;
}
