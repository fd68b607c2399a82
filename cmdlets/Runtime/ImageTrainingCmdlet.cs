using System.Management.Automation;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>The base of the trainings of one network on labelled images: its file, length, optimiser and augmentation.</summary>
public abstract class ImageTrainingCmdlet : TrainingCmdlet
{
    /// <summary>The model's file, NAME.safetensors.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Passes over the training images.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Epochs { get; set; }

    /// <summary>
    /// Steps of the run in place of Epochs, each of BatchSize images; the last pass over the images may end before they do.
    /// </summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? Steps { get; set; }

    /// <summary>Images of a step.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int BatchSize { get; set; } = 128;

    /// <summary>The optimiser: Adam, or SGD with momentum.</summary>
    [Parameter]
    [ValidateSet("Adam", "SGD")]
    public string Optimizer { get; set; } = "Adam";

    /// <summary>The base learning rate.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e3)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>The momentum of SGD.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.9999)]
    public double Momentum { get; set; } = 0.9;

    /// <summary>The factor of the parameters that is added to their gradients.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double WeightDecay { get; set; }

    /// <summary>The most pixels by which training images are shifted at random.</summary>
    [Parameter]
    [ValidateRange(0, 1024)]
    public int Shift { get; set; }

    /// <summary>The length of the run in words.</summary>
    private protected string Length => Steps is null ? $"{Epochs} epochs" : $"{Steps} steps";

    /// <summary>The length of the run, its batches and its seed; steps take the place of epochs, so both are a misuse.</summary>
    private protected TrainingOptions RunOptions() =>
        Steps is null || !MyInvocation.BoundParameters.ContainsKey(nameof(Epochs))
            ? new TrainingOptions { Epochs = Epochs, Steps = Steps, BatchSize = BatchSize, Seed = Seed }
            : throw new InputException(
                "TrainingLengthAmbiguous", FaultKind.InvalidArgument,
                "-Steps takes the place of -Epochs: give one of them.", nameof(Steps));

    /// <summary>The optimiser and its settings.</summary>
    private protected OptimiserOptions ChosenOptimiser() => new()
    {
        Kind = Enum.Parse<OptimiserKind>(Optimizer, ignoreCase: true),
        LearningRate = LearningRate,
        Momentum = Momentum,
        WeightDecay = WeightDecay,
    };
}
