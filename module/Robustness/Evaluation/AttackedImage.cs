namespace Thesis.Engine.Robustness;

/// <summary>What an attack made of one image.</summary>
public sealed record AttackedImage
{
    /// <summary>The image's place in the set.</summary>
    public required int Index { get; init; }

    /// <summary>Its true class.</summary>
    public required int Label { get; init; }

    /// <summary>The class that the model gives it as it is; none where a logit is NaN or infinite.</summary>
    public int? CleanPrediction { get; init; }

    /// <summary>The class that the model gives it after the attack; none where a logit is NaN or infinite.</summary>
    public int? Prediction { get; init; }

    /// <summary>Whether it had reached the attack's goal before.</summary>
    public bool ReachedBefore { get; init; }

    /// <summary>Whether it reaches the attack's goal.</summary>
    public bool Reached { get; init; }

    /// <summary>Whether all its values are in [0, 1].</summary>
    public bool InRange { get; init; }

    /// <summary>The largest change of a value, in pixel units.</summary>
    public double Linf { get; init; }

    /// <summary>The Euclidean length of the change, in pixel units.</summary>
    public double L2 { get; init; }

    /// <summary>The sum of the absolute changes, in pixel units.</summary>
    public double L1 { get; init; }

    /// <summary>The values that changed.</summary>
    public double L0 { get; init; }

    /// <summary>The gradients or queries that were spent on it.</summary>
    public int Iterations { get; init; }

    /// <summary>Why the attack stopped.</summary>
    public AttackExit Exit { get; init; }

    /// <summary>The part of an attack of several that turned it; none where no part did, or the attack has none.</summary>
    public string? TurnedBy { get; init; }

    /// <summary>What a second classifier sees of it; none where there is none.</summary>
    public Testimony? Witness { get; init; }

    /// <summary>Whether the model was right about it before and is not any more.</summary>
    public bool Turned => RightBefore && !Right;

    /// <summary>Whether the model is right about it as it is; where it names no class, it is not wrong.</summary>
    public bool RightBefore => CleanPrediction is null || CleanPrediction == Label;

    /// <summary>Whether the model is still right about it; where it names no class, it has not been turned.</summary>
    public bool Right => Prediction is null || Prediction == Label;

    /// <summary>The size of the change in a norm, in pixel units.</summary>
    public double Distance(PerturbationNorm norm) => norm switch
    {
        PerturbationNorm.Linf => Linf,
        PerturbationNorm.L2 => L2,
        _ => L1,
    };
}
