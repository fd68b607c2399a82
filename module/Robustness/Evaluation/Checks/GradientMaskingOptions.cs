using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>How the checks are run.</summary>
public sealed record GradientMaskingOptions
{
    /// <summary>The norm in which attacks are compared: Linf or L2.</summary>
    public PerturbationNorm Norm
    {
        get;
        init => field = value != PerturbationNorm.L1 ? value : throw new InputException(
            "NormNotSupported", FaultKind.NotSupported, "The checks compare attacks in Linf or in L2.", value);
    } = PerturbationNorm.Linf;

    /// <summary>Budgets of the norm at which attacks are compared; the norm's defaults where there is none.</summary>
    public IReadOnlyList<Epsilon> Epsilons { get; init; } = [];

    /// <summary>Steps of PGD and APGD.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = 40;

    /// <summary>Queries of Square.</summary>
    public int Queries
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    } = 500;

    /// <summary>Seed and batches.</summary>
    public AttackRunOptions Run { get; init; } = new();

    /// <summary>Chapter 5's budgets, or for L2 lengths of one half, one and three ranges.</summary>
    public static IReadOnlyList<Epsilon> DefaultEpsilons(PerturbationNorm norm) =>
        norm == PerturbationNorm.Linf ? [new(8), new(25), new(75)] : [new(127.5), new(255), new(765)];
}
