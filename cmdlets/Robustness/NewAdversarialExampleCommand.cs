using System.Management.Automation;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Attacks the test images of a dataset and writes what comes out: the images of each epsilon as npy, a manifest with a
/// line for each image, and a picture of the first ones.
/// </summary>
/// <remarks>
/// <para>Epsilons are pixel units of 0 to 255, whatever normalisation the model has inside; images stay in their range.
/// PGD-Printed and CW-Printed are the dissertation's equations 5.2 and 5.3 to the letter, for comparison: the first leaves
/// budget and range, the second finds next to nothing.</para>
/// <para>The same seed gives the same draws, however the images are split into batches.</para>
/// </remarks>
/// <example>
/// <code>New-AdversarialExample shapes.safetensors shapes -Attack PGD -Epsilon 8, 25 -First 50 -Destination examples</code>
/// <para>Writes pgd-eps8.npy, pgd-eps25.npy, pgd-manifest.csv and pgd-grid.png.</para>
/// </example>
/// <example>
/// <code>New-AdversarialExample mnist.safetensors mnist -Attack CW -Target least-likely -First 10 -Destination examples</code>
/// <para>Makes ten digits look like the class that the model thinks least likely, with the smallest change.</para>
/// </example>
/// <seealso cref="TestAdversarialRobustnessCommand"/>
/// <seealso cref="BuildClassifierCommand"/>
[Cmdlet(VerbsCommon.New, "AdversarialExample", SupportsShouldProcess = true)]
[OutputType(typeof(AdversarialExampleSet))]
public sealed class NewAdversarialExampleCommand : AttackCmdlet
{
    private IAdversarialAttack _attack = null!;
    private IReadOnlyList<Epsilon> _epsilons = [];
    private AttackRunOptions _options = new();

    // A second model of a pipeline does not take the place of the first one's files, whatever Force allows.
    private readonly HashSet<string> _written = [];

    /// <summary>
    /// The attack: RAND, FGSM, PGD, CW, DeepFool, Square, APGD-CE, APGD-DLR, FAB-T, APGD-T or AutoAttack, most with -L2 or
    /// -L1 after the name for that norm; PGD-Printed or CW-Printed.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(AttackCompleter))]
    [ValidateNotNullOrEmpty]
    public string Attack { get; set; } = "PGD";

    /// <summary>The folder to write into; it is made when it is missing.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _attack = Require(() => AttackCatalogue.Create(Attack, Settings()));
        _epsilons = Require(() => Budgets([_attack]).For(_attack));
        _options = Require(RunOptions);
    }

    /// <summary>Attacks.</summary>
    protected override void Take(string model)
    {
        var images = TestImages(out var dataset);
        var folder = ResolveTarget(Destination);
        var files = new AdversarialExampleFiles(images, _attack, _epsilons, folder, Force);
        if (!ShouldProcess(folder, $"Write {images.Count} images attacked by {_attack.Name}")) return;
        if (!_written.Add(folder)) throw AtomicFile.Exists(files.ManifestPath);
        foreach (var made in Compute(work => RobustnessRuns.Write(model, Loading(images), files, _options, work)))
        {
            WriteObject(new AdversarialExampleSet
            {
                ModelPath = model,
                Dataset = dataset,
                Attack = _attack.Name,
                Epsilon = made.Epsilon?.Pixels,
                EpsilonFraction = made.Epsilon?.Value,
                Count = made.Count,
                Reached = made.Reached,
                Seed = Seed,
                Path = made.Path,
                ManifestPath = files.ManifestPath,
                GridPath = files.GridPath,
            });
        }
    }
}
