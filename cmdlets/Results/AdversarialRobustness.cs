namespace Thesis.Cmdlets;

/// <summary>How a model fares under one attack with one budget: what Test-AdversarialRobustness emits.</summary>
public sealed record AdversarialRobustness
{
    /// <summary>The model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>
    /// The attack; <c>Clean</c> for images that nothing was done to, <c>Worst case</c> where each image counts by the worst
    /// of the attacks of that norm.
    /// </summary>
    public required string Attack { get; init; }

    /// <summary>Linf or L2: what the budget bounds, or what CW makes small.</summary>
    public string? Norm { get; init; }

    /// <summary>The budget in pixel units; none for clean images and CW.</summary>
    public double? Epsilon { get; init; }

    /// <summary>The budget as a share of the range, Epsilon / 255.</summary>
    public double? EpsilonFraction { get; init; }

    /// <summary>
    /// What the attacker knew of the model: White, all of it; Grey, the classifier inside, not the defence around it; Black,
    /// its answers, or another model; Unknown, for saved examples.
    /// </summary>
    public string? Knowledge { get; init; }

    /// <summary>The model that the examples were made on, where it is another.</summary>
    public string? SurrogatePath { get; init; }

    /// <summary>
    /// Draws over which the attack averaged in each step (EOT): passes of a random model, or its own noise; 1 where there was
    /// nothing to draw.
    /// </summary>
    public int? ExpectationDraws { get; init; }

    /// <summary>Passes of a random model that decided on an image; 1 for one draw.</summary>
    public int JudgingDraws { get; init; } = 1;

    /// <summary>The images that the model was right about and is not any more; none for clean images and worst cases.</summary>
    public int? Turned { get; init; }

    /// <summary>Of those, the ones that the second classifier still gives their true class; none without a second classifier.</summary>
    public int? WitnessRight { get; init; }

    /// <summary>Of those, the ones that the second classifier was right about and is not any more.</summary>
    public int? WitnessTurned { get; init; }

    /// <summary>The mean, over those, of the distance of the second classifier's features before and after the attack (5.12).</summary>
    public double? SemanticDistance { get; init; }

    /// <summary>The share of the images that get their true class.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The lower bound of Wilson's interval of the accuracy.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper bound of Wilson's interval of the accuracy.</summary>
    public required double Upper { get; init; }

    /// <summary>Of the images that had not reached the attack's goal before, the share that did.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>The mean, over the images that were turned to the goal, of the change in the attack's norm, in pixel units.</summary>
    public double? SuccessMeanDistance { get; init; }

    /// <summary>The median of the same.</summary>
    public double? SuccessMedianDistance { get; init; }

    /// <summary>The mean of the largest change of a value, in pixel units.</summary>
    public double? MeanLinf { get; init; }

    /// <summary>The mean of the Euclidean length of the change, in pixel units.</summary>
    public double? MeanL2 { get; init; }

    /// <summary>The mean of the sum of the absolute changes, in pixel units.</summary>
    public double? MeanL1 { get; init; }

    /// <summary>The mean number of values that changed.</summary>
    public double? MeanL0 { get; init; }

    /// <summary>The mean number of gradients or queries for an image.</summary>
    public double? MeanIterations { get; init; }

    /// <summary>The images.</summary>
    public required int Count { get; init; }

    /// <summary>The images that get their true class.</summary>
    public required int Correct { get; init; }

    /// <summary>The attacked images with a logit that is NaN or infinite; they count as not turned.</summary>
    public int Unclassified { get; init; }

    /// <summary>The images of which a gradient was NaN or infinite, and was replaced by a finite one.</summary>
    public int ReplacedGradients { get; init; }

    /// <summary>
    /// For an attack of several parts, as AutoAttack is, the accuracy that each leaves with those before it: "APGD-CE 0.5200,
    /// APGD-T 0.4900, ..."; none for the others.
    /// </summary>
    public string? AccuracyByStage { get; init; }

    /// <summary>The seconds of the attack.</summary>
    public required double Seconds { get; init; }
}
