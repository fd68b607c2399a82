using System.Diagnostics;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Trains a network that reduces metal artifacts, DuDoNet or another of chapter 4, on slices or phantoms in which scans with metal are
/// simulated, and writes it beside the curve and pictures of its training.
/// </summary>
/// <remarks>
/// <para>Slices are files and folders as of Invoke-MetalArtifactReduction: stacks, DICOM series, DeepLesion's PNG folders. Those with
/// metal are left out. Without any, bodies are drawn: chest, abdomen, pelvis, head and legs with organs, bone and marrow, lungs, gas
/// and texture; PhantomShare mixes both. For each example of each step a slice is turned, scaled and mirrored at random, a metal is
/// drawn (rods, screws, plates, hip cups, fillings, coils), and the scan is simulated as New-MetalArtifact does, so that no example
/// is seen twice; with CachePath the examples of one epoch are made once, as safetensors files and a manifest, and every epoch has these:
/// for a GPU that would wait for the simulation. One patient in ten is held back for validation, or ValidationPath is validated on; where phantoms take part and
/// no ValidationPath is given, phantoms are.</para>
/// <para>The configurations of DuDoNet are those of section 4.5.1: A SE-Net without the mask pyramid, B SE-Net, C IE-Net, D A and C,
/// E B and C, F and G these with the Radon consistency loss. Losses are means of absolute differences, sinograms as line integrals and
/// images in multiples of the attenuation of water.</para>
/// <para>The run saves itself at the end of each epoch, every two minutes and on Ctrl+C, beside the model as
/// NAME.checkpoint.safetensors. The same command with Resume goes on from there and ends with the same bytes as a run
/// that was not interrupted, on the same device with the same ThreadCount.</para>
/// <para>The defaults are the dissertation's: 416 x 416 pixels, width 64, Adam (.5, .999) at 2e-4 halved every 30 epochs, batches of 8,
/// 380 epochs, which want a GPU. The model of the module was made on one core by configs/models/dudonet-128.psd1.</para>
/// </remarks>
/// <notes>
/// <para>For research, not for diagnosis. Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a
/// module that was installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build.</para>
/// </notes>
/// <example>
/// <code>Build-ArtifactReducer -Method DuDoNet -Geometry reduced-64 -Width 4 -Epochs 1 -ExamplesPerEpoch 8 -BatchSize 4 -ValidationCount 2 -Destination tiny.safetensors</code>
/// <para>Trains a tiny model on drawn bodies, in seconds: to see that all is in place.</para>
/// </example>
/// <example>
/// <code>Build-ArtifactReducer series/ -PhantomShare 0.5 -Geometry reduced-128 -Width 16 -Epochs 60 -Destination dudonet.safetensors -Resume</code>
/// <para>Trains on slices and drawn bodies alike, or goes on where an earlier run stopped.</para>
/// </example>
/// <seealso cref="InvokeMetalArtifactReductionCommand"/>
/// <seealso cref="MeasureImageQualityCommand"/>
[Cmdlet("Build", "ArtifactReducer", SupportsShouldProcess = true)]
[OutputType(typeof(ArtifactReducerTraining))]
public sealed class BuildArtifactReducerCommand : TrainingCmdlet
{
    private ReducerTrainingOptions _options = new();

    /// <summary>Files and folders of slices without metal, with wildcards; bodies are drawn unless given.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same, their paths taken as they are written.</summary>
    [Parameter]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The model's file, NAME.safetensors.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The method: DuDoNet, its parts SE-Net, SE-Net0 and IE-Net, CNNMAR, cGAN-CT or RDN-CT.</summary>
    [Parameter]
    [ValidateSet("CNNMAR", "cGAN-CT", "RDN-CT", "DuDoNet", "SE-Net", "SE-Net0", "IE-Net")]
    public string Method { get; set; } = "DuDoNet";

    /// <summary>The configuration of DuDoNet, A to G.</summary>
    [Parameter]
    [ValidateSet("A", "B", "C", "D", "E", "F", "G")]
    public string Configuration { get; set; } = "G";

    /// <summary>The scans and the size of the images: a name, or a geometry's JSON file.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GeometryCompleter))]
    [ValidateNotNullOrEmpty]
    public string Geometry { get; set; } = "dissertation";

    /// <summary>Channels of the network's first level, or G of RDN-CT; 64, and 32 for CNNMAR, unless given.</summary>
    [Parameter]
    public int? Width { get; set; }

    /// <summary>D of RDN-CT, its blocks; 10 unless given.</summary>
    [Parameter]
    public int? Blocks { get; set; }

    /// <summary>C of RDN-CT, the layers of a block, 8 unless given; or how often cGAN-CT halves the image, 6 unless given.</summary>
    [Parameter]
    public int? Layers { get; set; }

    /// <summary>The share of the examples that are drawn bodies where slices are given, too.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double PhantomShare { get; set; }

    /// <summary>Files and folders of slices to validate on, of other patients.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ValidationPath { get; set; } = [];

    /// <summary>Examples to validate on at each epoch's end.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int ValidationCount { get; set; } = 20;

    /// <summary>What the values of npy slices are: Hounsfield units, or attenuation at 70 keV in 1/cm.</summary>
    [Parameter]
    [ValidateSet("Auto", "Hounsfield", "Attenuation")]
    public string Unit { get; set; } = "Auto";

    /// <summary>The metal.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MetalMaterialCompleter))]
    [ValidateNotNullOrEmpty]
    public string Material { get; set; } = "Ti";

    /// <summary>Passes over the examples.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Epochs { get; set; } = 380;

    /// <summary>Examples of an epoch; as many as there are slices, or 400 where there are none, unless given.</summary>
    [Parameter]
    [ValidateRange(0, 100_000_000)]
    public int ExamplesPerEpoch { get; set; }

    /// <summary>A folder where the examples of an epoch are made once, to be seen in every epoch; new ones are made in each step unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CachePath { get; set; }

    /// <summary>Examples of a step.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int BatchSize { get; set; } = 8;

    /// <summary>The side of the patches that RDN-CT, CNNMAR and cGAN-CT are trained on; 128, 64 and 0, for whole images, unless given.</summary>
    [Parameter]
    [ValidateRange(0, 8192)]
    public int? PatchSize { get; set; }

    /// <summary>The learning rate at the start.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e3)]
    public double LearningRate { get; set; } = 2e-4;

    /// <summary>After so many epochs the learning rate is halved, and again after as many; 0 for never.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int HalvingEpochs { get; set; } = 30;

    /// <summary>Computes the convolutions in bfloat16: faster where the processor has instructions for it; -Verbose says how much.</summary>
    [Parameter]
    public SwitchParameter MixedPrecision { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing() => _options = Require(() => new ReducerTrainingOptions
    {
        Architecture = ReducerArchitecture.Of(Method, GivenConfiguration(), Width, Blocks, Layers),
        Geometry = ScanGeometryFile.Find(Geometry, ResolveTarget),
        Simulation = new ArtifactSimulationOptions { Metal = Engine.Tomography.Material.Metal(Material) },
        Training = new TrainingOptions { Epochs = Epochs, BatchSize = BatchSize, Seed = Seed },
        Optimiser = new OptimiserOptions { LearningRate = LearningRate, Beta1 = 0.5, Beta2 = 0.999 },
        HalvingEpochs = HalvingEpochs,
        ExamplesPerEpoch = ExamplesPerEpoch,
        CachePath = CachePath is null ? null : ResolveTarget(CachePath),
        PhantomShare = PhantomShare,
        ValidationCount = ValidationCount,
        PatchSize = PatchSize ?? DefaultPatch(),
        MixedPrecision = MixedPrecision,
        Unit = Enum.Parse<PixelUnit>(Unit, ignoreCase: true),
        Resume = Resume,
        Overwrite = Force,
    });

    /// <summary>Trains.</summary>
    protected override void ProcessRecord() => Guard(Train);

    private string? GivenConfiguration()
    {
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(Configuration))) return null;
        if (Method.Equals("DuDoNet", StringComparison.OrdinalIgnoreCase)) return Configuration;
        throw new InputException(
            "ConfigurationNotUsed", FaultKind.InvalidArgument, $"-Configuration is DuDoNet's; {Method} has none.", Configuration);
    }

    private int DefaultPatch() => Method.ToUpperInvariant() switch
    {
        "RDN-CT" => 128,
        "CNNMAR" => 64,
        _ => 0,
    };

    private void Train()
    {
        var target = ResolveTarget(Destination);
        ReducerTrainer.RequireTargets(target, _options);
        string[] slices = [.. Path.SelectMany(path => Resolve(path)), .. LiteralPath.SelectMany(path => Resolve(path, literal: true))];
        string[] validation = [.. ValidationPath.SelectMany(path => Resolve(path))];
        if (!ShouldProcess(target, $"Train {_options.Architecture} for {Epochs} epochs")) return;
        var clock = Stopwatch.StartNew();
        var result = Compute(work => ReducerTrainer.Train(slices, validation, _options, target, work));
        var last = result.Curve.Points[^1];
        WriteObject(new ArtifactReducerTraining
        {
            Path = result.Path,
            Method = _options.Architecture.Method,
            Configuration = _options.Architecture.Configuration?.Name ?? "",
            Parameters = result.ParameterCount,
            Flops = result.Flops,
            ImageSize = _options.Geometry.ImageSize,
            Epochs = Epochs,
            Steps = last.Step,
            ValidationPsnr = last.Values[^2],
            ValidationSsim = last.Values[^1],
            Seed = Seed,
            Seconds = clock.Elapsed.TotalSeconds,
            CurvePath = result.CurveFiles.Table,
            PlotPath = result.CurveFiles.Plot,
            PicturePath = result.PicturePath,
        });
    }

    private IEnumerable<string> Resolve(string path, bool literal = false) =>
        PathResolver.FilesAndFolders(this, path, literal);
}
