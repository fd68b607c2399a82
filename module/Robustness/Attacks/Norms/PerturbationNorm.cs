namespace Thesis.Engine.Robustness;

/// <summary>What an attack's budget bounds.</summary>
public enum PerturbationNorm
{
    /// <summary>The largest change of a value.</summary>
    Linf,

    /// <summary>The Euclidean length of the change.</summary>
    L2,

    /// <summary>The sum of the absolute changes.</summary>
    L1,
}
