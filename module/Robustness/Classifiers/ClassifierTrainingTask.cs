using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Trains a classifier by cross-entropy, of the images as they are or attacked.</summary>
internal sealed class ClassifierTrainingTask : LabelTrainingTask<ClassifierNetwork>
{
    private readonly ImageAugmentation _augmentation;
    private readonly ITrainingAttack? _attack;
    private readonly EpochPictures? _pictures;
    private readonly double _noise;

    /// <summary>Creates the task.</summary>
    /// <param name="options">The network and its training.</param>
    /// <param name="training">What it learns from.</param>
    /// <param name="validation">What it is measured on.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="work">Cancellation.</param>
    /// <param name="manifold">The attack of on-manifold training; null for the options' other one, or none.</param>
    public ClassifierTrainingTask(
        ClassifierTrainingOptions options, LabelledImages training, LabelledImages validation, Device device,
        WorkContext work, ManifoldAttack? manifold = null)
        : base(Create(options.Architecture, training), options.Optimiser, options.Schedule, training, validation, device)
    {
        (_augmentation, _attack) = (options.Augmentation, (ITrainingAttack?)manifold ?? options.Adversarial);
        _noise = options.NoiseSigma / Epsilon.PixelRange;
        _pictures = options.PictureFolder is { } folder ? new EpochPictures(folder, validation, _attack) : null;
        var identity = new Dictionary<string, string>
        {
            ["architecture"] = options.Architecture.Name,
            ["images"] = training.Fingerprint(work),
            ["validation images"] = validation.Fingerprint(work),
            ["augmentation"] = options.Augmentation.ToString(),
        };
        if (_noise > 0) identity["noise"] = options.NoiseSigma.ToString(CultureInfo.InvariantCulture);
        if (_attack is not null) identity["adversarial"] = manifold?.Identity(work) ?? options.Adversarial!.ToString();
        Identity = identity;
    }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    protected override int EvaluationBatch => 250;

    public override void Initialise(Generator generator) => Network.Initialise(generator);

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var examples = batch.Examples.Span;
        var images = ImageBatches.Images(Training, examples, _augmentation, batch.Random, Device);
        if (_noise > 0) images = images.add(empty_like(images).normal_(0, 1, batch.Generator), alpha: Held(_noise));
        var labels = ImageBatches.Labels(Training, examples, Device);
        var loss = _attack is null
            ? nn.functional.cross_entropy(Network.forward(images), labels)
            : _attack.Loss(Network, images, labels, batch.Generator, batch.Position);
        Optimiser.Descend(loss);
        return [loss.item<float>()];
    }

    public override void Show(CurvePoint point, WorkContext work) => _pictures?.Write(Network, point.Epoch, Device);

    private static ClassifierNetwork Create(ClassifierArchitecture architecture, LabelledImages images)
    {
        using var outline = architecture.Outline(images.Shape, images.ClassNames.Count);
        RequireMemory(
            outline.parameters().Sum(parameter => parameter.numel()),
            $"'{architecture.Name}' for images of {images.Shape}", "Use smaller images or another architecture.");
        return architecture.Create(images.Shape, images.ClassNames.Count);
    }
}
