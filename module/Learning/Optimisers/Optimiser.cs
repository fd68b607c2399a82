using Thesis.Engine.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// Moves parameters down their gradients. The library's optimisers hand native code numbers that nothing holds, some in
/// every step (<see cref="HeldScalar"/>); these do the same operations in the same order, so their bits are the same.
/// </summary>
/// <param name="parameters">The parameters that it moves.</param>
/// <param name="decayed">Of which of them weight decay adds its share; of all unless given.</param>
internal abstract class Optimiser(IEnumerable<Parameter> parameters, IReadOnlyList<bool>? decayed = null) : IDisposable
{
    /// <summary>The length of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>The parameters that it moves.</summary>
    protected IReadOnlyList<Parameter> Parameters { get; } = [.. parameters];

    /// <summary>Sets the gradients to zero; they add up else.</summary>
    public void ClearGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in Parameters) parameter.grad?.zero_();
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step()
    {
        using var noGradient = no_grad();
        for (var i = 0; i < Parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            if (Parameters[i].grad is { } gradient) Move(i, gradient);
        }
    }

    /// <summary>Copies the state of parameter <paramref name="index"/> into an archive, under PyTorch's names.</summary>
    public abstract void Save(int index, string prefix, TensorArchive archive);

    /// <summary>Takes the state of parameter <paramref name="index"/> from an archive; call it without gradients.</summary>
    /// <exception cref="InputException"><c>CheckpointInvalid</c>: a tensor is missing or of another shape.</exception>
    public abstract void Load(int index, string prefix, TensorArchive archive, string path);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Moves one parameter; tensors that are not kept belong to a scope.</summary>
    protected abstract void Move(int index, Tensor gradient);

    /// <summary>Whether weight decay is for a parameter.</summary>
    protected bool IsDecayed(int index) => decayed?[index] ?? true;

    /// <summary>A tensor of zeros as the parameter, for as long as the optimiser lives.</summary>
    protected Tensor Zeros(int index) => zeros_like(Parameters[index]).DetachFromDisposeScope();

    /// <summary>A tensor of the archive, which must be there.</summary>
    protected static ArchivedTensor Find(TensorArchive archive, string name, string path) =>
        archive.Find(name) ?? throw TrainingCheckpoint.Invalid($"lacks '{name}'", path);

    /// <summary>Copies a tensor of the archive, which must have the target's shape and type.</summary>
    protected static void Copy(ArchivedTensor source, Tensor target, string path)
    {
        using var values = TensorBytes.Restore(source);
        if (!source.Shape.SequenceEqual(target.shape) || values.dtype != target.dtype)
        {
            throw TrainingCheckpoint.Invalid($"has '{source.Name}' of another shape or type than the network", path);
        }

        target.copy_(values);
    }
}
