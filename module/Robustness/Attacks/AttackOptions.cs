using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>The settings that attacks of many steps share.</summary>
public abstract record StepAttackOptions
{
    /// <summary>Sets the attack's own number of steps.</summary>
    protected StepAttackOptions(int steps) => Steps = steps;

    /// <summary>The number of steps, 1 or more.</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    }
}

/// <summary>The settings that attacks of many steps within a norm share.</summary>
public abstract record NormAttackOptions : StepAttackOptions
{
    /// <summary>Sets the attack's own number of steps.</summary>
    protected NormAttackOptions(int steps)
        : base(steps)
    {
    }

    /// <summary>The norm of the budget.</summary>
    public PerturbationNorm Norm { get; init; } = PerturbationNorm.Linf;
}

/// <summary>The settings that attacks that climb a loss within a budget share.</summary>
public abstract record AscentAttackOptions : NormAttackOptions
{
    /// <summary>Sets the attack's own number of steps.</summary>
    protected AscentAttackOptions(int steps)
        : base(steps)
    {
    }

    /// <summary>Whether to start at a random point of the ball; else at the image.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>How often to start, 1 or more; a further start is spent only on images that have not reached the goal.</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public int Restarts
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = 1;

    /// <summary>
    /// Whether an image is let go as soon as it reaches the goal. It saves time. APGD's accuracy is the same; an image that
    /// PGD turns and turns back counts as turned then, so PGD's is the same or, seldom, lower.
    /// </summary>
    public bool StopsAtGoal { get; init; }
}
