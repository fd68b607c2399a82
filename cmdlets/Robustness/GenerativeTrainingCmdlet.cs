using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>What the trainings of generators and inverters share.</summary>
/// <notes>
/// <para>Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a module that was
/// installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build. The variable THESIS_DATA
/// names the folder of the catalogue's datasets.</para>
/// </notes>
public abstract class GenerativeTrainingCmdlet : TrainingCmdlet
{
    /// <summary>The model's file, NAME.safetensors.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Steps of training.</summary>
    [Parameter]
    [ValidateRange(1, 100_000_000)]
    public int Iterations { get; set; } = 10_000;

    /// <summary>Steps from one point of the curve, and one picture of samples, to the next.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Interval { get; set; } = 250;

    /// <summary>Images, or latent codes, of a step.</summary>
    [Parameter]
    [ValidateRange(2, 65_536)]
    public int BatchSize { get; set; } = 64;

    /// <summary>The learning rate of the discriminator's Adam, whose betas are .5 and .999.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e3)]
    public double DiscriminatorRate { get; set; } = 4e-4;

    /// <summary>The learning rates over the run: Constant, Steps (a tenth after one half, again after three quarters) or Cosine.</summary>
    [Parameter]
    [ValidateSet("Constant", "Steps", "Cosine")]
    public string Schedule { get; set; } = "Constant";

    /// <summary>Computes the convolutions in bfloat16: about twice as fast where the processor has instructions for it.</summary>
    [Parameter]
    public SwitchParameter MixedPrecision { get; set; }

    /// <summary>Writes the parameters in 16 bits, half the bytes.</summary>
    [Parameter]
    public SwitchParameter HalfPrecision { get; set; }

    /// <summary>Length, batches, seed, files.</summary>
    internal GenerativeRunOptions RunOptions() => new()
    {
        Iterations = Iterations,
        Interval = Interval,
        BatchSize = BatchSize,
        Seed = Seed,
        Schedule = new LearningRateSchedule { Kind = Enum.Parse<ScheduleKind>(Schedule, ignoreCase: true) },
        MixedPrecision = MixedPrecision,
        HalfPrecision = HalfPrecision,
        Resume = Resume,
        Overwrite = Force,
    };

    /// <summary>Adam as both networks have it.</summary>
    internal static OptimiserOptions Adam(double learningRate) => new() { LearningRate = learningRate, Beta1 = 0.5, Beta2 = 0.999 };

    /// <summary>The public record.</summary>
    internal GenerativeTraining Record(GenerativeTrainingResult result, string kind, string source, double seconds)
    {
        var point = result.Curve.Points[^1];
        double? Measure(string name) =>
            result.Curve.Names.ToList().IndexOf(name) is >= 0 and var index ? point.Values[index] : null;
        return new GenerativeTraining
        {
            Path = result.Path,
            Kind = kind,
            Architecture = result.Description.Architecture.Name,
            Source = source,
            Width = result.Description.Width,
            LatentLength = result.Description.LatentLength,
            Iterations = point.Step,
            RelativeSpread = Measure("relative_spread"),
            LatentError = Measure("latent_error"),
            ReconstructionError = Measure("reconstruction_error"),
            RecoveredShare = Measure("recovered_share"),
            Parameters = result.ParameterCount,
            Seed = Seed,
            Seconds = seconds,
            CurvePath = result.CurveFiles.Table,
            PlotPath = result.CurveFiles.Plot,
            SamplesPath = result.SamplesPath,
        };
    }
}
