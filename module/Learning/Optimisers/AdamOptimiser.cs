using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1): with the means m = b1 m + (1 - b1) g and v = b2 v + (1 - b2) g^2, step t moves a
/// parameter by -rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon). Decay adds its share of the parameter to g.
/// </summary>
internal sealed class AdamOptimiser : Optimiser
{
    private readonly OptimiserOptions _options;
    private readonly long[] _steps;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;

    /// <summary>Creates the optimiser, its means zero.</summary>
    public AdamOptimiser(
        IEnumerable<Parameter> parameters, OptimiserOptions options, IReadOnlyList<bool>? decayed = null)
        : base(parameters, decayed)
    {
        (_options, LearningRate) = (options, options.LearningRate);
        _steps = new long[Parameters.Count];
        _means = [.. Enumerable.Range(0, Parameters.Count).Select(Zeros)];
        _squares = [.. Enumerable.Range(0, Parameters.Count).Select(Zeros)];
    }

    /// <inheritdoc/>
    public override void Save(int index, string prefix, TensorArchive archive)
    {
        archive.Add(ArchivedTensor.Of(prefix + "step", [_steps[index]]));
        archive.Add(TensorBytes.Archive(prefix + "exp_avg", _means[index]));
        archive.Add(TensorBytes.Archive(prefix + "exp_avg_sq", _squares[index]));
    }

    /// <inheritdoc/>
    public override void Load(int index, string prefix, TensorArchive archive, string path)
    {
        _steps[index] = TrainingCheckpoint.Steps(archive, prefix + "step", path);
        Copy(Find(archive, prefix + "exp_avg", path), _means[index], path);
        Copy(Find(archive, prefix + "exp_avg_sq", path), _squares[index], path);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var tensor in _means.Concat(_squares)) tensor.Dispose();
    }

    /// <inheritdoc/>
    protected override void Move(int index, Tensor gradient)
    {
        var (beta1, beta2, parameter) = (_options.Beta1, _options.Beta2, Parameters[index]);
        var (mean, square, step) = (_means[index], _squares[index], ++_steps[index]);
        if (_options.WeightDecay != 0 && IsDecayed(index)) gradient = gradient.add(parameter, alpha: Held(_options.WeightDecay));
        mean.mul_(Held(beta1)).add_(gradient, alpha: Held(1 - beta1));
        square.mul_(Held(beta2)).addcmul_(gradient, gradient, Held(1 - beta2));
        var scale = square.sqrt().div(Held(Math.Sqrt(1 - Math.Pow(beta2, step)))).Plus_(Held(_options.Epsilon));
        parameter.addcdiv_(mean, scale, Held(-LearningRate / (1 - Math.Pow(beta1, step))));
    }
}
