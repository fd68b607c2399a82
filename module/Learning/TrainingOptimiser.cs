using Thesis.Engine.Runtime;
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
    private readonly Optimiser _optimiser;
    private readonly string[] _parameters;

    /// <summary>Creates the optimiser of a module's parameters.</summary>
    /// <param name="name">The name, unique in its run.</param>
    /// <param name="module">The module.</param>
    /// <param name="options">The optimiser's kind and settings.</param>
    /// <param name="schedule">The learning rate over the run.</param>
    /// <param name="moves">Whether it moves the parameter of a name; all parameters unless given.</param>
    /// <param name="decays">Whether weight decay is for the parameter of a name; for all unless given.</param>
    public TrainingOptimiser(
        string name, nn.Module module, OptimiserOptions options, LearningRateSchedule schedule,
        Predicate<string>? moves = null, Predicate<string>? decays = null)
    {
        (Name, _options, _schedule) = (name, options, schedule);
        var named = module.named_parameters().Where(pair => moves?.Invoke(pair.name) ?? true).ToArray();
        if (named.Length == 0) throw new ArgumentException("The optimiser would move no parameter.", nameof(moves));
        _parameters = [.. named.Select(pair => pair.name)];
        var parameters = named.Select(pair => pair.parameter);
        var decayed = Array.ConvertAll(_parameters, parameter => decays?.Invoke(parameter) ?? true);
        _optimiser = options.Kind == OptimiserKind.Adam
            ? new AdamOptimiser(parameters, options, decayed)
            : new MomentumOptimiser(parameters, options, decayed);
    }

    /// <summary>The name, unique in its run.</summary>
    public string Name { get; }

    /// <summary>The learning rate of a step of a run of <paramref name="steps"/>.</summary>
    public double RateAt(long step, long steps) => _options.LearningRate * _schedule.At(step, steps);

    /// <summary>Sets the learning rate of a step.</summary>
    public void Begin(long step, long steps) => _optimiser.LearningRate = RateAt(step, steps);

    /// <summary>
    /// Moves the parameters down the gradient of the sum of the losses. Each is gone through backwards as soon as it is
    /// made, so parts of a large batch, or terms that do not fit side by side, take the memory of one.
    /// </summary>
    /// <param name="losses">The losses, each with a graph of its own.</param>
    public void Descend(params IEnumerable<Tensor> losses)
    {
        _optimiser.ClearGradients();
        foreach (var loss in losses) loss.backward();
        _optimiser.Step();
    }

    /// <summary>Moves the parameters of several optimisers down the gradient of one loss.</summary>
    public static void Descend(Tensor loss, params TrainingOptimiser[] optimisers)
    {
        foreach (var one in optimisers) one._optimiser.ClearGradients();
        loss.backward();
        foreach (var one in optimisers) one._optimiser.Step();
    }

    /// <summary>Options and schedule in one line, for the record of a run.</summary>
    public override string ToString() => $"{_options}; {_schedule}";

    /// <summary>Copies the state into an archive.</summary>
    public void Save(TensorArchive archive)
    {
        for (var i = 0; i < _parameters.Length; i++) _optimiser.Save(i, Prefix(i), archive);
    }

    /// <summary>Takes the state from an archive.</summary>
    /// <exception cref="InputException"><c>CheckpointInvalid</c>: a tensor is missing or of another shape.</exception>
    public void Load(TensorArchive archive, string path)
    {
        using var guard = no_grad();
        for (var i = 0; i < _parameters.Length; i++) _optimiser.Load(i, Prefix(i), archive, path);
    }

    /// <inheritdoc/>
    public void Dispose() => _optimiser.Dispose();

    private string Prefix(int parameter) => $"optimiser.{Name}.{_parameters[parameter]}.";
}
