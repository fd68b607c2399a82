namespace Thesis.Engine.Robustness;

/// <summary>The attacks that checks compare, of one norm.</summary>
internal sealed class CheckAttacks
{
    /// <summary>Chooses them.</summary>
    public CheckAttacks(GradientMaskingOptions options, int classes)
    {
        var settings = new AttackSettings { Steps = options.Steps, Queries = options.Queries };
        var suffix = options.Norm == PerturbationNorm.Linf ? "" : $"-{options.Norm}";
        Projected = Named($"PGD{suffix}", settings)!;
        CrossEntropy = Named($"APGD-CE{suffix}", settings);
        // The ratio of logits needs a third class.
        Ratio = classes > 2 ? Named($"APGD-DLR{suffix}", settings) : null;
        BlackBox = Named($"Square{suffix}", settings);
        Noise = options.Norm == PerturbationNorm.Linf ? Named("RAND", settings) : null;
        SingleStep = options.Norm == PerturbationNorm.Linf
            ? Named("FGSM", settings)!
            : new CheckAttack("FGM", new ProjectedGradientAttack(new ProjectedGradientOptions
            {
                Norm = options.Norm, Steps = 1, RelativeStep = 1, RandomStart = false,
            }));
    }

    /// <summary>PGD: it climbs the log odds.</summary>
    public CheckAttack Projected { get; }

    /// <summary>APGD with the cross entropy.</summary>
    public CheckAttack? CrossEntropy { get; }

    /// <summary>APGD with the ratio of logits; none for two classes.</summary>
    public CheckAttack? Ratio { get; }

    /// <summary>All attacks of many steps.</summary>
    public IReadOnlyList<CheckAttack> Iterative =>
        [.. new[] { Projected, CrossEntropy, Ratio }.Where(attack => attack is not null).Select(attack => attack!)];

    /// <summary>The attack of one step along the gradient.</summary>
    public CheckAttack SingleStep { get; }

    /// <summary>The attack that sees logits alone.</summary>
    public CheckAttack? BlackBox { get; }

    /// <summary>The attack that sees nothing.</summary>
    public CheckAttack? Noise { get; }

    private static CheckAttack? Named(string name, AttackSettings settings) =>
        AttackCatalogue.Names.Contains(name) ? new CheckAttack(name, AttackCatalogue.Create(name, settings)) : null;
}
