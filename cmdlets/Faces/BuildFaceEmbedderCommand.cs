using System.Diagnostics;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Faces;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Trains a network that makes features of faces, one of those of chapters 2 and 3, on folders of identities, and
/// writes it as safetensors beside the curve of its training. Get-FaceFeature takes the file as its model.
/// </summary>
/// <remarks>
/// <para>The images are aligned faces of one size, or squares that ImageSize scales: JPEG, PNG or WebP, in a folder for
/// each identity, as Get-FaceFeature -Aligned -Recurse -FolderIdentity takes them and Invoke-FaceCuration -LinkKept
/// leaves them. Folders of one name are one identity; links to files are taken. Of each identity one image in ten is
/// held back, by an order that depends on their number alone, and is validated on at each epoch's end.</para>
/// <para>The networks: dcnn, the DCNN of Chen et al. (10 convolutions, features of 320 values, for 100 x 100 pixels);
/// all-in-one, the base network of All-in-One (7 convolutions and 3 connected layers, 512 values, for 227 x 227);
/// resnet101 (512 values, for 224 x 224). Width takes a share of their channels, for machines without a GPU.</para>
/// <para>The loss is the L2-constrained softmax of Ranjan et al. (2017): the cross-entropy of identities on features
/// alpha f / |f|; Softmax is the one without the constraint. The layer that tells the identities apart ends with the
/// training: the file holds neither it nor a name. Weight decay is for that layer alone.</para>
/// <para>The run saves itself at the end of each epoch, every two minutes and on Ctrl+C, beside the model as
/// NAME.checkpoint.safetensors. The same command with Resume goes on from there and ends with the same bytes as a run
/// that was not interrupted, on the same device with the same ThreadCount.</para>
/// <para>The defaults are the dissertation's for the DCNN (section 2.5.1): SGD with momentum .9 at 0.01, halved seven
/// times over the run, batches of 128, weight decay 5e-4 on the last layer; it took 780,000 steps of 494,414 images,
/// which want a GPU.</para>
/// </remarks>
/// <notes>
/// <para>Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a module that was
/// installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build.</para>
/// </notes>
/// <example>
/// <code>Build-FaceEmbedder crops -Width 0.125 -ImageSize 32 -Epochs 3 -BatchSize 4 -Destination faces.safetensors</code>
/// <para>Trains a tiny network on the folders of two people, in seconds: to see that all is in place.</para>
/// </example>
/// <example>
/// <code>Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath faces.safetensors | Invoke-FaceClustering -ClusterCount 2 | Measure-FaceClustering</code>
/// <para>What its features are worth, on the faces that it was trained on.</para>
/// </example>
/// <example>
/// <code>Build-FaceEmbedder crops -Width 0.125 -ImageSize 32 -Epochs 5 -BatchSize 4 -InitialModel faces.safetensors -Destination tuned.safetensors -Resume</code>
/// <para>Goes on from a model's values, as on a curated set; or where an earlier run of this command stopped.</para>
/// </example>
/// <parameter name="WeightDecay">The factor of the last layer's parameters that is added to their gradients.</parameter>
/// <parameter name="Shift">The most pixels by which training images are shifted at random, which is a crop of a larger
/// image.</parameter>
/// <seealso cref="GetFaceFeatureCommand"/>
/// <seealso cref="InvokeFaceCurationCommand"/>
/// <seealso cref="InvokeFaceClusteringCommand"/>
[Cmdlet("Build", "FaceEmbedder", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FaceEmbedderTraining))]
public sealed class BuildFaceEmbedderCommand : ImageTrainingCmdlet
{
    private const string PathSet = "Path";
    private const string Constrained = "L2Softmax";

    private EmbedderTrainingOptions _options = new();

    /// <summary>Takes the dissertation's training of the DCNN for the defaults.</summary>
    public BuildFaceEmbedderCommand()
    {
        (Epochs, Optimizer, LearningRate, WeightDecay) = (200, "SGD", 0.01, 5e-4);
    }

    /// <summary>
    /// Folders of identities, with wildcards: in each a folder with the aligned faces of one person, however deep.
    /// </summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same, their paths taken as they are written.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The network: dcnn, all-in-one or resnet101.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EmbeddingArchitectureCompleter))]
    [ValidateNotNullOrEmpty]
    public string Architecture { get; set; } = "dcnn";

    /// <summary>
    /// The share of the network's published channels, above 0 and up to 1, in blocks of 16; the length of the features,
    /// too.
    /// </summary>
    [Parameter]
    [ValidateRange(0.001, 1.0)]
    public double Width { get; set; } = 1;

    /// <summary>
    /// Normalises each convolution's channels over the batch, which the published dcnn and all-in-one do not: some
    /// thousand faces are then learnt in some thousand steps. resnet101 does so in any case.
    /// </summary>
    [Parameter]
    public SwitchParameter BatchNormalisation { get; set; }

    /// <summary>Rows and columns to which the faces are scaled; as they are unless given.</summary>
    [Parameter]
    [ValidateRange(9, 4096)]
    public int? ImageSize { get; set; }

    /// <summary>The loss: L2Softmax, features of the length Alpha, or Softmax, features as they are.</summary>
    [Parameter]
    [ValidateSet(Constrained, "Softmax")]
    public string Loss { get; set; } = Constrained;

    /// <summary>The length of the features in L2Softmax: 50 is the dissertation's; less for few identities.</summary>
    [Parameter]
    [ValidateRange(0.01, 1e6)]
    public double Alpha { get; set; } = 50;

    /// <summary>The least images of an identity; those of fewer are left out.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MinimumImages { get; set; } = 2;

    /// <summary>The share of each identity's images that is held back for validation; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.9)]
    public double ValidationShare { get; set; } = 0.1;

    /// <summary>The learning rate over the run: Halving (after each 100 of 780 parts of it), Constant or Cosine.</summary>
    [Parameter]
    [ValidateSet("Halving", "Constant", "Cosine")]
    public string Schedule { get; set; } = "Halving";

    /// <summary>Leaves training images as they are, where they are mirrored at random else.</summary>
    [Parameter]
    public SwitchParameter NoMirror { get; set; }

    /// <summary>A model of the same network from whose values this one begins: tuning it on other faces.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InitialModel { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing() => _options = Require(() => new EmbedderTrainingOptions
    {
        Architecture = EmbeddingArchitecture.Find(Architecture),
        Width = Width,
        Normalised = BatchNormalisation,
        ImageSide = ImageSize,
        Alpha = ConstrainedLength(),
        LeastImages = MinimumImages,
        ValidationShare = ValidationShare,
        Training = RunOptions(),
        Optimiser = ChosenOptimiser(),
        Schedule = Schedule.Equals("Halving", StringComparison.OrdinalIgnoreCase)
            ? EmbedderTrainingOptions.Halving
            : new LearningRateSchedule { Kind = Enum.Parse<ScheduleKind>(Schedule, ignoreCase: true) },
        Augmentation = new ImageAugmentation { Shift = Shift, Mirror = !NoMirror },
        InitialModel = InitialModel is null ? null : ResolveTarget(InitialModel),
        Resume = Resume,
        Overwrite = Force,
    });

    /// <summary>Trains.</summary>
    protected override void ProcessRecord() => Guard(Train);

    private bool IsConstrained => Loss.Equals(Constrained, StringComparison.OrdinalIgnoreCase);

    private double? ConstrainedLength() => IsConstrained ? Alpha
        : !MyInvocation.BoundParameters.ContainsKey(nameof(Alpha)) ? null : throw new InputException(
            "AlphaNotUsed", FaultKind.InvalidArgument,
            "-Alpha is the length of the features in L2Softmax; Softmax leaves them as they are.", Alpha);

    private void Train()
    {
        var target = ResolveTarget(Destination);
        EmbedderTrainer.RequireTargets(target, _options);
        string[] folders =
            [.. Path.SelectMany(path => Resolve(path)), .. LiteralPath.SelectMany(path => Resolve(path, literal: true))];
        if (!ShouldProcess(target, $"Train {_options.Architecture.Name} on {folders.Length} folders for {Length}")) return;
        var clock = Stopwatch.StartNew();
        var result = Compute(work => EmbedderTrainer.Train(folders, _options, target, work));
        WriteObject(new FaceEmbedderTraining
        {
            Path = result.Path,
            Architecture = result.Description.Architecture.Name,
            Width = result.Description.Size.Width,
            BatchNormalisation = result.Description.Size.Normalised,
            Rows = result.Description.Shape.Height,
            Columns = result.Description.Shape.Width,
            Dimension = result.Dimension,
            Loss = IsConstrained ? Constrained : "Softmax",
            Alpha = result.Description.Alpha,
            Identities = result.Identities,
            Images = result.TrainingCount,
            ValidationCount = result.ValidationCount,
            ValidationAccuracy = result.ValidationAccuracy,
            Epochs = result.Curve.Points.Count,
            Steps = result.Curve.Points[^1].Step,
            Parameters = result.ParameterCount,
            Seed = Seed,
            Seconds = clock.Elapsed.TotalSeconds,
            CurvePath = result.CurveFiles.Table,
            PlotPath = result.CurveFiles.Plot,
        });
    }

    private IReadOnlyList<string> Resolve(string path, bool literal = false) =>
        PathResolver.FilesAndFolders(this, path, literal);
}
