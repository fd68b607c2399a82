using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>What a step works on.</summary>
/// <param name="Examples">The indices of the batch's examples.</param>
/// <param name="Random">The step's own generator for draws outside of tensors, such as augmentation.</param>
/// <param name="Generator">The step's own generator for draws of tensors, on the device.</param>
/// <param name="Position">The share of the run that is done before the step, from 0 to below 1.</param>
internal sealed record TrainingBatch(
    ReadOnlyMemory<int> Examples, SeededRandom Random, Generator Generator, double Position);

/// <summary>
/// What is trained: modules, optimisers, and what one step does. A classifier has one of each; a generative adversarial
/// network has two modules and two optimisers and moves both in one step. The loop (<see cref="Trainer"/>) owns order,
/// generators, learning rates, checkpoints, curves and progress.
/// </summary>
internal abstract class TrainingTask
{
    /// <summary>Says what is trained, in words and numbers that a resumed run must share, by name.</summary>
    public abstract IReadOnlyDictionary<string, string> Identity { get; }

    /// <summary>The examples of an epoch.</summary>
    public abstract int ExampleCount { get; }

    /// <summary>The modules by name; the checkpoint's tensors begin with it.</summary>
    public abstract IReadOnlyDictionary<string, nn.Module> Modules { get; }

    /// <summary>The optimisers.</summary>
    public abstract IReadOnlyList<TrainingOptimiser> Optimisers { get; }

    /// <summary>The names of the losses that a step returns, for the curve.</summary>
    public abstract IReadOnlyList<string> Losses { get; }

    /// <summary>The names of what <see cref="Validate"/> returns; empty when there is nothing to validate on.</summary>
    public abstract IReadOnlyList<string> Measures { get; }

    /// <summary>The device of the modules.</summary>
    public abstract Device Device { get; }

    /// <summary>Draws the first values of the parameters, by a generator of the CPU.</summary>
    public abstract void Initialise(Generator generator);

    /// <summary>
    /// Moves the parameters by one batch and returns the losses, means over the batch. Tensors that the step makes are
    /// released by the loop.
    /// </summary>
    public abstract IReadOnlyList<double> Step(TrainingBatch batch);

    /// <summary>Measures the modules at an epoch's end, in evaluation mode.</summary>
    public abstract IReadOnlyList<double> Validate(WorkContext work);

    /// <summary>
    /// Shows what the modules do at an epoch's end, after validation and in evaluation mode: pictures to look at while the
    /// run goes on. What it draws changes nothing of the run. Nothing unless a task has something to show.
    /// </summary>
    /// <param name="point">The epoch that has ended.</param>
    /// <param name="work">Cancellation.</param>
    public virtual void Show(CurvePoint point, WorkContext work)
    {
    }
}
