using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Measures a model's accuracy on the test images of a dataset: clean, under each attack and epsilon, and under the worst
/// of the attacks.
/// </summary>
/// <remarks>
/// <para>A record holds the accuracy with Wilson's 95% interval, the share of the images that the attack turned, the mean
/// size of the change in three norms, and the seconds. The worst case of a norm and an epsilon counts an image as right
/// when no attack of that norm changed its class within that epsilon.</para>
/// <para>Epsilons are pixel units of 0 to 255. The attacks' settings are those of chapter 5: PGD and CW with 100 steps, PGD
/// with steps of epsilon / 4; CW with 4 searches from c = 10.</para>
/// <para>An accuracy under attack is an upper bound: a stronger attack may lower it. -Checks looks for the signs that the
/// attacks were too weak, as where gradients mislead, on the first 100 images.</para>
/// </remarks>
/// <example>
/// <code>Test-AdversarialRobustness shapes.safetensors shapes -Attack FGSM, PGD -Epsilon 8, 25 -First 100</code>
/// <para>The accuracy under two attacks with two budgets.</para>
/// </example>
/// <example>
/// <code>Build-Classifier shapes -Architecture small -Epochs 1 -Destination new.safetensors | Test-AdversarialRobustness -Attack PGD -Epsilon 8 -Quiet -MinimumAccuracy 0.5</code>
/// <para>True when no accuracy is below one half: a gate for continuous integration.</para>
/// </example>
/// <example>
/// <code>Test-AdversarialRobustness shapes.safetensors shapes -SurrogatePath other.safetensors -Attack PGD -Epsilon 16 -First 100</code>
/// <para>Transfer: the examples are made on another model, as by an attacker who has not seen this one.</para>
/// </example>
/// <example>
/// <code>Test-AdversarialRobustness shapes.safetensors shapes -ExamplePath examples/pgd-eps*.npy</code>
/// <para>The accuracy on saved examples.</para>
/// </example>
/// <example>
/// <code>Test-AdversarialRobustness mnist.safetensors mnist -Attack FGSM, PGD, CW -Epsilon 25, 75 -Checks -PlotPath mnist.png</code>
/// <para>The row without defence of Table 5.2, the checks, and a plot of accuracy over epsilon.</para>
/// </example>
/// <seealso cref="NewAdversarialExampleCommand"/>
/// <seealso cref="BuildClassifierCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "AdversarialRobustness", DefaultParameterSetName = ReportSet, SupportsShouldProcess = true)]
[OutputType(typeof(AdversarialRobustness), typeof(RobustnessCheck), ParameterSetName = [ReportSet])]
[OutputType(typeof(bool), ParameterSetName = [QuietSet])]
public sealed class TestAdversarialRobustnessCommand : AttackCmdlet
{
    private const string ReportSet = "Report";
    private const string QuietSet = "Quiet";

    private RobustnessEvaluationOptions _options = null!;
    private GradientMaskingOptions? _checks;

    /// <summary>
    /// The attacks: RAND, FGSM, PGD, CW, DeepFool, Square, APGD-CE, APGD-DLR, FAB-T, APGD-T, AutoAttack, most with -L2 or -L1
    /// after the name for that norm; PGD-Printed and CW-Printed are equations 5.2 and 5.3 to the letter.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(AttackCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Attack { get; set; } = ["FGSM", "PGD", "APGD-DLR"];

    /// <summary>
    /// Another model, on which the attacks make their examples; ModelPath is judged by them. The knowledge is grey when it is
    /// the classifier inside of ModelPath, black otherwise.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SurrogatePath { get; set; }

    /// <summary>
    /// Saved examples to judge, npy as New-AdversarialExample writes, with the manifest beside them, or of the first images
    /// in order; no attack runs then unless Attack is given.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? ExamplePath { get; set; }

    /// <summary>Looks for signs of gradient masking, too, and emits a record for each check.</summary>
    [Parameter]
    public SwitchParameter Checks { get; set; }

    /// <summary>Draws accuracy over epsilon into this file, png or svg.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlotPath { get; set; }

    /// <summary>Emits only whether every accuracy is at least MinimumAccuracy, and every check passed.</summary>
    [Parameter(ParameterSetName = QuietSet, Mandatory = true)]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The least accuracy, clean, under each attack and in the worst case, 0 to 1.</summary>
    [Parameter(ParameterSetName = QuietSet, Mandatory = true)]
    [ValidateRange(0.0, 1.0)]
    public double MinimumAccuracy { get; set; }

    /// <summary>Replaces an existing file at PlotPath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        string[] names = ExamplePath is not null && !MyInvocation.BoundParameters.ContainsKey(nameof(Attack)) ? [] : Attack;
        var attacks = Require(() => names.Select(AttackOf).DistinctBy(attack => attack.Name).ToArray());
        _options = Require(() => new RobustnessEvaluationOptions
        {
            Attacks = attacks,
            Budgets = Budgets(attacks),
            Run = RunOptions(),
        });
        _checks = Require(CheckOptions);
        if (PlotPath is not null) Require(() => PlotFile.CheckPath(CheckTarget(PlotPath, Force)));
    }

    /// <summary>Evaluates.</summary>
    protected override void ProcessRecord() => Guard(Evaluate);

    private void Evaluate()
    {
        var model = ModelFile();
        var images = TestImages(out var dataset);
        var options = _options with
        {
            SurrogatePath = SurrogatePath is null ? null : PathResolver.Files(this, SurrogatePath, literal: true)[0],
            ExamplePaths = [.. (ExamplePath ?? []).SelectMany(path => PathResolver.Files(this, path, literal: false))],
        };
        var (report, checks) = Compute(
            work => RobustnessRuns.Evaluate(model, Loading(images), images, options, _checks, work));
        if (Quiet) WriteObject(report.LowestAccuracy >= MinimumAccuracy && checks.All(check => check.Passed));
        else WriteRecords(report, checks, model, dataset, options.SurrogatePath);
        if (PlotPath is not null) WritePlot(report, $"{System.IO.Path.GetFileName(model)} on {dataset}");
    }

    private void WriteRecords(
        RobustnessReport report, IReadOnlyList<GradientMaskingCheck> checks, string model, string dataset, string? surrogate)
    {
        foreach (var row in report.Rows) WriteObject(Record(row, model, dataset, surrogate));
        foreach (var check in checks)
        {
            WriteObject(new RobustnessCheck
            {
                ModelPath = model, Check = check.Name, Passed = check.Passed, Evidence = check.Evidence,
            });
        }
    }

    private GradientMaskingOptions? CheckOptions()
    {
        if (!Checks) return null;
        var options = new GradientMaskingOptions { Run = RunOptions() with { Target = null } };
        var epsilons = _options.Budgets.Linf.Where(epsilon => epsilon.Pixels > 0).ToArray();
        return options with
        {
            Epsilons = epsilons.Length > 0 ? epsilons : options.Epsilons,
            Steps = Steps ?? options.Steps,
            Queries = Queries ?? options.Queries,
        };
    }

    private void WritePlot(RobustnessReport report, string title)
    {
        var target = ResolveTarget(PlotPath!);
        if (ShouldProcess(target, "Write the plot of accuracy over epsilon")) RobustnessPlot.Write(report, title, target, Force);
    }

    private static AdversarialRobustness Record(AttackEvaluation row, string model, string dataset, string? surrogate) => new()
    {
        ModelPath = model,
        Dataset = dataset,
        Attack = row.Attack,
        Norm = row.Norm?.ToString(),
        Epsilon = row.Epsilon?.Pixels,
        EpsilonFraction = row.Epsilon?.Value,
        Knowledge = row.Knowledge?.ToString(),
        SurrogatePath = row.Knowledge is null or AttackerKnowledge.Unknown ? null : surrogate,
        Accuracy = row.Accuracy,
        Lower = row.Interval.Lower,
        Upper = row.Interval.Upper,
        SuccessRate = row.SuccessRate,
        MeanLinf = row.MeanLinf,
        MeanL2 = row.MeanL2,
        MeanL1 = row.MeanL1,
        MeanL0 = row.MeanL0,
        MeanIterations = row.MeanIterations,
        Count = row.Count,
        Correct = row.Correct,
        Unclassified = row.Unclassified,
        ReplacedGradients = row.ReplacedGradients,
        Seconds = row.Seconds,
    };
}
