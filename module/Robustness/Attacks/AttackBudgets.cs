using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>The budgets of each norm: an attack takes those of its own.</summary>
public sealed record AttackBudgets
{
    /// <summary>Bounds of the largest change of a value, at most the whole range.</summary>
    public IReadOnlyList<Epsilon> Linf { get; init; } = [];

    /// <summary>Bounds of the Euclidean length, at most that of the change of every value by the whole range.</summary>
    public IReadOnlyList<Epsilon> L2 { get; init; } = [];

    /// <summary>Bounds of the sum of absolute changes, at most every value by the whole range.</summary>
    public IReadOnlyList<Epsilon> L1 { get; init; } = [];

    /// <summary>The same budgets for every norm.</summary>
    public static AttackBudgets Same(IReadOnlyList<Epsilon> epsilons) => new() { Linf = epsilons, L2 = epsilons, L1 = epsilons };

    /// <summary>The budgets of a norm.</summary>
    public IReadOnlyList<Epsilon> Of(PerturbationNorm norm) => norm switch
    {
        PerturbationNorm.Linf => Linf,
        PerturbationNorm.L2 => L2,
        _ => L1,
    };

    /// <summary>The budgets of an attack; none for one that takes none.</summary>
    /// <exception cref="InputException"><c>EpsilonMissing</c>, <c>EpsilonOutOfRange</c>.</exception>
    public IReadOnlyList<Epsilon> For(IAdversarialAttack attack, ImageShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(attack);
        if (!attack.TakesEpsilon) return [];
        Epsilon[] epsilons = [.. Of(attack.Norm).Distinct()];
        if (epsilons.Length == 0)
        {
            throw new InputException(
                "EpsilonMissing", FaultKind.InvalidArgument, $"{attack.Name} needs an epsilon of its norm, {attack.Norm}, such as 8.");
        }

        foreach (var epsilon in epsilons) Require(epsilon, attack.Norm, shape);
        return epsilons;
    }

    /// <summary>The most that two images can differ in a norm, in pixel units; infinite where it depends on their shape.</summary>
    public static double Most(PerturbationNorm norm, ImageShape? shape) => (norm, shape) switch
    {
        (PerturbationNorm.Linf, _) => Epsilon.PixelRange,
        (_, null) => double.PositiveInfinity,
        (PerturbationNorm.L2, _) => Epsilon.PixelRange * Math.Sqrt(shape.Value.Count),
        _ => Epsilon.PixelRange * shape.Value.Count,
    };

    /// <summary>Fails for a budget that is more than any two images can differ.</summary>
    /// <param name="epsilon">The budget.</param>
    /// <param name="norm">Its norm.</param>
    /// <param name="shape">The images; null while they are not known, and only the maximum norm has a bound.</param>
    /// <exception cref="InputException"><c>EpsilonOutOfRange</c>.</exception>
    public static void Require(Epsilon epsilon, PerturbationNorm norm, ImageShape? shape)
    {
        var most = Most(norm, shape);
        if (epsilon.Pixels <= most) return;
        var images = norm == PerturbationNorm.Linf ? "" : $" for images of {shape}";
        throw new InputException(
            "EpsilonOutOfRange", FaultKind.InvalidArgument,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Epsilon {epsilon} is above {most:0.####}, the most that {norm} can be in pixel units{images}: 8 means 8/255 of the range."),
            epsilon.Pixels);
    }
}
