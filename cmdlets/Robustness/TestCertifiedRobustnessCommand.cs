using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Measures the accuracy that randomised smoothing certifies: the share of test images whose class no change shorter than a radius
/// can alter, whatever the attack.
/// </summary>
/// <remarks>
/// <para>The smoothed model answers with the class that the model gives most often to the image with normal noise of deviation
/// Sigma (Cohen et al. 2019). SelectionDraws noisy copies choose the class; Draws further ones bound its share from below, by
/// Clopper and Pearson's exact one-sided bound p, and the certified Euclidean radius is Sigma Phi^-1(p). Where p is not above
/// one half the smoothed model abstains. Each image's certificate is wrong with probability Alpha at most.</para>
/// <para>One record for each radius, 0 first: that is the accuracy of the smoothed model, which counts abstentions as wrong. The
/// paper takes 100,000 draws; 1,000 certify 2.46 Sigma at most, which LargestRadius says.</para>
/// <para>A model that has not seen noise certifies little: train it with Build-Classifier -NoiseSigma of the same Sigma. The
/// certificate is of the smoothed model, not of the model alone, and of Euclidean changes.</para>
/// </remarks>
/// <example>
/// <code>Test-CertifiedRobustness shapes.safetensors shapes -Sigma 32 -Radius 16, 32 -Draws 200 -First 10</code>
/// <para>The certified accuracy within two radii of ten images, from few draws.</para>
/// </example>
/// <example>
/// <code>Build-Classifier mnist noisy.safetensors -NoiseSigma 64 -Epochs 4 | Test-CertifiedRobustness -Sigma 64 -Radius 64, 128, 191 -Draws 10000 -First 100 -ImageTablePath radii.csv</code>
/// <para>Trains digits under noise, certifies them, and writes each image's radius.</para>
/// </example>
/// <seealso cref="BuildClassifierCommand"/>
/// <seealso cref="TestAdversarialRobustnessCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "CertifiedRobustness", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(CertifiedRobustness))]
public sealed class TestCertifiedRobustnessCommand : ModelCmdlet
{
    private readonly WrittenTargets _written = new();
    private SmoothingOptions _options = new();

    /// <summary>The standard deviation of the noise in pixel units: 64 is about a quarter of the range.</summary>
    [Parameter]
    [ValidateRange(1e-6, 1e4)]
    public double Sigma { get; set; } = 64;

    /// <summary>Euclidean radii in pixel units, 255 for a length of 1; a number between 0 and 1 wants EpsilonUnit. 0 is always told.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Radius { get; set; } = ["64", "128"];

    /// <summary>Noisy copies of an image that bound the share of its class.</summary>
    [Parameter]
    [ValidateRange(1, 10_000_000)]
    public int Draws { get; set; } = 1000;

    /// <summary>Noisy copies of an image that choose its class.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int SelectionDraws { get; set; } = 100;

    /// <summary>The probability at most that an image's certificate is wrong.</summary>
    [Parameter]
    [ValidateRange(1e-12, 0.5)]
    public double Alpha { get; set; } = 0.001;

    /// <summary>Writes a line for each image into this file, CSV: class, chosen class, votes, bound, radius (empty where it abstains).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageTablePath { get; set; }

    /// <summary>Replaces an existing file at ImageTablePath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _options = Require(() => new SmoothingOptions
        {
            Sigma = Sigma,
            SelectionDraws = SelectionDraws,
            Draws = Draws,
            Alpha = Alpha,
            Radii = ParseEpsilons(Radius),
            Seed = Seed,
            BatchSize = BatchSize,
        });
        if (ImageTablePath is not null) Require(() => CheckTarget(ImageTablePath, Force));
    }

    /// <summary>Certifies.</summary>
    protected override void Take(string model)
    {
        if (!ShouldProcess(model, $"Certify images of {Dataset}")) return;
        var images = TestImages(out var dataset);
        var table = ImageTablePath is null ? null : ResolveTarget(ImageTablePath);
        _written.RequireFree([table], model);
        var report = Compute(work => RobustnessRuns.Certify(model, Loading(images), images, _options, work));
        foreach (var radius in _options.Radii.Prepend(new Epsilon(0)).DistinctBy(radius => radius.Pixels))
        {
            WriteObject(Record(report, radius, model, dataset));
        }

        if (table is not null) CertificateTable.Write(report, Draws, table, Force);
        _written.Add([table], model);
    }

    private CertifiedRobustness Record(SmoothingReport report, Epsilon radius, string model, string dataset)
    {
        var (right, count) = (report.RightWithin(radius.Pixels), report.Images.Count);
        var interval = ProportionInterval.Wilson(right, count);
        return new CertifiedRobustness
        {
            ModelPath = model,
            Dataset = dataset,
            Sigma = Sigma,
            Radius = radius.Pixels,
            RadiusFraction = radius.Value,
            Accuracy = right / (double)count,
            Lower = interval.Lower,
            Upper = interval.Upper,
            Abstained = report.Abstained,
            MeanRadius = report.MeanRadius,
            LargestRadius = CertifiedRadius.Of(Draws, Draws, Alpha, Sigma).Radius ?? 0,
            Draws = Draws,
            SelectionDraws = SelectionDraws,
            Alpha = Alpha,
            Count = count,
            Seconds = report.Seconds,
        };
    }
}
