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
/// size of the change in four norms, and the seconds. The worst case of a norm and an epsilon counts an image as right
/// when no attack of that norm changed its class within that epsilon.</para>
/// <para>Epsilons are pixel units, and records state the share of the range, too. The attacks' settings are those of chapter 5: PGD and CW with 100 steps, PGD
/// with steps of epsilon / 4; CW with 4 searches from c = 10.</para>
/// <para>An accuracy under attack is an upper bound: a stronger attack may lower it. Test-GradientMasking looks for the signs
/// that attacks are too weak, as where gradients mislead.</para>
/// <para>A model whose logits depend on the other images of a batch is refused (LogitsDependOnBatch).</para>
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
/// <code>Test-AdversarialRobustness mnist.safetensors mnist -Attack FGSM, PGD, CW -Epsilon 25, 75 -PlotPath mnist.png -ImageTablePath mnist.csv</code>
/// <para>The row without defence of Table 5.2, a plot of accuracy over epsilon, and what turned each image, as CSV.</para>
/// </example>
/// <example>
/// <code>Test-AdversarialRobustness shapes.safetensors shapes -Attack FGSM, PGD -Epsilon 8 -UntilZero -EarlyStop -First 100 -PlotPath curve.png</code>
/// <para>A security curve: budgets of 8, 16, 32 and so on, until an attack has turned every image.</para>
/// </example>
/// <example>
/// <code>Test-AdversarialRobustness shapes.safetensors shapes -Attack FGSM -Epsilon 60 -WitnessPath other.safetensors -First 100 | Format-List Attack, Turned, Witness*, SemanticDistance</code>
/// <para>Whether a second classifier still sees the true classes of the images that turned the first.</para>
/// </example>
/// <seealso cref="NewAdversarialExampleCommand"/>
/// <seealso cref="BuildClassifierCommand"/>
/// <seealso cref="TestGradientMaskingCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "AdversarialRobustness", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(AdversarialRobustness), typeof(bool))]
public sealed class TestAdversarialRobustnessCommand : AttackCmdlet
{
    private RobustnessEvaluationOptions _options = null!;

    private readonly WrittenTargets _written = new();

    /// <summary>
    /// The attacks: RAND, FGSM, PGD, CW, DeepFool, Square, APGD-CE, APGD-DLR, FAB-T, APGD-T, AutoAttack, most with -L2 or -L1
    /// after the name for that norm; PGD-Printed and CW-Printed are equations 5.2 and 5.3 to the letter. On a model behind a
    /// projection FGSM, PGD and CW followed by -Grey (they see the classifier alone; PGD-Printed-Grey, too), or by what they go back
    /// through: -BPDA (the identity), -Inverter (G(I(x))), -Tangent (the generator's surface where the projection ended) or -Unrolled
    /// (every step); PGD-Detector, CW-Latent and Overpowered. Unless given FGSM, PGD and APGD-DLR (APGD-CE for two classes), RAND and Square for
    /// a model without gradients, and behind a projection FGSM, PGD and CW with -Grey, PGD-BPDA, PGD-Tangent and CW-Latent.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(AttackCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Attack { get; set; }

    /// <summary>
    /// Saved examples to judge, npy as New-AdversarialExample writes, with the manifest beside them, or of the first images
    /// in order; no attack runs then unless Attack is given.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? ExamplePath { get; set; }

    /// <summary>
    /// A second classifier, trained apart, that looks at the images that turned the model: WitnessRight counts those that it still
    /// gives their true class (the model was fooled), WitnessTurned those that it no longer does (the image may have become another
    /// class). For attacks that leave the neighbourhood of an image, such as CW-Latent and Overpowered.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WitnessPath { get; set; }

    /// <summary>
    /// Doubles each attack's largest budget until no image is right, or the budget is all that images can differ: a security
    /// curve up to where the accuracy is 0.
    /// </summary>
    [Parameter]
    public SwitchParameter UntilZero { get; set; }

    /// <summary>Draws accuracy over epsilon into this file, png or svg.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlotPath { get; set; }

    /// <summary>Writes a line for each image, attack and budget into this file, CSV: what turned it, and by how much.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageTablePath { get; set; }

    /// <summary>Emits only whether every accuracy is at least MinimumAccuracy.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The least accuracy, clean, under each attack and in the worst case, 0 to 1; Quiet needs it.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? MinimumAccuracy { get; set; }

    /// <summary>Replaces existing files at PlotPath and ImageTablePath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Require(() => Quiet == MinimumAccuracy.HasValue ? 0 : throw new InputException(
            "QuietIncomplete", FaultKind.InvalidArgument, "-Quiet and -MinimumAccuracy go together: the gate and its bar."));
        _options = Require(Options);
        if (PlotPath is not null) Require(() => ChartFile.CheckPath(CheckTarget(PlotPath, Force)));
        if (ImageTablePath is not null) Require(() => CheckTarget(ImageTablePath, Force));
    }

    /// <summary>Evaluates.</summary>
    protected override void Take(string model)
    {
        if (!ShouldProcess(model, $"Attack images of {Dataset} by {Sources()}")) return;
        var images = TestImages(out var dataset);
        var options = _options with
        {
            SurrogatePath = Surrogate(),
            WitnessPath = WitnessPath is null ? null : ModelPaths.File(this, WitnessPath),
            ExamplePaths = [.. (ExamplePath ?? []).SelectMany(path => PathResolver.Files(this, path, literal: false))],
        };
        var (plot, table) = (Resolved(PlotPath), Resolved(ImageTablePath));
        _written.RequireFree([plot, table], model);
        var report = Compute(work => RobustnessRuns.Evaluate(model, Loading(images), images, options, work));
        if (Quiet) WriteObject(report.LowestAccuracy >= MinimumAccuracy!.Value);
        else WriteObject(report.Rows.Select(row => Record(row, model, dataset)), enumerateCollection: true);
        if (plot is not null) RobustnessPlot.Write(report, $"{System.IO.Path.GetFileName(model)} on {dataset}", plot, Force);
        if (table is not null) ImageTable.Write(report, table, Force);
        _written.Add([plot, table], model);
    }

    private string? Resolved(string? path) => path is null ? null : ResolveTarget(path);

    private string Sources() => (Attack, ExamplePath) switch
    {
        (null, null) => "the model's default attacks",
        (null, not null) => string.Join(", ", ExamplePath),
        _ => string.Join(", ", Attack),
    };

    private RobustnessEvaluationOptions Options()
    {
        IAdversarialAttack[]? attacks = Attack is null
            ? ExamplePath is null ? null : []
            : [.. Attack.Select(name => AttackCatalogue.Create(name, Settings())).DistinctBy(attack => attack.Name)];
        return new RobustnessEvaluationOptions
        {
            Attacks = attacks,
            Settings = Settings(),
            // The default attacks are all of the maximum norm.
            Budgets = Budgets(attacks ?? [AttackCatalogue.Create("FGSM", Settings())]),
            UntilZero = UntilZero,
            Run = RunOptions(),
        };
    }

    private static AdversarialRobustness Record(AttackEvaluation row, string model, string dataset) => new()
    {
        ModelPath = model,
        Dataset = dataset,
        Attack = row.Attack,
        Norm = row.Norm?.ToString(),
        Epsilon = row.Epsilon?.Pixels,
        EpsilonFraction = row.Epsilon?.Value,
        Knowledge = row.Knowledge?.ToString(),
        SurrogatePath = row.SurrogatePath,
        ExpectationDraws = row.ExpectationDraws,
        JudgingDraws = row.JudgingDraws,
        AccuracyByStage = row.Stages.Count == 0 ? null : string.Join(", ", row.Stages.Select(
            stage => FormattableString.Invariant($"{stage.Stage} {stage.Correct / (double)row.Count:F4}"))),
        Accuracy = row.Accuracy,
        Lower = row.Interval.Lower,
        Upper = row.Interval.Upper,
        SuccessRate = row.SuccessRate,
        SuccessMeanDistance = row.SuccessMeanDistance,
        SuccessMedianDistance = row.SuccessMedianDistance,
        MeanLinf = row.MeanLinf,
        MeanL2 = row.MeanL2,
        MeanL1 = row.MeanL1,
        MeanL0 = row.MeanL0,
        MeanIterations = row.MeanIterations,
        Count = row.Count,
        Correct = row.Correct,
        Turned = row.Turned,
        WitnessRight = row.WitnessRight,
        WitnessTurned = row.WitnessTurned,
        SemanticDistance = row.SemanticDistance,
        Unclassified = row.Unclassified,
        ReplacedGradients = row.ReplacedGradients,
        Seconds = row.Seconds,
    };
}
