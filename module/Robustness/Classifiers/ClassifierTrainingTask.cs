using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Trains a classifier by cross-entropy, of the images as they are or attacked.</summary>
internal sealed class ClassifierTrainingTask : TrainingTask, IDisposable
{
    // Small enough that a cancellation is seen within a second.
    private const int EvaluationBatch = 250;

    private readonly ClassifierNetwork _network;
    private readonly TrainingOptimiser _optimiser;
    private readonly LabelledImages _training;
    private readonly LabelledImages _validation;
    private readonly ImageAugmentation _augmentation;
    private readonly AdversarialTraining? _adversarial;
    private readonly EpochPictures? _pictures;
    private readonly double _noise;

    public ClassifierTrainingTask(
        ClassifierTrainingOptions options, LabelledImages training, LabelledImages validation, Device device,
        WorkContext work)
    {
        (_training, _validation, _augmentation, Device) = (training, validation, options.Augmentation, device);
        RequireMemory(options.Architecture, training);
        _network = options.Architecture.Create(training.Shape, training.ClassNames.Count);
        _network.to(device);
        _optimiser = new TrainingOptimiser("network", _network, options.Optimiser, options.Schedule);
        (_adversarial, _noise) = (options.Adversarial, options.NoiseSigma / Epsilon.PixelRange);
        _pictures = options.PictureFolder is { } folder ? new EpochPictures(folder, validation, _adversarial) : null;
        var identity = new Dictionary<string, string>
        {
            ["architecture"] = options.Architecture.Name,
            ["images"] = training.Fingerprint(work),
            ["validation images"] = validation.Fingerprint(work),
            ["augmentation"] = options.Augmentation.ToString(),
        };
        if (_noise > 0) identity["noise"] = options.NoiseSigma.ToString(CultureInfo.InvariantCulture);
        if (_adversarial is not null) identity["adversarial"] = _adversarial.ToString();
        Identity = identity;
    }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override int ExampleCount => _training.Count;

    public override IReadOnlyDictionary<string, nn.Module> Modules =>
        new Dictionary<string, nn.Module> { ["network"] = _network };

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_optimiser];

    public override IReadOnlyList<string> Losses { get; } = ["loss"];

    public override IReadOnlyList<string> Measures { get; } = ["validation_loss", "validation_accuracy"];

    public override Device Device { get; }

    /// <summary>The network that is trained.</summary>
    public ClassifierNetwork Network => _network;

    /// <summary>The number of parameters that are trained.</summary>
    public long ParameterCount => _network.parameters().Sum(parameter => parameter.numel());

    public override void Initialise(Generator generator) => _network.Initialise(generator);

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var examples = batch.Examples.Span;
        var images = ImageBatches.Images(_training, examples, _augmentation, batch.Random, Device);
        if (_noise > 0) images = images.add(empty_like(images).normal_(0, 1, batch.Generator), alpha: Held(_noise));
        var labels = ImageBatches.Labels(_training, examples, Device);
        var loss = _adversarial is null
            ? nn.functional.cross_entropy(_network.forward(images), labels)
            : _adversarial.Loss(_network, images, labels, batch.Generator, batch.Position);
        _optimiser.Descend(loss);
        return [loss.item<float>()];
    }

    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        var (loss, correct) = Evaluate(_validation, work);
        return [loss, correct / (double)_validation.Count];
    }

    public override void Show(CurvePoint point, WorkContext work) => _pictures?.Write(_network, point.Epoch, Device);

    /// <summary>The mean cross-entropy, and how many images are classified right.</summary>
    public (double Loss, int Correct) Evaluate(LabelledImages images, WorkContext work)
    {
        using var guard = no_grad();
        _network.eval();
        var (loss, correct) = (0.0, 0L);
        for (var start = 0; start < images.Count; start += EvaluationBatch)
        {
            work.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            int[] indices = [.. Enumerable.Range(start, Math.Min(EvaluationBatch, images.Count - start))];
            var labels = ImageBatches.Labels(images, indices, Device);
            var logits = _network.forward(ImageBatches.Images(images, indices, Device));
            loss += nn.functional.cross_entropy(logits, labels).item<float>() * (double)indices.Length;
            correct += logits.argmax(1).eq(labels).sum().item<long>();
        }

        return (loss / images.Count, (int)correct);
    }

    private static void RequireMemory(ClassifierArchitecture architecture, LabelledImages images)
    {
        using var outline = architecture.Outline(images.Shape, images.ClassNames.Count);
        var count = outline.parameters().Sum(parameter => parameter.numel());
        // Each has a gradient, and two means of Adam.
        MemoryPlan.Require(
            4.0 * sizeof(float) * count, $"The {count} parameters of '{architecture.Name}' for images of {images.Shape}",
            "Use smaller images or another architecture.");
    }

    public void Dispose()
    {
        _optimiser.Dispose();
        _network.Dispose();
    }
}
