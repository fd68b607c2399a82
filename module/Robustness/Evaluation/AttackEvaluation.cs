namespace Thesis.Engine.Robustness;

/// <summary>What a part of an attack, with those before it, leaves right.</summary>
/// <param name="Stage">The part.</param>
/// <param name="Correct">The images that the model still gives their true class.</param>
public readonly record struct StageEvaluation(string Stage, int Correct);

/// <summary>How a model fares under one attack with one budget.</summary>
public sealed record AttackEvaluation
{
    /// <summary>The name of the row for images that nothing was done to.</summary>
    public const string CleanName = "Clean";

    /// <summary>The name of the rows that take, for each image, the worst of the attacks.</summary>
    public const string WorstCaseName = "Worst case";

    /// <summary>The attack, <see cref="CleanName"/> or <see cref="WorstCaseName"/>.</summary>
    public required string Attack { get; init; }

    /// <summary>The norm of the budget; none for clean images.</summary>
    public PerturbationNorm? Norm { get; init; }

    /// <summary>The budget; none for clean images and for attacks that take none.</summary>
    public Epsilon? Epsilon { get; init; }

    /// <summary>What the attacker knew of the model; none for clean images and worst cases.</summary>
    public AttackerKnowledge? Knowledge { get; init; }

    /// <summary>
    /// Draws over which the attack averaged in each step: passes of a random model, or its own noise; 1 where there was nothing to
    /// draw; none for clean images and worst cases.
    /// </summary>
    public int? ExpectationDraws { get; init; }

    /// <summary>Passes of the model that decided on an image: 1, or more where a random model's logits were averaged.</summary>
    public int JudgingDraws { get; init; } = 1;

    /// <summary>The images that were attacked.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// The images that the model still gives their true class; those of <see cref="Unclassified"/> count as such.
    /// </summary>
    public required int Correct { get; init; }

    /// <summary><see cref="Correct"/> by <see cref="Count"/>.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>Wilson's interval of the accuracy.</summary>
    public ProportionInterval Interval => ProportionInterval.Wilson(Correct, Count);

    /// <summary>
    /// Of the images that had not reached the attack's goal before, the share that did; none for clean images, or when all
    /// had.
    /// </summary>
    public double? SuccessRate { get; init; }

    /// <summary>The mean, over the images that were turned to the goal, of the change in the attack's norm, in pixel units.</summary>
    public double? SuccessMeanDistance { get; init; }

    /// <summary>The median of the same.</summary>
    public double? SuccessMedianDistance { get; init; }

    /// <summary>The mean over images of the largest change of a value, in pixel units.</summary>
    public double? MeanLinf { get; init; }

    /// <summary>The mean over images of the Euclidean length of the change, in pixel units.</summary>
    public double? MeanL2 { get; init; }

    /// <summary>The mean over images of the sum of the absolute changes, in pixel units.</summary>
    public double? MeanL1 { get; init; }

    /// <summary>The mean over images of the number of values that changed.</summary>
    public double? MeanL0 { get; init; }

    /// <summary>The mean number of gradients or queries spent on an image.</summary>
    public double? MeanIterations { get; init; }

    /// <summary>The attacked images that got a logit that is NaN or infinite: none of them counts as turned.</summary>
    public int Unclassified { get; init; }

    /// <summary>The images of which a gradient was NaN or infinite, and was replaced by a finite one.</summary>
    public int ReplacedGradients { get; init; }

    /// <summary>The images that the model was right about and is not any more; none for clean images and worst cases.</summary>
    public int? Turned => Images.Count == 0 ? null : Images.Count(image => image.Turned);

    /// <summary>
    /// Of <see cref="Turned"/>, those that the second classifier still gives their true class: failures of the model; none without
    /// a second classifier.
    /// </summary>
    public int? WitnessRight => Testimonies((image, seen) => seen.IsRight(image.Label))?.Length;

    /// <summary>
    /// Of <see cref="Turned"/>, those that the second classifier was right about and is not any more: images that may have become
    /// another class.
    /// </summary>
    public int? WitnessTurned => Testimonies((image, seen) => seen.WasTurned(image.Label))?.Length;

    /// <summary>
    /// The mean, over <see cref="Turned"/>, of the distance of the second classifier's features before and after (5.12); none where
    /// nothing was turned, or without such features.
    /// </summary>
    public double? SemanticDistance => Testimonies((_, seen) => seen.SemanticDistance is not null) is { Length: > 0 } seen
        ? seen.Average(one => one.SemanticDistance!.Value) : null;

    /// <summary>What each part of an attack of several leaves; empty for the others.</summary>
    public IReadOnlyList<StageEvaluation> Stages { get; init; } = [];

    /// <summary>The file of the model that the examples were made on, where it is known and another; null otherwise.</summary>
    public string? SurrogatePath { get; init; }

    /// <summary>What the attack made of each image; empty for clean images and worst cases.</summary>
    public IReadOnlyList<AttackedImage> Images { get; init; } = [];

    /// <summary>The seconds of the attack, or of classifying the clean images.</summary>
    public double Seconds { get; init; }

    private Testimony[]? Testimonies(Func<AttackedImage, Testimony, bool> isMeant) => Images.Any(image => image.Witness is not null)
        ? [.. Images.Where(image => image.Turned && image.Witness is { } seen && isMeant(image, seen)).Select(image => image.Witness!.Value)]
        : null;
}
