using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Robustness;

/// <summary>What the cmdlets that attack share: the model, the images, and the settings of attacks.</summary>
/// <notes>
/// <para>Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a module that was
/// installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build. The variable THESIS_DATA
/// names the folder of the catalogue's datasets.</para>
/// </notes>
public abstract class AttackCmdlet : ComputeCmdlet
{
    /// <summary>The model's file: safetensors, as Build-Classifier writes; ONNX, for black-box attacks; or TorchScript.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string ModelPath { get; set; } = "";

    /// <summary>A dataset's name, such as mnist, fashion-mnist, cifar10 or shapes, or a folder of labelled images.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = "";

    /// <summary>The folder above those of the catalogue's datasets; the variable THESIS_DATA unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>Takes this many of the test images, from the first on; all unless given.</summary>
    [Parameter]
    [Alias("Count")]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The budgets in pixel units, 0 to 255: 8 and 8/255 are the same. For PGD-L2 it bounds the Euclidean length.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Epsilon { get; set; } = ["8"];

    /// <summary>The wanted class: a number, next, random or least-likely; any wrong class unless given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TargetCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>Steps of PGD, APGD and CW; 100 unless given.</summary>
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

    /// <summary>Images that are attacked together; more need more memory. It changes no random draw.</summary>
    [Parameter]
    [ValidateRange(1, 65_536)]
    public int BatchSize { get; set; } = AttackRunOptions.DefaultBatchSize;

    /// <summary>The seed of every random draw: starts, directions, target classes.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>The device of the tensor operations: auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "cpu";

    /// <summary>Allows a TorchScript model: it is a program, and loading it runs its author's code.</summary>
    [Parameter]
    public SwitchParameter TrustedCode { get; set; }

    /// <inheritdoc/>
    protected override string DeviceName => Device;

    /// <summary>How the model is loaded; a file that leaves the images' shape open takes the dataset's.</summary>
    internal ClassifierLoadOptions Loading(LabelledImages images) =>
        new() { TrustedCode = TrustedCode, ImageShape = images.Shape };

    /// <summary>The budgets.</summary>
    internal Epsilon[] Epsilons() => Array.ConvertAll(Epsilon, Engine.Robustness.Epsilon.Parse);

    /// <summary>An attack with this cmdlet's settings.</summary>
    internal IAdversarialAttack AttackOf(string name) => AttackCatalogue.Create(name, new AttackSettings
    {
        Steps = Steps,
        RelativeStep = StepSize,
        Restarts = Restarts,
        Confidence = Confidence,
        Queries = Queries,
    });

    /// <summary>Seed, batches, target.</summary>
    internal AttackRunOptions RunOptions() => new()
    {
        Seed = Seed,
        BatchSize = BatchSize,
        Target = Target is null ? null : TargetChoice.Parse(Target),
    };

    /// <summary>The model's file, which must be there.</summary>
    internal string ModelFile() => PathResolver.Files(this, ModelPath, literal: true)[0];

    /// <summary>The test images.</summary>
    internal LabelledImages TestImages(out string name)
    {
        var dataset = ImageDatasets.Open(this, Dataset, DataPath);
        name = dataset.Name;
        var images = Compute(work => dataset.Read(DatasetSplit.Test, work));
        return First is { } count && count < images.Count ? images.Slice(0, count) : images;
    }
}
