using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Measures how well a model behind a projection detects attacks by the distance between an image and its projection: the area
/// under the ROC curve, and what a threshold set on clean images finds.
/// </summary>
/// <remarks>
/// <para>Two records for each attack and budget: Image is the Euclidean distance of the pixels (DefenseGAN), Semantic that of the
/// classifier's features (5.12). The attacked test images are the positives, the same images without attack the negatives.
/// Lower and Upper are DeLong's 95% interval.</para>
/// <para>The threshold leaves FalsePositiveRate of the first validation images above it, as many as there are test images; the
/// record's FalsePositiveRate is that of the test images. DefendedOrDetected is the share of the attacked images that are
/// classified right or found.</para>
/// <para>Most attacks are not told of the detector. PGD-Detector is: where an image is turned, it makes the semantic distance small,
/// within the same budget.</para>
/// </remarks>
/// <example>
/// <code>Measure-AttackDetection defended.yaml mnist -Attack PGD-Grey, CW-Grey -Epsilon 25, 75 -First 500 -CurvePath roc.csv</code>
/// <para>The detection of Figure 5.4, with the points of the ROC curves.</para>
/// </example>
/// <seealso cref="TestAdversarialRobustnessCommand"/>
/// <seealso cref="InvokeGenerativeProjectionCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "AttackDetection", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(AttackDetection))]
public sealed class MeasureAttackDetectionCommand : AttackCmdlet
{
    // The 97.5% quantile of the normal distribution.
    private const double Quantile = 1.959963984540054;

    private readonly WrittenTargets _written = new();
    private DetectionOptions _options = null!;

    /// <summary>The attacks; those of Test-AdversarialRobustness for a model behind a projection unless given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AttackCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Attack { get; set; }

    /// <summary>The share of clean images that may be taken for attacked ones.</summary>
    [Parameter]
    [ValidateRange(0.0001, 0.5)]
    public double FalsePositiveRate { get; set; } = 0.05;

    /// <summary>
    /// A second classifier, trained apart, that looks at the images that turned the model: WitnessRight counts those that it still
    /// gives their true class (the model was fooled), WitnessTurned those that it no longer does (the image may have become another
    /// class). For attacks that leave the neighbourhood of an image, such as CW-Latent and Overpowered.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WitnessPath { get; set; }

    /// <summary>Writes the ROC curves into this file, CSV, a line for each threshold.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CurvePath { get; set; }

    /// <summary>Replaces an existing file at CurvePath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        IAdversarialAttack[]? attacks = Attack is null ? null : Require<IAdversarialAttack[]>(
            () => [.. Attack.Select(name => AttackCatalogue.Create(name, Settings())).DistinctBy(attack => attack.Name)]);
        _options = Require(() => new DetectionOptions
        {
            Attacks = attacks,
            Settings = Settings(),
            Budgets = Budgets(attacks ?? [AttackCatalogue.Create("FGSM", Settings())]),
            Run = RunOptions(),
            FalsePositiveRate = FalsePositiveRate,
        });
        if (CurvePath is not null) Require(() => CheckTarget(CurvePath, Force));
    }

    /// <summary>Measures.</summary>
    protected override void Take(string model)
    {
        if (!ShouldProcess(model, $"Attack images of {Dataset} and detect it")) return;
        var images = TestImages(out var dataset);
        var curve = CurvePath is null ? null : ResolveTarget(CurvePath);
        _written.RequireFree([curve], model);
        var calibration = ValidationImages(images.Count);
        var options = _options with { WitnessPath = WitnessPath is null ? null : ModelPaths.File(this, WitnessPath) };
        var rows = Compute(work => RobustnessRuns.Detect(model, Loading(images), images, calibration, options, work));
        WriteObject(rows.Select(row => Record(row, model, dataset)), enumerateCollection: true);
        if (curve is not null) DetectionCurveFile.Write(rows, curve, Force);
        _written.Add([curve], model);
    }

    private static AttackDetection Record(DetectionRow row, string model, string dataset)
    {
        var half = row.Area.Variance is { } variance ? Quantile * Math.Sqrt(variance) : (double?)null;
        return new AttackDetection
        {
            ModelPath = model,
            Dataset = dataset,
            Attack = row.Attack,
            Epsilon = row.Epsilon?.Pixels,
            Knowledge = row.Knowledge?.ToString(),
            Distance = row.Distance.ToString(),
            Area = row.Area.Area,
            Lower = half is null ? null : Math.Max(0, row.Area.Area - half.Value),
            Upper = half is null ? null : Math.Min(1, row.Area.Area + half.Value),
            SuccessfulArea = row.SuccessfulArea?.Area,
            Threshold = row.Threshold,
            FalsePositiveRate = row.FalsePositiveRate,
            DetectionRate = row.DetectionRate,
            Accuracy = row.Accuracy,
            DefendedOrDetected = row.DefendedOrDetected,
            Count = row.Count,
            Turned = row.Turned,
            WitnessRight = row.WitnessRight,
            WitnessTurned = row.WitnessTurned,
        };
    }
}
