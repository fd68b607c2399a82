namespace Thesis.Engine.Faces;

/// <summary>A clustering method, its parameters and its operating point. Only the method's own parameters are read.</summary>
public sealed record FaceClusteringOptions
{
    /// <summary>The method.</summary>
    public ClusteringMethod Method { get; init; } = ClusteringMethod.Ahc;

    /// <summary>How the operating point is chosen; a method with neither tree nor count has its parameters.</summary>
    public CutRule Cut { get; init; } = new CutRule.Likelihood();

    /// <summary>The parameters of <see cref="ClusteringMethod.Pahc"/>.</summary>
    public ProximityAwareOptions ProximityAware { get; init; } = new();

    /// <summary>How a Proximity-Aware similarity becomes a distance.</summary>
    public DistanceTransform Transform { get; init; } = DistanceTransform.OneMinus;

    /// <summary>The parameters of <see cref="ClusteringMethod.Ddc"/>.</summary>
    public DensityOptions Density { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.DdcNeg"/>.</summary>
    public DensityNegativeOptions DensityNegative { get; init; } = new();

    /// <summary>Whether DDC and DDC-NEG read epsilon off the set, <see cref="MeasuredRadii"/>.</summary>
    public bool MeasureEpsilon { get; init; }

    /// <summary>Whether DDC-NEG reads eta off the set.</summary>
    public bool MeasureEta { get; init; }

    /// <summary>The parameters of <see cref="ClusteringMethod.Aro"/>.</summary>
    public RankOrderOptions RankOrder { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.Dbscan"/>.</summary>
    public DbscanOptions Dbscan { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.Hdbscan"/>.</summary>
    public HdbscanOptions Hdbscan { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.ChineseWhispers"/>.</summary>
    public ChineseWhispersOptions ChineseWhispers { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.ConPaC"/>.</summary>
    public ConditionalPairsOptions ConditionalPairs { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.AffinityPropagation"/>.</summary>
    public AffinityPropagationOptions AffinityPropagation { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.FcEs"/>.</summary>
    public EarlyStoppingOptions EarlyStopping { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.SscOmp"/>; its k comes from <see cref="Cut"/>.</summary>
    public SubspaceOptions Subspace { get; init; } = new();

    /// <summary>The parameters of <see cref="ClusteringMethod.KMeans"/>; its k comes from <see cref="Cut"/>.</summary>
    public KMeansOptions KMeans { get; init; } = new();

    /// <summary>The seed of the baselines' draws and of PAHC's and DDC-NEG's; no cut depends on it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Whether cohesion, margins, medoids and nearest clusters are measured: one more product of N x C.</summary>
    public bool Statistics { get; init; } = true;
}
