using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// Gradient descent with momentum as PyTorch has it: b = momentum b + g, which the first step sets to g, and a step of
/// -rate b; without momentum -rate g. Decay adds its share of the parameter to g.
/// </summary>
internal sealed class MomentumOptimiser : Optimiser
{
    private const string BufferField = "momentum_buffer";

    private readonly OptimiserOptions _options;
    private readonly Tensor?[] _buffers;

    /// <summary>Creates the optimiser; it has no state before the first step.</summary>
    public MomentumOptimiser(
        IEnumerable<Parameter> parameters, OptimiserOptions options, IReadOnlyList<bool>? decayed = null)
        : base(parameters, decayed)
    {
        (_options, LearningRate) = (options, options.LearningRate);
        _buffers = new Tensor?[Parameters.Count];
    }

    /// <inheritdoc/>
    public override void Save(int index, string prefix, TensorArchive archive)
    {
        if (_buffers[index] is { } buffer) archive.Add(TensorBytes.Archive(prefix + BufferField, buffer));
    }

    /// <inheritdoc/>
    public override void Load(int index, string prefix, TensorArchive archive, string path)
    {
        // A state before the first step has none.
        if (archive.Find(prefix + BufferField) is { } saved) Copy(saved, _buffers[index] ??= Zeros(index), path);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var buffer in _buffers) buffer?.Dispose();
    }

    /// <inheritdoc/>
    protected override void Move(int index, Tensor gradient)
    {
        var parameter = Parameters[index];
        if (_options.WeightDecay != 0 && IsDecayed(index)) gradient = gradient.add(parameter, alpha: Held(_options.WeightDecay));
        if (_options.Momentum != 0)
        {
            if (_buffers[index] is { } buffer) buffer.mul_(Held(_options.Momentum)).Plus_(gradient);
            else _buffers[index] = gradient.clone().DetachFromDisposeScope();
            gradient = _buffers[index]!;
        }

        parameter.add_(gradient, alpha: Held(-LearningRate));
    }
}
