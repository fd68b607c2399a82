using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Attacks the test images of a dataset and writes what comes out: the images of each epsilon as npy, a manifest with a
/// line for each image, a record of the models and settings (JSON), and a picture of the first ones.
/// </summary>
/// <remarks>
/// <para>Unless Attack is given it is PGD, or Square for a model that gives no gradients.</para>
/// <para>Epsilons are pixel units of 0 to 255, whatever normalisation the model has inside; images stay in their range.
/// PGD-Printed and CW-Printed are the dissertation's equations 5.2 and 5.3 to the letter, for comparison: the first leaves
/// budget and range, the second finds next to nothing.</para>
/// <para>The same seed gives the same draws, however the images are split into batches.</para>
/// </remarks>
/// <example>
/// <code>New-AdversarialExample shapes.safetensors shapes -Attack PGD -Epsilon 8, 25 -First 50 -Destination examples</code>
/// <para>Writes pgd-eps8.npy, pgd-eps25.npy, pgd-manifest.csv, pgd-manifest.json and pgd-grid.png.</para>
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
    private IAdversarialAttack? _attack;
    private AttackRunOptions _options = new();

    private readonly WrittenTargets _written = new();

    /// <summary>
    /// The attack: RAND, FGSM, PGD, CW, DeepFool, Square, APGD-CE, APGD-DLR, FAB-T, APGD-T or AutoAttack, most with -L2 or
    /// -L1 after the name for that norm; PGD-Printed or CW-Printed. PGD unless given, Square for a model without gradients.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(AttackCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Attack { get; set; }

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
        _attack = Attack is null ? null : Require(() => AttackCatalogue.Create(Attack, Settings()));
        // What is asked of no attack yet is asked of the one that most models take.
        var attack = _attack ?? AttackCatalogue.Create("PGD", Settings());
        Require(() => Budgets([attack]).For(attack));
        _options = Require(RunOptions);
    }

    /// <summary>Attacks.</summary>
    protected override void Take(string model)
    {
        var images = TestImages(out var dataset);
        var folder = ResolveTarget(Destination);
        var surrogate = Surrogate();
        // Where the attack is known, files that are there are found before the model is loaded.
        var files = _attack is null ? null : Plan(_attack);
        if (!ShouldProcess(folder, $"Write {images.Count} images attacked by {_attack?.Name ?? "the model's default attack"}")) return;
        _written.RequireFree([folder], model);
        var written = Compute(work => RobustnessRuns.Write(
            model, surrogate, Loading(images), name => files ??= Plan(AttackCatalogue.Create(name, Settings())), _options, work));
        _written.Add([folder], model);
        foreach (var made in written)
        {
            WriteObject(new AdversarialExampleSet
            {
                ModelPath = model,
                Dataset = dataset,
                Attack = files!.AttackName,
                Epsilon = made.Epsilon?.Pixels,
                EpsilonFraction = made.Epsilon?.Value,
                Count = made.Count,
                Reached = made.Reached,
                Seed = Seed,
                Path = made.Path,
                ManifestPath = files.ManifestPath,
                OriginPath = files.OriginPath,
                GridPath = files.GridPath,
            });
        }

        AdversarialExampleFiles Plan(IAdversarialAttack attack) =>
            new(images, attack, Budgets([attack]).For(attack), folder, Force);
    }
}
