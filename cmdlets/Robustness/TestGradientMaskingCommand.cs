using System.Management.Automation;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Looks for the signs that an accuracy under attack is the attacks' and not the model's: gradients that mislead, a model
/// that draws or optimises in its forward pass, outputs that are no logits, batches that change logits.
/// </summary>
/// <remarks>
/// <para>The first 100 test images are looked at. A check is Passed, Failed, or NotApplicable where it says nothing of this
/// model or norm. Among them are AutoAttack's flags: random outputs (LogitsAreDeterministic), a softmax for logits
/// (OutputsAreLogits), zero gradients (GradientsAreNotZero), a black box that finds more (WhiteBoxBeatsBlackBox), and
/// optimisation or randomness inside the forward pass (ForwardPassIsPlain).</para>
/// <para>Attacks are compared at budgets of their own: 8, 25 and 75 pixel units in Linf, half a range, one and three in L2,
/// unless Epsilon is given. Images that make up 2% at most may differ by chance.</para>
/// </remarks>
/// <example>
/// <code>Test-GradientMasking shapes.safetensors shapes</code>
/// <para>A record for each check, with its evidence.</para>
/// </example>
/// <example>
/// <code>Test-GradientMasking shapes.safetensors shapes -Norm L2 -Quiet</code>
/// <para>True when no check failed: a gate for continuous integration.</para>
/// </example>
/// <seealso cref="TestAdversarialRobustnessCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "GradientMasking", DefaultParameterSetName = "Path")]
[OutputType(typeof(RobustnessCheck), typeof(bool))]
public sealed class TestGradientMaskingCommand : ModelCmdlet
{
    private GradientMaskingOptions _options = new();

    /// <summary>The norm in which attacks are compared.</summary>
    [Parameter]
    [ValidateSet("Linf", "L2")]
    public string Norm { get; set; } = "Linf";

    /// <summary>The budgets at which attacks are compared, of that norm, in pixel units; '8/255' is 8.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Epsilon { get; set; }

    /// <summary>Steps of PGD and APGD.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Steps { get; set; } = 40;

    /// <summary>Queries of Square for an image.</summary>
    [Parameter]
    [ValidateRange(1, 10_000_000)]
    public int Queries { get; set; } = 500;

    /// <summary>Emits only whether no check failed; a model without gradients is an error then.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _options = Require(() =>
        {
            var options = new GradientMaskingOptions
            {
                Norm = Enum.Parse<PerturbationNorm>(Norm, ignoreCase: true),
                Epsilons = Epsilon is null ? [] : ParseEpsilons(Epsilon),
                Steps = Steps,
                Queries = Queries,
                Run = new AttackRunOptions { Seed = Seed, BatchSize = BatchSize },
            };
            foreach (var epsilon in options.Epsilons) AttackBudgets.Require(epsilon, options.Norm, shape: null);
            return options;
        });
    }

    /// <summary>Runs the checks.</summary>
    protected override void Take(string model)
    {
        var images = TestImages(out var dataset);
        var checks = Compute(work => RobustnessRuns.Check(model, Loading(images), images, _options, work));
        if (Quiet)
        {
            WriteObject(GradientMaskingChecks.Passed(checks, model));
            return;
        }

        foreach (var check in checks)
        {
            WriteObject(new RobustnessCheck
            {
                ModelPath = model,
                Dataset = dataset,
                Norm = Norm,
                Check = check.Name,
                Outcome = check.Outcome.ToString(),
                Evidence = check.Evidence,
            });
        }
    }
}
