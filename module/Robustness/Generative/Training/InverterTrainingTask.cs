using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Trains the inverter of a frozen generator. It is given no images: each step draws latent codes z and learns from x = G(z),
/// I(x) and G(I(x)). A discriminator of its own tells x from G(I(x)).
/// </summary>
internal sealed class InverterTrainingTask : TrainingTask, IDisposable
{
    private const int MeasuredCodes = 500;

    private readonly InverterTrainingOptions _options;
    private readonly GenerativeModel _generator;
    private readonly EncoderNetwork _inverter;
    private readonly EncoderNetwork? _discriminator;
    private readonly TrainingOptimiser _inverterOptimiser;
    private readonly TrainingOptimiser? _discriminatorOptimiser;
    private readonly SamplePicture _picture;

    public InverterTrainingTask(
        InverterTrainingOptions options, GenerativeModel generator, GenerativeDescription of, SamplePicture picture)
    {
        (_options, _generator, _picture) = (options, generator, picture);
        Width = options.Width ?? of.Width;
        _inverter = of.Architecture.Inverter(of.Shape, Width, of.LatentLength, CPU);
        if (options.AdversarialWeight > 0) _discriminator = of.Architecture.Discriminator(of.Shape, of.Width, normalised: true, CPU);
        foreach (var module in Modules.Values)
        {
            ChannelsLast.Apply(module.to(generator.Device));
            MixedPrecision.Apply(module, options.Run.MixedPrecision);
        }

        _inverterOptimiser = new TrainingOptimiser("inverter", _inverter, options.Inverter, options.Run.Schedule);
        if (_discriminator is not null)
        {
            _discriminatorOptimiser = new TrainingOptimiser("discriminator", _discriminator, options.Discriminator, options.Run.Schedule);
        }

        Identity = new Dictionary<string, string>
        {
            ["model"] = FormattableString.Invariant($"inverter {of.Architecture.Name} width {Width} {options}"),
            ["generator"] = generator.Fingerprint,
        };
    }

    /// <summary>The width of the inverter.</summary>
    public int Width { get; }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override int ExampleCount => _options.Run.ExampleCount;

    public override IReadOnlyDictionary<string, nn.Module> Modules
    {
        get
        {
            var modules = new Dictionary<string, nn.Module> { ["inverter"] = _inverter };
            if (_discriminator is not null) modules["discriminator"] = _discriminator;
            return modules;
        }
    }

    public override IReadOnlyList<TrainingOptimiser> Optimisers =>
        _discriminatorOptimiser is null ? [_inverterOptimiser] : [_inverterOptimiser, _discriminatorOptimiser];

    public override IReadOnlyList<string> Losses { get; } = ["inverter_loss", "semantic_loss", "latent_loss", "discriminator_loss"];

    public override IReadOnlyList<string> Measures { get; } = ["latent_error", "reconstruction_error", "recovered_share"];

    public override Device Device => _generator.Device;

    /// <summary>What is written.</summary>
    public EncoderNetwork Result => _inverter;

    /// <summary>Parameters of both networks.</summary>
    public long ParameterCount => Modules.Values.SelectMany(module => module.parameters()).Sum(parameter => parameter.numel());

    public override void Initialise(Generator generator)
    {
        _inverter.Initialise(generator);
        _discriminator?.Initialise(generator);
    }

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var codes = empty(batch.Examples.Length, _generator.LatentLength, device: Device).normal_(0, 1, batch.Generator);
        Tensor images;
        using (no_grad()) images = _generator.Images(codes);
        var found = _inverter.forward(images);
        var reconstructions = _generator.Images(found);
        var criticLoss = _discriminator is null ? 0 : Criticise(images, reconstructions.detach());

        var printed = _options.Form == EquationForm.Printed;
        var semantic = printed
            ? InverterLosses.PrintedSemantic(images, reconstructions, _options.Eta)
            : InverterLosses.CodeSemantic(images, reconstructions, _options.Eta);
        var latent = printed ? InverterLosses.PrintedLatent(codes, found) : InverterLosses.CodeLatent(codes, found);
        var loss = semantic.mul(Held(_options.SemanticWeight)).add(latent, alpha: Held(_options.LatentWeight));
        if (_discriminator is not null)
        {
            using var frozen = new FrozenModule(_discriminator);
            var logits = _discriminator.forward(reconstructions);
            var adversarial = printed ? InverterLosses.Adversarial(logits) : InverterLosses.CodeAdversarial(logits);
            loss = loss.add(adversarial, alpha: Held(_options.AdversarialWeight));
            _inverterOptimiser.Descend(loss);
        }
        else
        {
            _inverterOptimiser.Descend(loss);
        }

        return [loss.item<float>(), semantic.item<float>(), latent.item<float>(), criticLoss];
    }

    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        var codes = Measured();
        var images = _generator.Images(codes);
        var found = _inverter.forward(images);
        var reconstructions = _generator.Images(found);
        var errors = (codes - found).pow(Held(2)).mean([1L]);
        var recovered = errors.sqrt().le(Held(_options.RecoveryRadius)).to(ScalarType.Float64).mean();
        return
        [
            errors.mean().item<float>(), (images - reconstructions).pow(Held(2)).mean().item<float>(), recovered.item<double>(),
        ];
    }

    public override void Show(CurvePoint point, WorkContext work)
    {
        var images = _generator.Images(Measured());
        _picture.Write(images, _generator.Images(_inverter.forward(images)));
    }

    private Tensor Measured() =>
        GenerativeModel.Codes(MeasuredCodes, _generator.LatentLength, new SeededRandom(_options.Run.Seed).Fork(1), Device);

    private double Criticise(Tensor images, Tensor reconstructions)
    {
        var logits = _discriminator!.forward(cat([images, reconstructions]));
        var count = (int)images.shape[0];
        var loss = InverterLosses.Discriminator(logits[..count], logits[count..]);
        _discriminatorOptimiser!.Descend(loss);
        return loss.item<float>();
    }

    public void Dispose()
    {
        _inverterOptimiser.Dispose();
        _discriminatorOptimiser?.Dispose();
        foreach (var module in Modules.Values) module.Dispose();
    }
}
