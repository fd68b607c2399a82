using Thesis.Engine.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// One of the optimisers of a run: the parameters that it moves, under their names, its schedule, and its state, which a
/// checkpoint holds as <c>optimiser.NAME.PARAMETER.FIELD</c> with PyTorch's names of the fields.
/// </summary>
internal sealed class TrainingOptimiser : IDisposable
{
    private readonly OptimiserOptions _options;
    private readonly LearningRateSchedule _schedule;
    private readonly OptimizerHelper _optimiser;
    private readonly string[] _parameters;

    /// <summary>Creates the optimiser of all parameters of a module.</summary>
    public TrainingOptimiser(string name, nn.Module module, OptimiserOptions options, LearningRateSchedule schedule)
    {
        (Name, _options, _schedule) = (name, options, schedule);
        var named = module.named_parameters().ToArray();
        _parameters = [.. named.Select(pair => pair.name)];
        var parameters = named.Select(pair => pair.parameter);
        _optimiser = options.Kind == OptimiserKind.Adam
            ? optim.Adam(
                parameters, options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay)
            : optim.SGD(parameters, options.LearningRate, options.Momentum, 0, options.WeightDecay);
    }

    /// <summary>The name, unique in its run.</summary>
    public string Name { get; }

    /// <summary>The learning rate of a step of a run of <paramref name="steps"/>.</summary>
    public double RateAt(long step, long steps) => _options.LearningRate * _schedule.At(step, steps);

    /// <summary>Sets the learning rate of a step.</summary>
    public void Begin(long step, long steps)
    {
        foreach (var group in _optimiser.ParamGroups) group.LearningRate = RateAt(step, steps);
    }

    /// <summary>Moves the parameters down the gradient of <paramref name="loss"/>.</summary>
    public void Descend(Tensor loss)
    {
        _optimiser.zero_grad();
        loss.backward();
        _optimiser.step();
    }

    /// <summary>Options and schedule in one line, for the record of a run.</summary>
    public override string ToString() => $"{_options}; {_schedule}";

    /// <summary>Copies the state into an archive.</summary>
    public void Save(TensorArchive archive)
    {
        foreach (var (parameter, state) in States())
        {
            var prefix = Prefix(parameter);
            if (state is Adam.State adam)
            {
                archive.Add(ArchivedTensor.Of(prefix + "step", [adam.step]));
                archive.Add(TensorBytes.Archive(prefix + "exp_avg", adam.exp_avg));
                archive.Add(TensorBytes.Archive(prefix + "exp_avg_sq", adam.exp_avg_sq));
            }
            else if (state is SGD.State { momentum_buffer: { } buffer })
            {
                archive.Add(TensorBytes.Archive(prefix + "momentum_buffer", buffer));
            }
        }
    }

    /// <summary>Takes the state from an archive.</summary>
    /// <exception cref="InputException"><c>CheckpointInvalid</c>: a tensor is missing or of another shape.</exception>
    public void Load(TensorArchive archive, string path)
    {
        using var guard = no_grad();
        foreach (var (parameter, state) in States())
        {
            var prefix = Prefix(parameter);
            if (state is Adam.State adam)
            {
                adam.step = (long)Find(archive, prefix + "step", path).ToDoubles()[0];
                Copy(Find(archive, prefix + "exp_avg", path), adam.exp_avg, path);
                Copy(Find(archive, prefix + "exp_avg_sq", path), adam.exp_avg_sq, path);
            }
            else if (state is SGD.State momentum && archive.Find(prefix + "momentum_buffer") is { } buffer)
            {
                // The first step makes the buffer, so a state before it has none.
                momentum.momentum_buffer = TensorBytes.Restore(buffer).to(DeviceOf(parameter)).DetachFromDisposeScope();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _optimiser.Dispose();

    private IEnumerable<(int Parameter, OptimizerState State)> States() =>
        _optimiser.state_dict().State.Select((state, parameter) => (parameter, state));

    private Device DeviceOf(int parameter) => _optimiser.parameters().ElementAt(parameter).device;

    private string Prefix(int parameter) => $"optimiser.{Name}.{_parameters[parameter]}.";

    private static ArchivedTensor Find(TensorArchive archive, string name, string path) =>
        archive.Find(name) ?? throw TrainingCheckpoint.Invalid($"lacks '{name}'", path);

    private static void Copy(ArchivedTensor source, Tensor target, string path)
    {
        using var values = TensorBytes.Restore(source);
        if (!source.Shape.SequenceEqual(target.shape) || values.dtype != target.dtype)
        {
            throw TrainingCheckpoint.Invalid($"has '{source.Name}' of another shape or type than the network", path);
        }

        target.copy_(values);
    }
}
