using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Trains a generator against a discriminator. One step: the discriminator learns from images and samples, once or as often
/// as the options say, then the generator from the discriminator's view of the last samples.
/// </summary>
internal sealed class GenerativeTrainingTask : GeneratorTrainingTask
{
    private readonly EncoderNetwork _discriminator;
    private readonly TrainingOptimiser _generatorOptimiser;
    private readonly TrainingOptimiser _discriminatorOptimiser;

    public GenerativeTrainingTask(
        GenerativeTrainingOptions options, LabelledImages images, SamplePicture picture, Device device, WorkContext work)
        : base(options, images, picture, device, work)
    {
        _discriminator = options.Architecture.Discriminator(images.Shape, options.Width, options.Objective == GenerativeObjective.Hinge, CPU);
        Prepare();
        _generatorOptimiser = new TrainingOptimiser("generator", Generator, options.Generator, options.Run.Schedule);
        _discriminatorOptimiser = new TrainingOptimiser("discriminator", _discriminator, options.Discriminator, options.Run.Schedule);
    }

    public override IReadOnlyDictionary<string, nn.Module> Modules
    {
        get
        {
            var modules = new Dictionary<string, nn.Module> { ["generator"] = Generator, ["discriminator"] = _discriminator };
            if (Average is not null) modules["average"] = Average;
            return modules;
        }
    }

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_generatorOptimiser, _discriminatorOptimiser];

    public override IReadOnlyList<string> Losses { get; } = ["discriminator_loss", "generator_loss"];

    public override long ParameterCount => Count(Generator, _discriminator);

    public override void Initialise(Generator generator)
    {
        Generator.Initialise(generator);
        _discriminator.Initialise(generator);
        if (Average is not null) ExponentialAverage.Update(Average, Generator, 0);
    }

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var count = batch.Examples.Length;
        var made = Generator.forward(Codes(count, batch.Generator));
        var criticLoss = Criticise(made.detach(), batch);
        for (var critic = 1; critic < Options.CriticSteps; critic++)
        {
            made = Generator.forward(Codes(count, batch.Generator));
            criticLoss = Criticise(made.detach(), batch);
        }

        // The discriminator learns nothing here, so its weights' gradients are not wanted.
        using var frozen = new FrozenModule(_discriminator);
        var loss = GenerativeLosses.Generator(_discriminator.forward(made));
        _generatorOptimiser.Descend(loss);
        if (Average is not null) ExponentialAverage.Update(Average, Generator, Options.AverageDecay);
        return [criticLoss, loss.item<float>()];
    }

    private double Criticise(Tensor made, TrainingBatch batch)
    {
        var real = RealImages((int)made.shape[0], batch.Random);
        // One pass over both halves: one normalisation of the weights.
        var logits = _discriminator.forward(cat([real, made]));
        var (onReal, onMade) = (logits[..(int)real.shape[0]], logits[(int)real.shape[0]..]);
        Tensor loss;
        if (Options.Objective == GenerativeObjective.Hinge)
        {
            loss = GenerativeLosses.HingeCritic(onReal, onMade);
        }
        else
        {
            var shares = empty(real.shape[0], device: Device).uniform_(0, 1, batch.Generator);
            loss = GenerativeLosses.WassersteinCritic(onReal, onMade).add(
                GenerativeLosses.GradientPenalty(_discriminator.forward, real, made, shares),
                alpha: HeldScalar.Held(Options.GradientPenalty));
        }

        _discriminatorOptimiser.Descend(loss);
        return loss.item<float>();
    }
}
