using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Projects the test images of a dataset, or saved adversarial examples, onto the range of a generator (Algorithm 5.1), and writes
/// the projected images, a line for each, and a picture of the first.
/// </summary>
/// <remarks>
/// <para>Each start moves Steps times down the gradient of the squared distance between the image and G(z), all starts of a batch
/// together; the start that ends nearest is the projection. Without an inverter starts are draws of N(0, I), DefenseGAN's; with
/// one they are I(x) and points around it, InvGAN's, the first without noise.</para>
/// <para>PruneAfter lets only the best PruneTo starts of an image go on, and StopBelow ends an image whose mean square error is
/// low enough: both save steps. MeanSteps counts those that were taken.</para>
/// </remarks>
/// <notes>
/// <para>Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a module that was
/// installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build. The variable THESIS_DATA
/// names the folder of the catalogue's datasets.</para>
/// </notes>
/// <example>
/// <code>Invoke-GenerativeProjection generator.safetensors shapes -First 5 -Restarts 2 -Steps 3 -Destination projected</code>
/// <para>Projects five images, DefenseGAN's way, in a moment.</para>
/// </example>
/// <example>
/// <code>Invoke-GenerativeProjection mnist-gan.safetensors mnist -Inverter mnist-inverter.safetensors -Restarts 1 -Steps 40 -ExamplePath examples/pgd-eps75.npy -Destination projected</code>
/// <para>What InvGAN makes of attacked digits.</para>
/// </example>
/// <seealso cref="BuildGenerativeModelCommand"/>
/// <seealso cref="BuildGeneratorInverterCommand"/>
/// <seealso cref="NewAdversarialExampleCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "GenerativeProjection", SupportsShouldProcess = true)]
[OutputType(typeof(ProjectedImageSet))]
public sealed class InvokeGenerativeProjectionCommand : TensorCmdlet
{
    private ProjectionOptions _projection = new();

    /// <summary>The generator's file, or the module's own, mnist-generator.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("GeneratorPath")]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string Generator { get; set; } = "";

    /// <summary>A dataset's name, such as mnist, or a folder of labelled images, whose test part is projected.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = "";

    /// <summary>The folder to write into; it is made when it is missing.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The folder above those of the catalogue's datasets; the variable THESIS_DATA unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>Takes this many of the images, from the first on; all unless given.</summary>
    [Parameter]
    [Alias("Count")]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The inverter's file, of the same generator: InvGAN. The module's own is mnist-inverter.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Inverter { get; set; }

    /// <summary>Saved examples of the images to project in their place, npy as New-AdversarialExample writes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ExamplePath { get; set; }

    /// <summary>Starts of an image.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int Restarts { get; set; } = 10;

    /// <summary>Steps of each start; 0 takes the nearest start as it is.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int Steps { get; set; } = 200;

    /// <summary>The optimiser: SGD with momentum, or Adam.</summary>
    [Parameter]
    [ValidateSet("SGD", "Adam")]
    public string Optimizer { get; set; } = "SGD";

    /// <summary>The rate of a step on the mean square error; 10 for SGD and 0.01 for Adam unless given. The last fifth has a tenth.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e9)]
    public double? LearningRate { get; set; }

    /// <summary>The momentum of SGD.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double Momentum { get; set; } = 0.7;

    /// <summary>The deviation of the starts from the inverter's code.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e3)]
    public double Sigma { get; set; } = 0.5;

    /// <summary>The step after which only the best starts go on; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int PruneAfter { get; set; }

    /// <summary>How many starts go on then.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int PruneTo { get; set; } = 2;

    /// <summary>The mean square error of a pixel, in shares of the range, below which an image is done; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double StopBelow { get; set; }

    /// <summary>Images that are projected together. It changes no random draw.</summary>
    [Parameter]
    [ValidateRange(1, 65_536)]
    public int BatchSize { get; set; } = 50;

    /// <summary>The seed of the starts.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        var optimiser = Enum.Parse<OptimiserKind>(Optimizer, ignoreCase: true);
        _projection = Require(() => new ProjectionOptions
        {
            Restarts = Restarts,
            Steps = Steps,
            Optimiser = optimiser,
            LearningRate = LearningRate ?? (optimiser == OptimiserKind.Adam ? 0.01 : 10),
            Momentum = Momentum,
            Sigma = Sigma,
            PruneAfter = PruneAfter,
            PruneTo = PruneTo,
            StopBelow = StopBelow,
        });
    }

    /// <summary>Projects.</summary>
    protected override void ProcessRecord() => Guard(Project);

    private void Project()
    {
        var options = new ProjectionRunOptions
        {
            GeneratorPath = ModelPaths.File(this, Generator),
            InverterPath = Inverter is null ? null : ModelPaths.File(this, Inverter),
            ExamplePath = ExamplePath is null ? null : PathResolver.Files(this, ExamplePath, literal: true)[0],
            Projection = _projection,
            Seed = Seed,
            BatchSize = BatchSize,
            Overwrite = Force,
        };
        var folder = ResolveTarget(Destination);
        ProjectionRuns.RequireTargets(folder, Force);
        var dataset = ImageDatasets.Open(this, Dataset, DataPath);
        var all = Compute(work => dataset.Read(DatasetSplit.Test, work));
        var images = First is { } count && count < all.Count ? all.Slice(0, count) : all;
        if (!ShouldProcess(folder, $"Write the projections of {images.Count} images")) return;
        var result = Compute(work => ProjectionRuns.Run(images, options, folder, work));
        WriteObject(new ProjectedImageSet
        {
            Method = Inverter is null ? "DefenseGAN" : "InvGAN",
            GeneratorPath = options.GeneratorPath,
            InverterPath = options.InverterPath,
            Dataset = dataset.Reference,
            Restarts = Restarts,
            Steps = Steps,
            Count = result.Count,
            MeanError = result.MeanError,
            MeanSteps = result.MeanSteps,
            Diverged = result.Diverged,
            Seconds = result.Seconds,
            Path = result.Path,
            ManifestPath = result.ManifestPath,
            GridPath = result.GridPath,
        });
    }
}
