using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Trains pix2pix (Isola et al. 2017): in each step the discriminator by the mean of its cross-entropies on the true and the made
/// image, then the generator by the cross-entropy of being taken for true plus 100 times the mean absolute difference.
/// </summary>
internal sealed class ConditionalTask : RestorationTask
{
    private const double DistanceWeight = 100;

    private readonly PatchDiscriminator _discriminator;
    private readonly TrainingOptimiser _generatorOptimiser;
    private readonly TrainingOptimiser _discriminatorOptimiser;

    public ConditionalTask(
        ReducerTrainingOptions options, IExampleSource source, RestorationExample[] validation, int examples, string data,
        Device device, WorkContext work)
        : base(options, source, validation, examples, data, device, work)
    {
        _discriminator = new PatchDiscriminator(options.Architecture.Width, CPU);
        _discriminator.to(device);
        MixedPrecision.Apply(_discriminator, options.MixedPrecision);
        _generatorOptimiser = OptimiserOf("generator", Network);
        _discriminatorOptimiser = OptimiserOf("discriminator", _discriminator);
    }

    public override IReadOnlyDictionary<string, nn.Module> Modules =>
        new Dictionary<string, nn.Module> { ["network"] = Network, ["discriminator"] = _discriminator };

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_generatorOptimiser, _discriminatorOptimiser];

    public override IReadOnlyList<string> Losses { get; } = ["loss_image", "loss_generator", "loss_discriminator"];

    public override void Initialise(Generator generator)
    {
        base.Initialise(generator);
        _discriminator.Initialise(generator);
    }

    public override void Dispose()
    {
        base.Dispose();
        _discriminator.Dispose();
    }

    protected override IReadOnlyList<double> Step(ScanBatch scans, RestorationExample[] examples, SeededRandom random)
    {
        var patches = ImagePatches.Cut(PatchSize, random, scans.Artifact, Truth(examples));
        var (input, truth) = (patches[0], patches[1]);
        var made = ImagePadding.Run(Network.forward, input, ((ConditionalGenerator)Network).Stride);
        var isTrue = Entropy(Judge(input, truth), 1);
        var isMade = Entropy(Judge(input, made.detach()), 0);
        var discriminator = isTrue.add(isMade, Held(1)).mul(Held(0.5));
        _discriminatorOptimiser.Descend(discriminator);

        var fooled = Entropy(Judge(input, made), 1);
        var distance = nn.functional.l1_loss(made, truth);
        _generatorOptimiser.Descend(fooled.add(distance, Held(DistanceWeight)));
        return [distance.item<float>(), fooled.item<float>(), discriminator.item<float>()];
    }

    private Tensor Judge(Tensor input, Tensor image) => _discriminator.forward(cat([input, image], dim: 1));

    private static Tensor Entropy(Tensor logits, double target) =>
        nn.functional.binary_cross_entropy_with_logits(logits, full_like(logits, Held(target)));
}
