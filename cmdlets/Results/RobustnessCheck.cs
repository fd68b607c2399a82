namespace Thesis.Cmdlets;

/// <summary>One check of whether attacks and not the model set the accuracy: what Test-AdversarialRobustness -Checks emits.</summary>
public sealed record RobustnessCheck
{
    /// <summary>The model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The check.</summary>
    public required string Check { get; init; }

    /// <summary>Whether it passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>What was found.</summary>
    public required string Evidence { get; init; }
}
