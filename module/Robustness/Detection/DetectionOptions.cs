using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>The distance between an image and its projection by which an attack is detected.</summary>
public enum DetectionDistance
{
    /// <summary>norm(x - G(z*)) over the pixels, DefenseGAN's.</summary>
    Image,

    /// <summary>norm(Phi(x) - Phi(G(z*))) over the classifier's features (5.12).</summary>
    Semantic,
}

/// <summary>How detection is measured.</summary>
public sealed record DetectionOptions
{
    /// <summary>The attacks, one or more; null for those that a model behind a projection takes by default.</summary>
    public IReadOnlyList<IAdversarialAttack>? Attacks { get; init; }

    /// <summary>The settings of default attacks.</summary>
    public AttackSettings Settings { get; init; } = AttackSettings.Default;

    /// <summary>The budgets.</summary>
    public required AttackBudgets Budgets { get; init; }

    /// <summary>The file of a second classifier that looks at what turned the model; null for none.</summary>
    public string? WitnessPath { get; init; }

    /// <summary>Seed, batches.</summary>
    public AttackRunOptions Run { get; init; } = new();

    /// <summary>The share of clean images above the threshold, which is set on other clean images than those that are judged.</summary>
    public double FalsePositiveRate
    {
        get;
        init => field = OptionRange.Above(value, 0, 0.5);
    } = 0.05;
}

/// <summary>How well one distance tells the images of one attack from clean ones.</summary>
public sealed record DetectionRow
{
    /// <summary>The attack.</summary>
    public required string Attack { get; init; }

    /// <summary>The budget; none for an attack that takes none.</summary>
    public Epsilon? Epsilon { get; init; }

    /// <summary>What its maker knew.</summary>
    public AttackerKnowledge? Knowledge { get; init; }

    /// <summary>The distance.</summary>
    public required DetectionDistance Distance { get; init; }

    /// <summary>The area under the ROC curve: all attacked images against the clean ones.</summary>
    public required RocArea Area { get; init; }

    /// <summary>The same for the images that turned the model alone; none where there were none.</summary>
    public RocArea? SuccessfulArea { get; init; }

    /// <summary>The threshold, from the calibration images.</summary>
    public double Threshold { get; init; }

    /// <summary>The share of the clean images above it.</summary>
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

    /// <summary>Of those, the ones that the second classifier still gives their true class; none without one.</summary>
    public int? WitnessRight { get; init; }

    /// <summary>Of those, the ones that it was right about and is not any more; none without one.</summary>
    public int? WitnessTurned { get; init; }

    /// <summary>The ROC curve: false and true positive rates by falling thresholds.</summary>
    public IReadOnlyList<(double FalsePositives, double TruePositives, double Threshold)> Curve { get; init; } = [];
}
