namespace Thesis.Engine.Robustness;

/// <summary>What came of a check.</summary>
public enum CheckOutcome
{
    /// <summary>Nothing speaks against the evaluation.</summary>
    Passed,

    /// <summary>The evaluation says less of the model than it seems.</summary>
    Failed,

    /// <summary>The check says nothing of this model, or of this norm; its evidence says why.</summary>
    NotApplicable,
}

/// <summary>One check of whether an evaluation can be trusted.</summary>
/// <param name="Name">The check, such as <c>IterativeBeatsSingleStep</c>.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Evidence">What was found, in words and numbers.</param>
public sealed record GradientMaskingCheck(string Name, CheckOutcome Outcome, string Evidence)
{
    /// <summary>A check that passed or failed.</summary>
    internal static GradientMaskingCheck Of(string name, bool passed, string evidence) =>
        new(name, passed ? CheckOutcome.Passed : CheckOutcome.Failed, evidence);

    /// <summary>A check that says nothing here.</summary>
    internal static GradientMaskingCheck NotApplicable(string name, string reason) =>
        new(name, CheckOutcome.NotApplicable, reason);
}
