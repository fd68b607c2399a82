using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Adversarially learned inference (Dumoulin et al. 2017). A discriminator of pairs tells an image and a code that the encoder draws for
/// it, z = mu(x) + sigma(x) n, from a sample and its code, (G(z), z); generator and encoder play together against it. One step: the
/// discriminator learns, then both of them.
/// </summary>
internal sealed class AliTrainingTask : InferenceTrainingTask
{
    private readonly PairDiscriminator _discriminator;
    private readonly TrainingOptimiser _generatorOptimiser;
    private readonly TrainingOptimiser _encoderOptimiser;
    private readonly TrainingOptimiser _discriminatorOptimiser;

    public AliTrainingTask(
        GenerativeTrainingOptions options, LabelledImages images, SamplePicture picture, Device device, WorkContext work)
        : base(options, images, picture, device, work, 2 * options.LatentLength)
    {
        _discriminator = new PairDiscriminator(options.Architecture, images.Shape, options.Width, options.LatentLength, CPU);
        Prepare();
        _generatorOptimiser = new TrainingOptimiser("generator", Generator, options.Generator, options.Run.Schedule);
        _encoderOptimiser = new TrainingOptimiser("encoder", Encoder, options.Generator, options.Run.Schedule);
        _discriminatorOptimiser = new TrainingOptimiser("discriminator", _discriminator, options.Discriminator, options.Run.Schedule);
    }

    public override IReadOnlyDictionary<string, nn.Module> Modules =>
        new Dictionary<string, nn.Module>(base.Modules) { ["discriminator"] = _discriminator };

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_generatorOptimiser, _encoderOptimiser, _discriminatorOptimiser];

    public override IReadOnlyList<string> Losses { get; } = ["discriminator_loss", "generator_loss"];

    public override long ParameterCount => Count(Generator, Encoder, _discriminator);

    public override void Initialise(Generator generator)
    {
        base.Initialise(generator);
        _discriminator.Initialise(generator);
    }

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var count = batch.Examples.Length;
        var real = RealImages(count, batch.Random);
        var (mean, deviation) = Halves(Encoder.forward(real));
        var found = mean.Plus(deviation.exp() * Codes(count, batch.Generator));
        var codes = Codes(count, batch.Generator);
        var pairs = PairDiscriminator.Pairs(cat([real, Generator.forward(codes)]), cat([found, codes]));
        var logits = _discriminator.forward(pairs.detach());
        var criticLoss = InferenceLosses.PairCritic(logits[..count], logits[count..]);
        _discriminatorOptimiser.Descend(criticLoss);

        using var frozen = new FrozenModule(_discriminator);
        logits = _discriminator.forward(pairs);
        var loss = InferenceLosses.PairPlayers(logits[..count], logits[count..]);
        TrainingOptimiser.Descend(loss, _generatorOptimiser, _encoderOptimiser);
        Follow(Options.AverageDecay);
        return [criticLoss.item<float>(), loss.item<float>()];
    }

    protected override Tensor Infer(Tensor images) => Halves((AverageEncoder ?? Encoder).forward(images)).Mean;

    private (Tensor Mean, Tensor LogDeviation) Halves(Tensor outputs) =>
        (outputs[.., ..Options.LatentLength], outputs[.., Options.LatentLength..]);
}
