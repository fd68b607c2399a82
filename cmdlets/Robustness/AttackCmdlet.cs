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
    private const double SmallLength = 32;

    /// <summary>The model's file: safetensors, as Build-Classifier writes; ONNX; a state_dict of PyTorch; TorchScript; or YAML, a model behind defences.</summary>
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

    /// <summary>What the numbers of the budgets count: Pixel, steps of 1/255, or Fraction, shares of the range of [0, 1].</summary>
    [Parameter]
    [ValidateSet("Pixel", "Fraction")]
    public string? EpsilonUnit { get; set; }

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

    /// <summary>
    /// Passes of a random model over which attacks average logits and gradients (EOT); 1 unless given. A model that draws
    /// nothing is asked once.
    /// </summary>
    [Parameter]
    [Alias("Eot")]
    [ValidateRange(1, 100_000)]
    public int ExpectationDraws { get; set; } = 1;

    /// <summary>
    /// The architecture of a model's file that holds weights alone, as a state_dict of PyTorch (.pth, or safetensors) does:
    /// model-a, small, resnet18 (torchvision's) or wide-resnet.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(ArchitectureCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Architecture { get; set; }

    /// <summary>Allows a TorchScript model: it is a program, and loading it runs its author's code.</summary>
    [Parameter]
    public SwitchParameter TrustedCode { get; set; }

    /// <inheritdoc/>
    protected override string DeviceName => Device;

    /// <summary>How the model is loaded; a file that leaves the images' shape open takes the dataset's.</summary>
    internal ClassifierLoadOptions Loading(LabelledImages images) =>
        new() { TrustedCode = TrustedCode, Architecture = Architecture, ImageShape = images.Shape, Samples = images };

    /// <summary>The budgets of the attacks; says where a budget is so small that another unit may be meant.</summary>
    internal AttackBudgets Budgets(IReadOnlyList<IAdversarialAttack> attacks)
    {
        var budgets = new AttackBudgets { Linf = Parse(Epsilon), L2 = Parse(EpsilonL2 ?? Epsilon), L1 = Parse(EpsilonL1 ?? Epsilon) };
        foreach (var attack in attacks) budgets.For(attack);
        if (EpsilonUnit is null)
        {
            foreach (var norm in attacks.Where(attack => attack.TakesEpsilon).Select(attack => attack.Norm).Distinct()) WarnOfUnit(budgets, norm);
        }

        return budgets;
    }

    private Epsilon[] Parse(string[] texts)
    {
        EpsilonUnit? unit = EpsilonUnit is null ? null : Enum.Parse<EpsilonUnit>(EpsilonUnit, ignoreCase: true);
        return Array.ConvertAll(texts, text => Engine.Robustness.Epsilon.Parse(text, unit));
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

    /// <summary>An attack with this cmdlet's settings.</summary>
    internal IAdversarialAttack AttackOf(string name) => AttackCatalogue.Create(name, new AttackSettings
    {
        Steps = Steps,
        RelativeStep = StepSize,
        StopsAtGoal = EarlyStop ? true : null,
        Restarts = Restarts,
        Confidence = Confidence,
        Queries = Queries,
    });

    /// <summary>Seed, batches, target.</summary>
    internal AttackRunOptions RunOptions() => new()
    {
        Seed = Seed,
        BatchSize = BatchSize,
        ExpectationDraws = ExpectationDraws,
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
