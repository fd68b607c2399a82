namespace Thesis.Cmdlets;

/// <summary>How well a clustering agrees with the identities: what Measure-FaceClustering emits.</summary>
public sealed record FaceClusteringScore
{
    /// <summary>
    /// What was measured: <c>given</c> for clusters as they came, <c>oracle</c> for the cut with the best BCubed F,
    /// <c>recall 0.80</c> for the cut with the best BCubed precision among those of at least that BCubed recall.
    /// </summary>
    public required string OperatingPoint { get; init; }

    /// <summary>The linkage distance of the cut; empty for clusters as they came.</summary>
    public double? Threshold { get; init; }

    /// <summary>The number of clusters.</summary>
    public required int Clusters { get; init; }

    /// <summary>The number of identities.</summary>
    public required int Identities { get; init; }

    /// <summary>The faces measured: those with a known identity.</summary>
    public required int Count { get; init; }

    /// <summary>BCubed precision (3.17).</summary>
    public required double BCubedPrecision { get; init; }

    /// <summary>BCubed recall (3.18).</summary>
    public required double BCubedRecall { get; init; }

    /// <summary>BCubed F-measure (3.19).</summary>
    public required double BCubedF { get; init; }

    /// <summary>Precision over pairs of faces.</summary>
    public required double PairwisePrecision { get; init; }

    /// <summary>Recall over pairs of faces.</summary>
    public required double PairwiseRecall { get; init; }

    /// <summary>F-measure over pairs of faces.</summary>
    public required double PairwiseF { get; init; }

    /// <summary>Normalized mutual information, by the arithmetic mean of the two entropies.</summary>
    public required double Nmi { get; init; }

    /// <summary>Where the faces come from, where they say so.</summary>
    public string? Source { get; init; }
}
