namespace Thesis.Cmdlets;

/// <summary>One check of whether attacks and not the model set the accuracy: what Test-GradientMasking emits.</summary>
public sealed record RobustnessCheck
{
    /// <summary>The model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The norm in which attacks were compared: Linf or L2.</summary>
    public required string Norm { get; init; }

    /// <summary>The check.</summary>
    public required string Check { get; init; }

    /// <summary>Passed, Failed, or NotApplicable where the check says nothing of this model.</summary>
    public required string Outcome { get; init; }

    /// <summary>What was found.</summary>
    public required string Evidence { get; init; }
}
