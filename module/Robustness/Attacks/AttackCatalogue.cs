using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>Settings that replace an attack's own where they are given, and where the attack has such a setting.</summary>
public sealed record AttackSettings
{
    /// <summary>The attacks' own settings.</summary>
    public static AttackSettings Default { get; } = new();

    /// <summary>Steps of PGD, APGD, FAB, CW and DeepFool, 1 or more.</summary>
    public int? Steps { get; init; }

    /// <summary>Starts of PGD and APGD, 1 or more.</summary>
    public int? Restarts { get; init; }

    /// <summary>Length of a step of PGD in budgets, above 0.</summary>
    public double? RelativeStep { get; init; }

    /// <summary>Whether PGD and APGD let an image go as soon as it reaches the goal.</summary>
    public bool? StopsAtGoal { get; init; }

    /// <summary>kappa of CW, 0 or more.</summary>
    public double? Confidence { get; init; }

    /// <summary>How many constants CW tries, 1 to 100.</summary>
    public int? SearchSteps { get; init; }

    /// <summary>CW's first constant, above 0.</summary>
    public double? InitialConstant { get; init; }

    /// <summary>CW's learning rate, above 0.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Queries of Square, 1 or more.</summary>
    public int? Queries { get; init; }

    /// <summary>Draws of noise of Overpowered, 1 or more.</summary>
    public int? NoiseDraws { get; init; }

    /// <summary>Starts of the projection as the attacker computes it; the defence's own unless given.</summary>
    public int? ProjectionRestarts { get; init; }

    /// <summary>Steps of the projection as the attacker computes it; the defence's own unless given.</summary>
    public int? ProjectionSteps { get; init; }
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
        ("CW", settings => CarliniWagner(settings)),
        ("CW-Printed", settings => CarliniWagner(settings, form: EquationForm.Printed)),
        ("DeepFool", settings => new DeepFoolAttack(new DeepFoolOptions
        {
            Steps = settings.Steps ?? DeepFoolOptions.DefaultSteps,
        })),
        .. Of("Square", Square),
        .. Of("APGD-CE", (settings, norm) => Ascent(settings, AutoAttackLoss.CrossEntropy, norm)),
        .. Of("APGD-DLR", (settings, norm) => Ascent(settings, AutoAttackLoss.LogitsRatio, norm)),
        .. Of("FAB-T", Boundary),
        .. Of("APGD-T", (settings, norm) => Ascent(settings, AutoAttackLoss.TargetedLogitsRatio, norm)),
        .. Of("AutoAttack", Whole),
        .. AdaptiveAttacks.Entries(Create),
    ];

    /// <summary>The names, weakest attack first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Name)];

    /// <summary>
    /// The attacks that a model is evaluated by unless told otherwise: those that it can take. The ratio of logits wants a
    /// third class, gradients a model that gives them.
    /// </summary>
    public static IReadOnlyList<string> DefaultsFor(ImageClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        if (!classifier.IsDifferentiable) return ["RAND", "Square"];
        if (classifier is CompositeClassifier { Projection: { } projection }) return AdaptiveAttacks.DefaultsFor(projection);
        return ["FGSM", "PGD", classifier.ClassCount > 2 ? "APGD-DLR" : "APGD-CE"];
    }

    /// <summary>The attack that makes examples unless told otherwise: the chapter's, or one that wants no gradients.</summary>
    public static string ExampleAttackFor(ImageClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier.IsDifferentiable ? "PGD" : "Square";
    }

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

    /// <summary>PGD's options.</summary>
    internal static ProjectedGradientOptions ProjectedGradient(AttackSettings settings)
    {
        var defaults = new ProjectedGradientOptions();
        return defaults with
        {
            Steps = settings.Steps ?? defaults.Steps,
            Restarts = settings.Restarts ?? defaults.Restarts,
            RelativeStep = settings.RelativeStep ?? defaults.RelativeStep,
            StopsAtGoal = settings.StopsAtGoal ?? defaults.StopsAtGoal,
        };
    }

    /// <summary>CW over a variable; pixels unless given.</summary>
    internal static CarliniWagnerAttack CarliniWagner(
        AttackSettings settings, AttackVariable? variable = null, EquationForm form = EquationForm.Standard)
    {
        var defaults = new CarliniWagnerOptions();
        return new CarliniWagnerAttack(defaults with
        {
            Form = form,
            Steps = settings.Steps ?? defaults.Steps,
            Confidence = settings.Confidence ?? defaults.Confidence,
            SearchSteps = settings.SearchSteps ?? defaults.SearchSteps,
            InitialConstant = settings.InitialConstant ?? defaults.InitialConstant,
            LearningRate = settings.LearningRate ?? defaults.LearningRate,
        }, variable);
    }

    private static AutoProjectedGradientAttack Ascent(AttackSettings settings, AutoAttackLoss loss, PerturbationNorm norm)
    {
        var defaults = new AutoProjectedGradientOptions { Loss = loss, Norm = norm };
        return new AutoProjectedGradientAttack(defaults with
        {
            Steps = settings.Steps ?? defaults.Steps,
            Restarts = settings.Restarts ?? defaults.Restarts,
            StopsAtGoal = settings.StopsAtGoal ?? defaults.StopsAtGoal,
        });
    }

    private static FastAdaptiveBoundaryAttack Boundary(AttackSettings settings, PerturbationNorm norm) => new(
        new FastAdaptiveBoundaryOptions
        {
            Norm = norm,
            Steps = settings.Steps ?? FastAdaptiveBoundaryOptions.DefaultSteps,
        });

    private static SquareAttack Square(AttackSettings settings, PerturbationNorm norm) => new(
        new SquareOptions { Norm = norm, Queries = settings.Queries ?? SquareOptions.DefaultQueries });

    private static AutoAttack Whole(AttackSettings settings, PerturbationNorm norm)
    {
        var defaults = new AutoAttackOptions { Norm = norm };
        return new AutoAttack(defaults with
        {
            Steps = settings.Steps ?? defaults.Steps,
            Queries = settings.Queries ?? defaults.Queries,
        });
    }

    // An attack in each norm, under its own name.
    private static IEnumerable<(string Name, Func<AttackSettings, IAdversarialAttack> Create)> Of(
        string name, Func<AttackSettings, PerturbationNorm, IAdversarialAttack> create) =>
        Enum.GetValues<PerturbationNorm>().Select(norm => (
            NormSuffix.Append(name, norm),
            (Func<AttackSettings, IAdversarialAttack>)(settings => create(settings, norm))));
}
