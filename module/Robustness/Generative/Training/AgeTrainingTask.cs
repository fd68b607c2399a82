using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The adversarial generator-encoder network (Ulyanov et al. 2018): no discriminator. Codes lie on the sphere of radius sqrt(D), on which
/// the draws of the prior are uniform. One step: the encoder brings the codes of images near to the prior, those of samples away from
/// it, and images near to their reconstructions; then the generator, twice, brings the codes of its samples near to the prior and to the
/// codes that they were made of.
/// <para>encoder: D(E(x)) - D(E(G(z))) + mu mean |x - G(E(x))|; generator: D(E(G(z))) + lambda mean (z - E(G(z)))^2</para>
/// with D of <see cref="InferenceLosses.Divergence"/>.
/// </summary>
internal sealed class AgeTrainingTask : InferenceTrainingTask
{
    // As the authors' recipe for CIFAR-10 has it.
    private const int GeneratorSteps = 2;

    private readonly TrainingOptimiser _generatorOptimiser;
    private readonly TrainingOptimiser _encoderOptimiser;

    public AgeTrainingTask(
        GenerativeTrainingOptions options, LabelledImages images, SamplePicture picture, Device device, WorkContext work)
        : base(options, images, picture, device, work, options.LatentLength)
    {
        Prepare();
        _generatorOptimiser = new TrainingOptimiser("generator", Generator, options.Generator, options.Run.Schedule);
        _encoderOptimiser = new TrainingOptimiser("encoder", Encoder, options.Generator, options.Run.Schedule);
    }

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_generatorOptimiser, _encoderOptimiser];

    public override IReadOnlyList<string> Losses { get; } =
        ["real_divergence", "sample_divergence", "image_loss", "latent_loss"];

    public override long ParameterCount => Count(Generator, Encoder);

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var count = batch.Examples.Length;
        double real, image, sample = 0, latent = 0;
        using (new FrozenModule(Generator, evaluation: false))
        {
            var images = RealImages(count, batch.Random);
            var found = InferenceLosses.OnSphere(Encoder.forward(images));
            var (onReal, distance) = (InferenceLosses.Divergence(found), (images - Generator.forward(found)).abs().mean());
            var onSamples = InferenceLosses.Divergence(Found(Drawn(count, batch)));
            _encoderOptimiser.Descend((onReal - onSamples).add(distance, alpha: Held(Options.ReconstructionWeight)));
            (real, image) = (onReal.item<float>(), distance.item<float>());
        }

        using var frozen = new FrozenModule(Encoder, evaluation: false);
        for (var step = 0; step < GeneratorSteps; step++)
        {
            using var scope = NewDisposeScope();
            var codes = Drawn(count, batch);
            var found = Found(codes);
            var (divergence, distance) = (InferenceLosses.Divergence(found), (codes - found).pow(Held(2)).mean());
            _generatorOptimiser.Descend(divergence.add(distance, alpha: Held(Options.LatentWeight)));
            (sample, latent) = (divergence.item<float>(), distance.item<float>());
        }

        Follow(Options.AverageDecay);
        return [real, sample, image, latent];
    }

    protected override Tensor Infer(Tensor images) => InferenceLosses.OnSphere((AverageEncoder ?? Encoder).forward(images));

    protected override Tensor Fresh() => InferenceLosses.OnSphere(base.Fresh());

    private Tensor Drawn(int count, TrainingBatch batch) => InferenceLosses.OnSphere(Codes(count, batch.Generator));

    private Tensor Found(Tensor codes) => InferenceLosses.OnSphere(Encoder.forward(Generator.forward(codes)));
}
