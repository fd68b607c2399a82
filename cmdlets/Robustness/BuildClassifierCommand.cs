using System.Diagnostics;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Trains a classifier of images and writes it as safetensors, with the names of PyTorch's state_dict, beside the curve
/// of its training as CSV and PNG.
/// </summary>
/// <remarks>
/// <para>A dataset is a name of the catalogue (shapes is generated and needs no files) or a folder: MNIST's idx files,
/// CIFAR-10's binary files, pairs of npy files, or subfolders train and test with a subfolder of images for each
/// class. DataPath, or the variable THESIS_DATA, is the folder above those of the catalogue.</para>
/// <para>The run saves itself at the end of each epoch, every two minutes and on Ctrl+C, beside the model as
/// NAME.checkpoint.safetensors. The same command with Resume goes on from there and ends with the same bytes as a run
/// that was not interrupted, on the same device with the same ThreadCount.</para>
/// <para>The defaults are the dissertation's for Model A on MNIST (chapter 5): Adam at 0.001, batches of 128, 10 epochs.
/// For the wide ResNet on CIFAR-10 use -Optimizer SGD -LearningRate 0.1 -WeightDecay 0.0002 -Schedule Steps -Shift 4
/// -Mirror and a GPU.</para>
/// </remarks>
/// <notes>
/// <para>Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a module that was
/// installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build. The variable THESIS_DATA
/// names the folder of the catalogue's datasets.</para>
/// </notes>
/// <example>
/// <code>Build-Classifier shapes -Architecture small -Epochs 3 -Destination shapes.safetensors</code>
/// <para>Trains a small network on generated images, in seconds.</para>
/// </example>
/// <example>
/// <code>Build-Classifier mnist -DataPath data -Destination mnist.safetensors -Resume</code>
/// <para>Trains Model A on MNIST, or goes on where an earlier run stopped.</para>
/// </example>
/// <seealso cref="TestAdversarialRobustnessCommand"/>
/// <seealso cref="TestCertifiedRobustnessCommand"/>
/// <seealso cref="NewAdversarialExampleCommand"/>
/// <example>
/// <code>Build-Classifier shapes -Architecture small -Epochs 1 -Adversarial PGD -Epsilon 16 -AttackSteps 3 -Destination robust.safetensors</code>
/// <para>Adversarial training: each batch is attacked before the network learns from it.</para>
/// </example>
/// <example>
/// <code>Build-Classifier mnist robust.safetensors -DataPath data -Adversarial OnManifold -GeneratorPath mnist-generator -InverterPath mnist-inverter -LatentBudget 0.3 -AttackSteps 5</code>
/// <para>On-manifold adversarial training: beside each digit the network learns from a digit of the generator near it.</para>
/// </example>
[Cmdlet("Build", "Classifier", SupportsShouldProcess = true)]
[OutputType(typeof(ClassifierTraining))]
public sealed class BuildClassifierCommand : ImageTrainingCmdlet
{
    private const string OnManifold = nameof(OnManifold);

    private ClassifierTrainingOptions _options = new();

    /// <summary>Takes the dissertation's training of Model A for the defaults.</summary>
    public BuildClassifierCommand() => Epochs = 10;

    /// <summary>A dataset's name, such as mnist, fashion-mnist, cifar10 or shapes, or a folder of labelled images.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = "";

    /// <summary>The folder above those of the catalogue's datasets; the variable THESIS_DATA unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>The training images to hold back for validation; the catalogue's number, or a sixth, unless given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ValidationCount { get; set; }

    /// <summary>The network: model-a, small, resnet18 or wide-resnet.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ArchitectureCompleter))]
    [ValidateNotNullOrEmpty]
    public string Architecture { get; set; } = "model-a";

    /// <summary>The learning rate over the run: Constant, Steps (a tenth after one half, again after three quarters) or Cosine.</summary>
    [Parameter]
    [ValidateSet("Constant", "Steps", "Cosine")]
    public string Schedule { get; set; } = "Constant";

    /// <summary>Mirrors training images at random. Digits and letters do not bear it.</summary>
    [Parameter]
    public SwitchParameter Mirror { get; set; }

    /// <summary>
    /// Attacks the training images anew in every step: PGD trains on what comes of it (Madry et al. 2018), TRADES weighs the
    /// clean images against it (Zhang et al. 2019); OnManifold looks for images G(I(x) + d) of a generator that turn the network and
    /// trains on the clean ones and on them (Stutz et al. 2019). It takes about as many times longer as AttackSteps says.
    /// </summary>
    [Parameter]
    [ValidateSet("PGD", "TRADES", "OnManifold")]
    public string? Adversarial { get; set; }

    /// <summary>
    /// The budget of adversarial training in the maximum norm, in pixel units: 76.5 is the 0.3 of MNIST. A number between 0
    /// and 1 wants EpsilonUnit.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Epsilon { get; set; } = "8";

    /// <summary>What the number of the budget counts: Pixel, steps of 1/255, or Fraction, shares of the range of [0, 1].</summary>
    [Parameter]
    [ValidateSet("Pixel", "Fraction")]
    public string? EpsilonUnit { get; set; }

    /// <summary>
    /// The share of the run in which the budget rises linearly from 0, 0 to 1. From the first step on a large budget, as that
    /// of MNIST, may leave a network that gives each image the same answer; 0.3 helps then.
    /// </summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double EpsilonWarmup { get; set; }

    /// <summary>Steps of the attack in adversarial training, each of AttackStepSize epsilons.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int AttackSteps { get; set; } = 7;

    /// <summary>Length of a step of that attack in epsilons.</summary>
    [Parameter]
    [ValidateRange(1e-6, 100.0)]
    public double AttackStepSize { get; set; } = 0.25;

    /// <summary>The generator of OnManifold, as Build-GenerativeModel writes it, or the module's own, mnist-generator.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? GeneratorPath { get; set; }

    /// <summary>The inverter of that generator, whose codes of the training images OnManifold starts from.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? InverterPath { get; set; }

    /// <summary>The largest change of a number of a latent code in OnManifold, in deviations of the prior.</summary>
    [Parameter]
    [ValidateRange(1e-6, 100.0)]
    public double LatentBudget { get; set; } = 0.3;

    /// <summary>The weight of the attacked images in TRADES.</summary>
    [Parameter]
    [ValidateRange(1e-6, 1e6)]
    public double Beta { get; set; } = 6;

    /// <summary>
    /// The deviation of normal noise that each training image gets anew, in pixel units, for Test-CertifiedRobustness with the same
    /// Sigma; 0 for none. The accuracies of the curve are those of images without noise.
    /// </summary>
    [Parameter]
    [ValidateRange(0.0, 1e4)]
    public double NoiseSigma { get; set; }

    /// <summary>Writes the parameters in 16 bits; the accuracy is measured with the rounded ones.</summary>
    [Parameter]
    public SwitchParameter HalfPrecision { get; set; }

    /// <summary>
    /// A folder for a picture at each epoch's end: the first validation images, attacked in adversarial training, with their
    /// classes and those that the network finds.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PicturePath { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing() => _options = Require(() => new ClassifierTrainingOptions
    {
        Architecture = ClassifierArchitecture.Find(Architecture),
        Training = RunOptions(),
        Optimiser = ChosenOptimiser(),
        Schedule = new LearningRateSchedule { Kind = Enum.Parse<ScheduleKind>(Schedule, ignoreCase: true) },
        Augmentation = new ImageAugmentation { Shift = Shift, Mirror = Mirror },
        Adversarial = AdversarialOptions(),
        Manifold = ManifoldOptions(),
        NoiseSigma = NoiseSigma == 0 || Adversarial is null ? NoiseSigma : throw new InputException(
            "NoiseAndAdversarial", FaultKind.InvalidArgument,
            "-NoiseSigma and -Adversarial are two ways of training: an attack keeps to the range of pixels, which noise leaves.",
            nameof(NoiseSigma)),
        HalfPrecision = HalfPrecision,
        PictureFolder = PicturePath is null ? null : ResolveTarget(PicturePath),
        Resume = Resume,
        Overwrite = Force,
    });

    /// <summary>Trains.</summary>
    protected override void ProcessRecord() => Guard(Train);

    private bool IsOnManifold => nameof(OnManifold).Equals(Adversarial, StringComparison.OrdinalIgnoreCase);

    private AdversarialTraining? AdversarialOptions()
    {
        // A budget without -Adversarial would be a network that is not robust and looks as if it were.
        if (Adversarial is null || IsOnManifold) Refuse("PGD or TRADES", nameof(Epsilon), nameof(EpsilonUnit), nameof(EpsilonWarmup), nameof(Beta));
        if (Adversarial is null) Refuse("PGD, TRADES or OnManifold", nameof(AttackSteps), nameof(AttackStepSize));
        if (Adversarial is null || IsOnManifold) return null;
        return new AdversarialTraining
        {
            Objective = Enum.Parse<AdversarialObjective>(Adversarial, ignoreCase: true),
            Epsilon = Engine.Robustness.Epsilon.Parse(Epsilon, EpsilonUnits.Parse(EpsilonUnit)),
            Warmup = EpsilonWarmup,
            Steps = AttackSteps,
            RelativeStep = AttackStepSize,
            Beta = Beta,
        };
    }

    private ManifoldTraining? ManifoldOptions()
    {
        if (!IsOnManifold)
        {
            Refuse(OnManifold, nameof(GeneratorPath), nameof(InverterPath), nameof(LatentBudget));
            return null;
        }

        if (GeneratorPath is null || InverterPath is null)
        {
            throw new InputException(
                "GeneratorRequired", FaultKind.InvalidArgument,
                "-Adversarial OnManifold looks for images of a generator: give -GeneratorPath and its -InverterPath.", Adversarial);
        }

        return new ManifoldTraining
        {
            GeneratorPath = ModelPaths.File(this, GeneratorPath),
            InverterPath = ModelPaths.File(this, InverterPath),
            Budget = LatentBudget,
            Steps = AttackSteps,
            RelativeStep = AttackStepSize,
        };
    }

    private void Refuse(string objectives, params string[] names)
    {
        if (Array.Find(names, MyInvocation.BoundParameters.ContainsKey) is not { } given) return;
        throw new InputException(
            "AdversarialRequired", FaultKind.InvalidArgument,
            $"-{given} is for adversarial training: give -Adversarial {objectives} with it.", given);
    }

    private void Train()
    {
        var target = ResolveTarget(Destination);
        ClassifierTrainer.RequireTargets(target, _options);
        var dataset = ImageDatasets.Open(this, Dataset, DataPath, ValidationCount);
        if (!ShouldProcess(target, $"Train {_options.Architecture.Name} on {dataset.Name} for {Length}")) return;
        var clock = Stopwatch.StartNew();
        var result = Compute(work => ClassifierTrainer.Train(dataset, _options, target, work));
        WriteObject(new ClassifierTraining
        {
            Path = result.Path,
            Architecture = _options.Architecture.Name,
            Dataset = dataset.Reference,
            TestAccuracy = result.Correct / (double)result.TestCount,
            TestCount = result.TestCount,
            Epochs = result.Curve.Points.Count,
            Steps = result.Curve.Points[^1].Step,
            Parameters = result.ParameterCount,
            Seed = Seed,
            Seconds = clock.Elapsed.TotalSeconds,
            CurvePath = result.CurveFiles.Table,
            PlotPath = result.CurveFiles.Plot,
            PicturePath = _options.PictureFolder,
        });
    }
}
