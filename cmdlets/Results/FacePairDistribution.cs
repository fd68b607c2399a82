namespace Thesis.Cmdlets;

/// <summary>How far apart the faces of one subject, and of two, lie: what Measure-FacePair emits.</summary>
public sealed record FacePairDistribution
{
    /// <summary>The subjects that were looked at.</summary>
    public required int Subjects { get; init; }

    /// <summary>Their faces.</summary>
    public required int Count { get; init; }

    /// <summary>The pairs of two faces of one subject.</summary>
    public required long MatchedPairs { get; init; }

    /// <summary>The pairs of faces of two subjects.</summary>
    public required long MismatchedPairs { get; init; }

    /// <summary>The mean cosine distance of matched pairs, every subject counted alike.</summary>
    public required double MatchedMean { get; init; }

    /// <summary>The standard deviation of the distance of matched pairs.</summary>
    public required double MatchedDeviation { get; init; }

    /// <summary>The mean cosine distance of mismatched pairs.</summary>
    public required double MismatchedMean { get; init; }

    /// <summary>The standard deviation of the distance of mismatched pairs.</summary>
    public required double MismatchedDeviation { get; init; }

    /// <summary>The maximum likelihood estimate of the distance of matched pairs (3.2): Epsilon of DDC.</summary>
    public required double Epsilon { get; init; }

    /// <summary>The distance of least Bayes risk between matched and mismatched pairs: Eta of DDC-NEG.</summary>
    public required double Eta { get; init; }

    /// <summary>The share of matched pairs beyond Eta.</summary>
    public required double FalseNonMatchRate { get; init; }

    /// <summary>The share of mismatched pairs within Eta.</summary>
    public required double FalseMatchRate { get; init; }

    /// <summary>The distance within which a share FalseMergeRate of the mismatched pairs lies.</summary>
    public required double Threshold { get; init; }

    /// <summary>The lower end of the 95 % interval of Threshold, each pair of subjects counted as one draw.</summary>
    public required double ThresholdLow { get; init; }

    /// <summary>The upper end of the 95 % interval of Threshold.</summary>
    public required double ThresholdHigh { get; init; }

    /// <summary>The share of mismatched pairs within Threshold.</summary>
    public required double FalseMergeRate { get; init; }

    /// <summary>The file that the features came from; empty for objects of the pipeline.</summary>
    public string? Source { get; init; }
}
