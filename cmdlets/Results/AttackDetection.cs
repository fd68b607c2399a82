namespace Thesis.Cmdlets;

/// <summary>How well one distance between images and their projections tells an attack's images from clean ones.</summary>
public sealed record AttackDetection
{
    /// <summary>The model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The attack.</summary>
    public required string Attack { get; init; }

    /// <summary>The budget in pixel units; none for an attack that takes none.</summary>
    public double? Epsilon { get; init; }

    /// <summary>What the attacker knew: White, Grey or Black.</summary>
    public string? Knowledge { get; init; }

    /// <summary>Image, or Semantic, that of the classifier's features (5.12).</summary>
    public required string Distance { get; init; }

    /// <summary>The area under the ROC curve.</summary>
    public double Area { get; init; }

    /// <summary>The lower end of DeLong's 95% interval of the area; none for single images.</summary>
    public double? Lower { get; init; }

    /// <summary>The upper end.</summary>
    public double? Upper { get; init; }

    /// <summary>The area of the images that turned the model alone; none where there were none.</summary>
    public double? SuccessfulArea { get; init; }

    /// <summary>The threshold, set on the first validation images.</summary>
    public double Threshold { get; init; }

    /// <summary>The share of the clean test images above it.</summary>
    public double FalsePositiveRate { get; init; }

    /// <summary>The share of the attacked images above it.</summary>
    public double DetectionRate { get; init; }

    /// <summary>The share of the attacked images that the defended model classifies right.</summary>
    public double Accuracy { get; init; }

    /// <summary>The share of the attacked images that are classified right or detected.</summary>
    public double DefendedOrDetected { get; init; }

    /// <summary>The attacked images.</summary>
    public int Count { get; init; }

    /// <summary>The images that the model is right about as they are and is not any more when attacked.</summary>
    public int Turned { get; init; }

    /// <summary>
    /// Of Turned, those that the second classifier still gives their true class: failures of the model; none without WitnessPath.
    /// </summary>
    public int? WitnessRight { get; init; }

    /// <summary>
    /// Of Turned, those that the second classifier was right about and is not any more: images that may have become another class.
    /// </summary>
    public int? WitnessTurned { get; init; }
}
