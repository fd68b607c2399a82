using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>The base of the trainings: the seed, going on from a checkpoint, and the files that may be replaced.</summary>
public abstract class TrainingCmdlet : TensorCmdlet
{
    /// <summary>The seed of every draw: the weights, the order of the examples, and what is drawn of them.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>
    /// Goes on from the checkpoint beside the model, where there is one; the other parameters must be that run's.
    /// </summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The length of a run in steps; they take the place of its epochs, so both are a misuse.</summary>
    private protected long? InPlaceOfEpochs(long? steps) =>
        steps is null || !MyInvocation.BoundParameters.ContainsKey("Epochs") ? steps : throw new InputException(
            "TrainingLengthAmbiguous", FaultKind.InvalidArgument,
            "-Steps takes the place of -Epochs: give one of them.", "Steps");
}
