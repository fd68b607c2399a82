using System.Diagnostics;
using System.Management.Automation;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Trains a generator of images, for projection defences such as DefenseGAN and InvGAN, and writes it as safetensors beside
/// the curve of its training and a picture of its samples, which is drawn anew at each point of the curve.
/// </summary>
/// <remarks>
/// <para>The networks are those of InvGAN's public code. Hinge trains against a spectrally normalised discriminator, WganGp
/// against a critic with a gradient penalty. The latent codes are draws of N(0, I), the images lie in [0, 1].</para>
/// <para>Ali and Age train the generator and an inverter at once, the baselines of Table 5.1. Ali (Dumoulin et al. 2017) has a
/// discriminator of pairs of an image and a code, Age (Ulyanov et al. 2018) has none: the encoder plays against the generator by the
/// means and deviations of a batch of codes on the sphere. Both are written, the generator with the curve of both.</para>
/// <para>RelativeSpread says how much the samples differ from each other, over how much the images do; below a tenth a warning
/// says that the generator has collapsed.</para>
/// <para>The run saves itself at each point of the curve, every two minutes and on Ctrl+C, beside the model as
/// NAME.checkpoint.safetensors. The same command with Resume goes on from there and ends with the same bytes as a run that was
/// not interrupted, on the same device with the same ThreadCount.</para>
/// </remarks>
/// <example>
/// <code>Build-GenerativeModel shapes -Width 4 -Iterations 20 -Interval 10 -Destination generator.safetensors</code>
/// <para>Trains a tiny generator for a moment: a look at the files, not at good samples.</para>
/// </example>
/// <example>
/// <code>Build-GenerativeModel mnist -Width 32 -Iterations 10000 -GeneratorRate 2e-4 -AverageDecay 0.999 -Destination mnist-gan.safetensors -Resume</code>
/// <para>A generator of digits in some twenty minutes of one core, or the rest of a training that was stopped.</para>
/// </example>
/// <example>
/// <code>Build-GenerativeModel shapes -Objective Age -Width 4 -Iterations 20 -Interval 10 -Destination age.safetensors -InverterDestination age-inverter.safetensors</code>
/// <para>A generator and its inverter by AGE, for a moment.</para>
/// </example>
/// <seealso cref="BuildGeneratorInverterCommand"/>
/// <seealso cref="BuildClassifierCommand"/>
[Cmdlet("Build", "GenerativeModel", SupportsShouldProcess = true)]
[OutputType(typeof(GenerativeTraining))]
public sealed class BuildGenerativeModelCommand : GenerativeTrainingCmdlet
{
    private GenerativeTrainingOptions _options = new();

    /// <summary>A dataset's name, such as mnist, fashion-mnist, cifar10 or shapes, or a folder of images; their classes do not count.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = "";

    /// <summary>The folder above those of the catalogue's datasets; the variable THESIS_DATA unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>The networks, by the images' side: dcgan28, dcgan32 or resnet32.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GenerativeArchitectureCompleter))]
    [ValidateNotNullOrEmpty]
    public string Architecture { get; set; } = "dcgan28";

    /// <summary>The width d of the networks: the channels of the discriminator's first layer. 64 in the public code.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Width { get; set; }

    /// <summary>The length of a latent code.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int LatentLength { get; set; } = 128;

    /// <summary>What the networks play for: Hinge, or WganGp; Ali and Age train an inverter, too.</summary>
    [Parameter]
    [ValidateSet("Hinge", "WganGp", "Ali", "Age")]
    public string Objective { get; set; } = "Hinge";

    /// <summary>The file of the inverter that Ali and Age train, NAME.safetensors.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InverterDestination { get; set; }

    /// <summary>mu of Age, the weight of the mean absolute difference of images from their reconstructions in the encoder's loss.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double ReconstructionWeight { get; set; } = 10;

    /// <summary>lambda of Age, the weight of the mean square of z - E(G(z)) in the generator's loss.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double LatentWeight { get; set; } = 2;

    /// <summary>Steps of the discriminator for one of the generator; 5 are common with WganGp.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int CriticSteps { get; set; } = 1;

    /// <summary>The weight of WganGp's gradient penalty.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e9)]
    public double GradientPenalty { get; set; } = 10;

    /// <summary>The decay of an exponential average of the generator's parameters, which is written then; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double AverageDecay { get; set; }

    /// <summary>The learning rate of the generator's Adam, whose betas are .5 and .999; that of Ali's and Age's inverter, too.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e3)]
    public double GeneratorRate { get; set; } = 1e-4;

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing() => _options = Require(() =>
    {
        var architecture = GenerativeArchitecture.Find(Architecture);
        var options = new GenerativeTrainingOptions
        {
            Architecture = architecture,
            Width = Width ?? architecture.DefaultWidth,
            LatentLength = LatentLength,
            Objective = Enum.Parse<GenerativeObjective>(Objective, ignoreCase: true),
            CriticSteps = CriticSteps,
            GradientPenalty = GradientPenalty,
            ReconstructionWeight = ReconstructionWeight,
            LatentWeight = LatentWeight,
            AverageDecay = AverageDecay,
            Generator = Adam(GeneratorRate),
            Discriminator = Adam(DiscriminatorRate),
            Run = RunOptions(),
        };
        GenerativeTrainer.RequireInverter(options, InverterDestination);
        return options;
    });

    /// <summary>Trains.</summary>
    protected override void ProcessRecord() => Guard(Train);

    private void Train()
    {
        var target = ResolveTarget(Destination);
        GenerativeTrainer.RequireTargets(target, _options.Run);
        var dataset = ImageDatasets.Open(this, Dataset, DataPath);
        if (!ShouldProcess(target, $"Train {_options.Architecture.Name} on {dataset.Name} for {Iterations} steps")) return;
        var clock = Stopwatch.StartNew();
        var inverter = InverterDestination is null ? null : ResolveTarget(InverterDestination);
        var result = Compute(work => GenerativeTrainer.Train(dataset, _options, target, work, inverter));
        var generator = Record(result, "Generator", dataset.Reference, clock.Elapsed.TotalSeconds);
        WriteObject(inverter is null ? generator : generator with { LatentError = null, ReconstructionError = null });
        if (inverter is not null) WriteObject(generator with { Path = inverter, Kind = "Inverter", Source = target, RelativeSpread = null });
    }
}
