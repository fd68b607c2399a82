namespace Thesis.Engine.Robustness;

/// <summary>Why an attack stopped on an image.</summary>
public enum AttackExit
{
    /// <summary>All its steps were done.</summary>
    StepsDone,

    /// <summary>The image had reached the goal, so nothing more was tried.</summary>
    GoalReached,

    /// <summary>Nothing that reaches the goal was found; the image is as it was.</summary>
    NothingFound,

    /// <summary>What the attack made was NaN or infinite somewhere; the image is as it was.</summary>
    NotFinite,
}
