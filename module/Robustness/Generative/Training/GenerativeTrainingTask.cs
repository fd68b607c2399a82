using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Trains a generator against a discriminator. One step: the discriminator learns from images and samples, once or as often
/// as the options say, then the generator from the discriminator's view of the last samples.
/// </summary>
internal sealed class GenerativeTrainingTask : TrainingTask, IDisposable
{
    // Samples whose spread is a tenth of the images' are one picture.
    private const double CollapsedShare = 0.1;
    private const int MeasuredSamples = 256;

    private readonly GenerativeTrainingOptions _options;
    private readonly LabelledImages _images;
    private readonly GeneratorNetwork _generator;
    private readonly ImageNetwork _discriminator;
    private readonly GeneratorNetwork? _average;
    private readonly TrainingOptimiser _generatorOptimiser;
    private readonly TrainingOptimiser _discriminatorOptimiser;
    private readonly SamplePicture _picture;
    private readonly double _spread;
    private int _measured;

    public GenerativeTrainingTask(
        GenerativeTrainingOptions options, LabelledImages images, SamplePicture picture, Device device, WorkContext work)
    {
        (_options, _images, _picture, Device) = (options, images, picture, device);
        var (architecture, shape) = (options.Architecture, images.Shape);
        _generator = architecture.Generator(options.LatentLength, options.Width, shape, CPU);
        _discriminator = architecture.Discriminator(shape, options.Width, options.Objective == GenerativeObjective.Hinge, CPU);
        if (options.AverageDecay > 0) _average = architecture.Generator(options.LatentLength, options.Width, shape, CPU);
        foreach (var module in Modules.Values)
        {
            ChannelsLast.Apply(module.to(device));
            MixedPrecision.Apply(module, options.Run.MixedPrecision);
        }

        _generatorOptimiser = new TrainingOptimiser("generator", _generator, options.Generator, options.Run.Schedule);
        _discriminatorOptimiser = new TrainingOptimiser("discriminator", _discriminator, options.Discriminator, options.Run.Schedule);
        Identity = new Dictionary<string, string>
        {
            ["model"] = options.ToString(),
            ["images"] = images.Fingerprint(work),
        };
        using var scope = NewDisposeScope();
        _spread = Spread(ImageBatches.Images(images, [.. Enumerable.Range(0, Math.Min(MeasuredSamples, images.Count))], device));
    }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override int ExampleCount => _options.Run.ExampleCount;

    public override IReadOnlyDictionary<string, nn.Module> Modules
    {
        get
        {
            var modules = new Dictionary<string, nn.Module> { ["generator"] = _generator, ["discriminator"] = _discriminator };
            if (_average is not null) modules["average"] = _average;
            return modules;
        }
    }

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_generatorOptimiser, _discriminatorOptimiser];

    public override IReadOnlyList<string> Losses { get; } = ["discriminator_loss", "generator_loss"];

    public override IReadOnlyList<string> Measures { get; } = ["relative_spread"];

    public override Device Device { get; }

    /// <summary>What is written: the average, where one is kept.</summary>
    public GeneratorNetwork Result => _average ?? _generator;

    /// <summary>Parameters of both networks.</summary>
    public long ParameterCount => _generator.parameters().Concat(_discriminator.parameters()).Sum(parameter => parameter.numel());

    public override void Initialise(Generator generator)
    {
        _generator.Initialise(generator);
        _discriminator.Initialise(generator);
        if (_average is not null) ExponentialAverage.Update(_average, _generator, 0);
    }

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var count = batch.Examples.Length;
        var made = _generator.forward(Codes(count, batch.Generator));
        var criticLoss = Criticise(made.detach(), batch);
        for (var critic = 1; critic < _options.CriticSteps; critic++)
        {
            made = _generator.forward(Codes(count, batch.Generator));
            criticLoss = Criticise(made.detach(), batch);
        }

        // The discriminator learns nothing here, so its weights' gradients are not wanted.
        using var frozen = new FrozenModule(_discriminator);
        var loss = GenerativeLosses.Generator(_discriminator.forward(made));
        _generatorOptimiser.Descend(loss);
        if (_average is not null) ExponentialAverage.Update(_average, _generator, _options.AverageDecay);
        return [criticLoss, loss.item<float>()];
    }

    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        var share = _spread == 0 ? 1 : Spread(Samples()) / _spread;
        // The first samples of a training may all look alike.
        if (share < CollapsedShare && _measured++ > 0)
        {
            work.Warning?.Invoke(FormattableString.Invariant(
                $"The generator has collapsed: its samples differ from each other by {share:P1} of what the images do. Its training goes on; another seed, smaller learning rates or another objective may help."));
        }

        return [share];
    }

    public override void Show(CurvePoint point, WorkContext work) => _picture.Write(Samples());

    private Tensor Samples() => Result.forward(
        GenerativeModel.Codes(MeasuredSamples, _options.LatentLength, new SeededRandom(_options.Run.Seed), Device));

    private double Criticise(Tensor made, TrainingBatch batch)
    {
        var real = RealImages((int)made.shape[0], batch.Random);
        // One pass over both halves: one normalisation of the weights.
        var logits = _discriminator.forward(cat([real, made]));
        var (onReal, onMade) = (logits[..(int)real.shape[0]], logits[(int)real.shape[0]..]);
        Tensor loss;
        if (_options.Objective == GenerativeObjective.Hinge)
        {
            loss = GenerativeLosses.HingeCritic(onReal, onMade);
        }
        else
        {
            var shares = empty(real.shape[0], device: Device).uniform_(0, 1, batch.Generator);
            loss = GenerativeLosses.WassersteinCritic(onReal, onMade).add(
                GenerativeLosses.GradientPenalty(_discriminator.forward, real, made, shares),
                alpha: HeldScalar.Held(_options.GradientPenalty));
        }

        _discriminatorOptimiser.Descend(loss);
        return loss.item<float>();
    }

    private Tensor RealImages(int count, SeededRandom random)
    {
        var indices = new int[count];
        for (var i = 0; i < count; i++) indices[i] = random.NextInt32(_images.Count);
        return ImageBatches.Images(_images, indices, Device);
    }

    private Tensor Codes(int count, Generator generator) =>
        empty(count, _options.LatentLength, device: Device).normal_(0, 1, generator);

    // The mean over the pixels of the deviation from the mean image.
    private static double Spread(Tensor images)
    {
        using var scope = NewDisposeScope();
        return images.std(0L).mean().item<float>();
    }

    public void Dispose()
    {
        _generatorOptimiser.Dispose();
        _discriminatorOptimiser.Dispose();
        foreach (var module in Modules.Values) module.Dispose();
    }
}
