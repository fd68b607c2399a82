using System.Diagnostics;
using System.Management.Automation;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Trains an inverter of a generator, which finds the latent code of an image, and writes it as safetensors beside the curve
/// of its training and a picture of samples above their reconstructions.
/// </summary>
/// <remarks>
/// <para>InvGAN's training (5.9 to 5.11) is free of data: the inverter sees nothing but the generator's own images, and this
/// cmdlet takes no dataset. Its losses are the distance of x = G(z) from G(I(x)), that of z from I(x), and a discriminator that
/// tells the two images apart.</para>
/// <para>Form Standard is that of the public code, whose (5.9) is flat while the mean absolute difference of a pixel is below Eta;
/// Printed is the dissertation's, in which Eta bounds the squared distance of an image from below.</para>
/// <para>LatentError is 1 for an inverter that finds 0 for everything. RecoveredShare is the left side of Theorem 5.1: how many
/// fresh codes are found within RecoveryRadius times the root of their length; the curve has it over the training.</para>
/// <para>The run saves itself as Build-GenerativeModel does, and Resume goes on with it.</para>
/// </remarks>
/// <example>
/// <code>Build-GeneratorInverter generator.safetensors inverter.safetensors -Iterations 20 -Interval 10</code>
/// <para>Trains an inverter for a moment.</para>
/// </example>
/// <example>
/// <code>Build-GeneratorInverter mnist-gan.safetensors mnist-inverter.safetensors -Iterations 10000 -InverterRate 5e-4 -Schedule Cosine -Resume</code>
/// <para>An inverter of a generator of digits, or the rest of a training that was stopped.</para>
/// </example>
/// <seealso cref="BuildGenerativeModelCommand"/>
[Cmdlet("Build", "GeneratorInverter", SupportsShouldProcess = true)]
[OutputType(typeof(GenerativeTraining))]
public sealed class BuildGeneratorInverterCommand : GenerativeTrainingCmdlet
{
    private InverterTrainingOptions _options = new();

    /// <summary>The generator's file, as Build-GenerativeModel writes it, or the module's own, mnist-generator.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("GeneratorPath")]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string Generator { get; set; } = "";

    /// <summary>The losses: Standard, those of the public code, or Printed, those of the dissertation.</summary>
    [Parameter]
    [ValidateSet("Standard", "Printed")]
    public string Form { get; set; } = "Standard";

    /// <summary>lambda 1, the weight of the adversarial loss (5.11); 0 for none.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double AdversarialWeight { get; set; } = 1;

    /// <summary>lambda 2, the weight of the images' distance (5.9).</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double SemanticWeight { get; set; } = 100;

    /// <summary>lambda 3, the weight of the codes' distance (5.10).</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double LatentWeight { get; set; } = 1;

    /// <summary>eta of (5.9).</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double Eta { get; set; } = 0.02;

    /// <summary>The distance within which a code counts as recovered, over the root of its length.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e9)]
    public double RecoveryRadius { get; set; } = 0.5;

    /// <summary>The width of the inverter; the generator's unless given.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? Width { get; set; }

    /// <summary>The learning rate of the inverter's Adam, whose betas are .5 and .999.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e3)]
    public double InverterRate { get; set; } = 2e-4;

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing() => _options = Require(() => new InverterTrainingOptions
    {
        Form = Enum.Parse<EquationForm>(Form, ignoreCase: true),
        AdversarialWeight = AdversarialWeight,
        SemanticWeight = SemanticWeight,
        LatentWeight = LatentWeight,
        Eta = Eta,
        RecoveryRadius = RecoveryRadius,
        Width = Width,
        Inverter = Adam(InverterRate),
        Discriminator = Adam(DiscriminatorRate),
        Run = RunOptions(),
    });

    /// <summary>Trains.</summary>
    protected override void ProcessRecord() => Guard(Train);

    private void Train()
    {
        var generator = ModelPaths.File(this, Generator);
        var target = ResolveTarget(Destination);
        GenerativeTrainer.RequireTargets(target, _options.Run);
        if (!ShouldProcess(target, $"Train an inverter of {generator} for {Iterations} steps")) return;
        var clock = Stopwatch.StartNew();
        var result = Compute(work => GenerativeTrainer.TrainInverter(generator, _options, target, work));
        WriteObject(Record(result, "Inverter", generator, clock.Elapsed.TotalSeconds));
    }
}
