using System.Diagnostics;
using System.Globalization;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// The training loop. Every draw of step s comes from generators made from the seed and s, the order of epoch e from the
/// seed and e; so a run that is killed anywhere and resumed from its last checkpoint ends with the same bytes as one that
/// was not.
/// </summary>
internal sealed class Trainer
{
    private const string Activity = "Training";

    // Streams of the run's seed; steps count from 0 up, so the others lie below.
    private const long InitialStream = -1;
    private const long FirstEpochStream = -2;

    private readonly TrainingTask _task;
    private readonly TrainingOptions _options;
    private readonly string? _checkpointPath;
    private readonly SeededRandom _seed;
    private readonly Dictionary<string, string> _identity;
    private readonly Stopwatch _sinceCheckpoint = new();
    private readonly int _stepsPerEpoch;
    private int[] _order = [];
    private int _orderedEpoch = -1;

    /// <summary>Prepares a run.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="options">How long and from which seed.</param>
    /// <param name="checkpointPath">Where the run saves itself; null for a run that cannot be resumed.</param>
    public Trainer(TrainingTask task, TrainingOptions options, string? checkpointPath)
    {
        (_task, _options, _checkpointPath) = (task, options, checkpointPath);
        _seed = new SeededRandom(options.Seed);
        _stepsPerEpoch = (task.ExampleCount + options.BatchSize - 1) / options.BatchSize;
        _identity = new Dictionary<string, string>(task.Identity)
        {
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            [options.Steps is null ? "epochs" : "steps"] =
                (options.Steps ?? options.Epochs).ToString(CultureInfo.InvariantCulture),
            ["batch"] = options.BatchSize.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var optimiser in task.Optimisers) _identity[$"optimiser {optimiser.Name}"] = optimiser.ToString();
    }

    private long Steps => _options.Steps ?? ((long)_stepsPerEpoch * _options.Epochs);

    private long Epochs => EpochsAt(Steps);

    /// <summary>Trains to the end, from the first step or from the checkpoint.</summary>
    /// <param name="resume">Whether to go on from the checkpoint, where there is one.</param>
    /// <param name="work">Progress, and cancellation, upon which a checkpoint is saved before this throws.</param>
    /// <exception cref="InputException"><c>TrainingDiverged</c>; the faults of <see cref="TrainingCheckpoint.Load"/>.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; the checkpoint is saved.</exception>
    public TrainingCurve Run(bool resume, WorkContext work)
    {
        var at = Begin(resume, work);
        _sinceCheckpoint.Restart();
        try
        {
            while (at.Step < Steps || EpochIsOpen(at))
            {
                work.ThrowIfCancelled();
                // A position is whole before and after a step, and before and after an epoch's validation.
                at = EpochIsOpen(at) ? EndEpoch(at, work) : Step(at);
                if (IsEnd(at.Step) || _sinceCheckpoint.Elapsed >= _options.CheckpointInterval) Save(at);
                work.Report(Activity, at.Step, Steps);
            }
        }
        catch (OperationCanceledException)
        {
            Save(at);
            throw;
        }

        return new TrainingCurve(_task.Losses, _task.Measures, at.Points);
    }

    private TrainingPosition Begin(bool resume, WorkContext work)
    {
        if (resume && _checkpointPath is not null && File.Exists(_checkpointPath))
        {
            var found = TrainingCheckpoint.Load(_checkpointPath, _task, _identity, work);
            var (epochs, measured) = (EpochsAt(found.Step), found.Points.Count);
            if (found.Step > Steps || measured > epochs || measured < epochs - 1)
            {
                throw TrainingCheckpoint.Invalid(
                    $"stands at step {found.Step} of {Steps} with {measured} epochs measured, where no run comes", _checkpointPath);
            }

            work.Verbose?.Invoke($"Goes on from step {found.Step} of {Steps}, '{_checkpointPath}'.");
            return found;
        }

        using var generator = GeneratorOf(_seed.Fork(InitialStream), CPU);
        _task.Initialise(generator);
        return TrainingPosition.Start(_task.Losses.Count);
    }

    // All steps of an epoch are done, and its validation is not.
    private bool EpochIsOpen(TrainingPosition at) => at.Points.Count < EpochsAt(at.Step);

    // The epochs that have ended: an epoch ends with its examples, and the last one with the run.
    private long EpochsAt(long step) => (step / _stepsPerEpoch) + (step >= Steps && step % _stepsPerEpoch != 0 ? 1 : 0);

    private bool IsEnd(long step) => step % _stepsPerEpoch == 0 || step >= Steps;

    private TrainingPosition Step(TrainingPosition at)
    {
        var start = (int)(at.Step % _stepsPerEpoch) * _options.BatchSize;
        var examples = Order((int)(at.Step / _stepsPerEpoch))
            .AsMemory(start, Math.Min(_options.BatchSize, _task.ExampleCount - start));
        foreach (var optimiser in _task.Optimisers) optimiser.Begin(at.Step, Steps);
        foreach (var module in _task.Modules.Values) module.train();

        var random = _seed.Fork(at.Step);
        using var generator = GeneratorOf(random, _task.Device);
        foreach (var module in _task.Modules.Values) SeededDropout.Seed(module, generator);
        using var scope = NewDisposeScope();
        var losses = _task.Step(new TrainingBatch(examples, random, generator, (double)at.Step / Steps));
        var sums = at.LossSums.Zip(losses, (sum, loss) => sum + (loss * examples.Length)).ToArray();
        if (!Array.TrueForAll(sums, double.IsFinite)) throw Diverged(at.Step);
        return at with { Step = at.Step + 1, LossSums = sums };
    }

    private TrainingPosition EndEpoch(TrainingPosition at, WorkContext work)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var module in _task.Modules.Values) module.eval();
        var begun = (long)at.Points.Count * _stepsPerEpoch;
        var seen = Math.Min(_task.ExampleCount, (at.Step - begun) * _options.BatchSize);
        var means = at.LossSums.Select(sum => sum / seen);
        var point = new CurvePoint(
            at.Points.Count + 1, at.Step, _task.Optimisers[0].RateAt(at.Step - 1, Steps), [.. means, .. _task.Validate(work)]);
        var values = _task.Losses.Concat(_task.Measures).Zip(point.Values, (name, value) => FormattableString.Invariant($"{name} {value:G5}"));
        work.Verbose?.Invoke($"Epoch {point.Epoch} of {Epochs}: {string.Join(", ", values)}.");
        _task.Show(point, work);
        return at with { LossSums = new double[at.LossSums.Length], Points = [.. at.Points, point] };
    }

    private int[] Order(int epoch)
    {
        if (_orderedEpoch == epoch) return _order;
        _order = [.. Enumerable.Range(0, _task.ExampleCount)];
        _seed.Fork(FirstEpochStream - epoch).Shuffle(_order.AsSpan());
        _orderedEpoch = epoch;
        return _order;
    }

    private void Save(TrainingPosition at)
    {
        if (_checkpointPath is null) return;
        TrainingCheckpoint.Save(_checkpointPath, _task, _identity, at);
        _sinceCheckpoint.Restart();
    }

    private static Generator GeneratorOf(SeededRandom random, Device device) => new(random.NextBits(), device);

    private InputException Diverged(long step) => new(
        "TrainingDiverged", FaultKind.InvalidData,
        $"The loss is not finite after step {step} of {Steps}. A smaller learning rate may help.", step);
}
