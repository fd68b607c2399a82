using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>Settings that replace an attack's own where they are given, and where the attack has such a setting.</summary>
public sealed record AttackSettings
{
    /// <summary>The attacks' own settings.</summary>
    public static AttackSettings Default { get; } = new();

    /// <summary>Steps of PGD, APGD and CW, 1 or more.</summary>
    public int? Steps { get; init; }

    /// <summary>Starts of PGD and APGD, 1 or more.</summary>
    public int? Restarts { get; init; }

    /// <summary>Length of a step of PGD in budgets, above 0.</summary>
    public double? RelativeStep { get; init; }

    /// <summary>kappa of CW, 0 or more.</summary>
    public double? Confidence { get; init; }

    /// <summary>Queries of Square, 1 or more.</summary>
    public int? Queries { get; init; }
}

/// <summary>The attacks by name.</summary>
public static class AttackCatalogue
{
    private static readonly (string Name, Func<AttackSettings, IAdversarialAttack> Create)[] Entries =
    [
        ("RAND", _ => new RandomSignAttack()),
        ("FGSM", _ => new FastGradientSignAttack()),
        ("PGD", settings => new ProjectedGradientAttack(ProjectedGradient(settings))),
        ("PGD-L2", settings => new ProjectedGradientAttack(
            ProjectedGradient(settings) with { Norm = PerturbationNorm.L2 })),
        ("PGD-Printed", settings => new ProjectedGradientAttack(
            ProjectedGradient(settings) with { Form = EquationForm.Printed })),
        ("CW", settings => new CarliniWagnerAttack(CarliniWagner(settings))),
        ("CW-Printed", settings => new CarliniWagnerAttack(
            CarliniWagner(settings) with { Form = EquationForm.Printed })),
        ("APGD-CE", settings => new AutoProjectedGradientAttack(
            AutoProjectedGradient(settings) with { Loss = AutoAttackLoss.CrossEntropy })),
        ("APGD-DLR", settings => new AutoProjectedGradientAttack(
            AutoProjectedGradient(settings) with { Loss = AutoAttackLoss.LogitsRatio })),
        ("Square", settings => new SquareAttack(new SquareOptions
        {
            Queries = settings.Queries ?? SquareOptions.DefaultQueries,
        })),
    ];

    /// <summary>The names, weakest attack first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Name)];

    /// <summary>An attack by its name, in any case.</summary>
    /// <exception cref="InputException">
    /// <c>AttackUnknown</c>: no such name; <c>OptionOutOfRange</c>: a setting is out of its range.
    /// </exception>
    public static IAdversarialAttack Create(string name, AttackSettings settings)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(settings);
        var found = Array.Find(Entries, entry => entry.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));
        if (found.Create is not null) return found.Create(settings);
        throw new InputException(
            "AttackUnknown", FaultKind.InvalidArgument,
            $"There is no attack '{name}'. Known: {string.Join(", ", Names)}.", name);
    }

    private static ProjectedGradientOptions ProjectedGradient(AttackSettings settings)
    {
        var defaults = new ProjectedGradientOptions();
        return defaults with
        {
            Steps = settings.Steps ?? defaults.Steps,
            Restarts = settings.Restarts ?? defaults.Restarts,
            RelativeStep = settings.RelativeStep ?? defaults.RelativeStep,
        };
    }

    private static CarliniWagnerOptions CarliniWagner(AttackSettings settings)
    {
        var defaults = new CarliniWagnerOptions();
        return defaults with
        {
            Steps = settings.Steps ?? defaults.Steps,
            Confidence = settings.Confidence ?? defaults.Confidence,
        };
    }

    private static AutoProjectedGradientOptions AutoProjectedGradient(AttackSettings settings)
    {
        var defaults = new AutoProjectedGradientOptions();
        return defaults with
        {
            Steps = settings.Steps ?? defaults.Steps,
            Restarts = settings.Restarts ?? defaults.Restarts,
        };
    }
}
