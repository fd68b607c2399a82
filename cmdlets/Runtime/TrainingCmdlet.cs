using System.Management.Automation;

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
}
