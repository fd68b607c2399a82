using System.Management.Automation;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>What the cmdlets that attack share beside models and images: budgets and the settings of attacks.</summary>
public abstract class AttackCmdlet : ModelCmdlet
{
    private const double SmallLength = 32;

    /// <summary>
    /// The budgets in pixel units: 8 and '8/255' are the same. A number between 0 and 1 wants EpsilonUnit. Attacks of L2 and
    /// L1 take these, too, unless EpsilonL2 or EpsilonL1 is given; 255 is a length of 1 then.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Epsilon { get; set; } = ["8"];

    /// <summary>The budgets of the attacks in the Euclidean norm, up to what the images' shape allows; Epsilon unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EpsilonL2 { get; set; }

    /// <summary>The budgets of the attacks in L1, the sum of absolute changes; Epsilon unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EpsilonL1 { get; set; }

    /// <summary>
    /// Another model, on which the attacks make their examples; the model of Path is judged by them. The knowledge is grey
    /// when it is the classifier inside of that, black otherwise.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SurrogatePath { get; set; }

    /// <summary>The wanted class: a number, next, random or least-likely; any wrong class unless given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TargetCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>Steps of PGD, APGD, FAB and CW, 100 unless given; of DeepFool, 50.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int? Steps { get; set; }

    /// <summary>Length of a step of PGD in epsilons; a quarter unless given.</summary>
    [Parameter]
    [ValidateRange(1e-6, 100.0)]
    public double? StepSize { get; set; }

    /// <summary>Random starts of PGD and APGD; 1 unless given.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? Restarts { get; set; }

    /// <summary>The margin kappa of CW; 0 unless given.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e6)]
    public double? Confidence { get; set; }

    /// <summary>The most queries of Square for an image; 5000 unless given.</summary>
    [Parameter]
    [ValidateRange(1, 10_000_000)]
    public int? Queries { get; set; }

    /// <summary>
    /// Lets an image go as soon as it is turned, in PGD and APGD. It saves time: the accuracy of APGD is the same, that of PGD
    /// the same or lower, since an image may turn back.
    /// </summary>
    [Parameter]
    public SwitchParameter EarlyStop { get; set; }

    /// <summary>How many constants CW tries; 4 unless given.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int? SearchSteps { get; set; }

    /// <summary>
    /// Passes of a random model over which attacks average logits and gradients (EOT); 1 unless given. A model that draws
    /// nothing is asked once.
    /// </summary>
    [Parameter]
    [Alias("Eot")]
    [ValidateRange(1, 100_000)]
    public int ExpectationDraws { get; set; } = 1;

    /// <summary>
    /// Passes of a random model whose mean logits decide on an image; 1 unless given, a model that answers once.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int JudgingDraws { get; set; } = 1;

    /// <summary>Draws of noise of Overpowered, 100 unless given; its copies are Restarts, its steps Steps.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? NoiseDraws { get; set; }

    /// <summary>Starts of a projection as the attacker computes it; the defence's own unless given.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? ProjectionRestarts { get; set; }

    /// <summary>
    /// Steps of a projection as the attacker computes it: fewer are a surrogate of the defence, whose own decide. The defence's own
    /// unless given; Unrolled wants few.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int? ProjectionSteps { get; set; }

    /// <summary>The first constant of CW's search; 10 unless given.</summary>
    [Parameter]
    [ValidateRange(1e-12, 1e12)]
    public double? InitialConstant { get; set; }

    /// <summary>The learning rate of CW's Adam; 0.2 unless given.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e3)]
    public double? LearningRate { get; set; }

    /// <summary>The budgets of the attacks; says where a budget is so small that another unit may be meant.</summary>
    internal AttackBudgets Budgets(IReadOnlyList<IAdversarialAttack> attacks)
    {
        var budgets = new AttackBudgets
        {
            Linf = ParseEpsilons(Epsilon),
            L2 = ParseEpsilons(EpsilonL2 ?? Epsilon),
            L1 = ParseEpsilons(EpsilonL1 ?? Epsilon),
        };
        foreach (var attack in attacks) budgets.For(attack);
        if (EpsilonUnit is null)
        {
            foreach (var norm in attacks.Where(attack => attack.TakesEpsilon).Select(attack => attack.Norm).Distinct()) WarnOfUnit(budgets, norm);
        }

        return budgets;
    }

    // Lengths are given as shares of the range nearly everywhere: 2 of MNIST's images is 510 pixels, not 2.
    private void WarnOfUnit(AttackBudgets budgets, PerturbationNorm norm)
    {
        if (norm == PerturbationNorm.Linf) return;
        foreach (var epsilon in budgets.Of(norm).Where(epsilon => epsilon.Pixels is > 0 and < SmallLength))
        {
            WriteWarning(
                $"The {norm} budget {epsilon} is {epsilon}/255 of the range. If it is meant as {epsilon} ranges, which is "
                + FormattableString.Invariant($"{epsilon.Pixels * Engine.Robustness.Epsilon.PixelRange} pixels, give -EpsilonUnit Fraction; else give -EpsilonUnit Pixel."));
        }
    }

    /// <summary>What the parameters say of the attacks' settings.</summary>
    internal AttackSettings Settings() => new()
    {
        Steps = Steps,
        RelativeStep = StepSize,
        StopsAtGoal = EarlyStop ? true : null,
        Restarts = Restarts,
        Confidence = Confidence,
        SearchSteps = SearchSteps,
        InitialConstant = InitialConstant,
        LearningRate = LearningRate,
        Queries = Queries,
        NoiseDraws = NoiseDraws,
        ProjectionRestarts = ProjectionRestarts,
        ProjectionSteps = ProjectionSteps,
    };

    /// <summary>The surrogate's file; null where there is none.</summary>
    internal string? Surrogate() => SurrogatePath is null ? null : ModelPaths.File(this, SurrogatePath);

    /// <summary>Seed, batches, target.</summary>
    internal AttackRunOptions RunOptions() => new()
    {
        Seed = Seed,
        BatchSize = BatchSize,
        ExpectationDraws = ExpectationDraws,
        JudgingDraws = JudgingDraws,
        Target = Target is null ? null : TargetChoice.Parse(Target),
    };
}
