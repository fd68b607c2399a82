using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>Trains a network for faces by telling the identities of its training set apart.</summary>
internal sealed class EmbedderTrainingTask : TrainingTask, IDisposable
{
    // Small enough that a cancellation is seen within a second.
    private const int EvaluationBatch = 64;

    private readonly TrainingOptimiser _optimiser;
    private readonly FaceImages _training;
    private readonly FaceImages _validation;
    private readonly ImageAugmentation _augmentation;
    private readonly string? _initialModel;

    public EmbedderTrainingTask(
        EmbedderTrainingOptions options, FaceImages training, FaceImages validation, int identities, Device device,
        WorkContext work)
    {
        (_training, _validation, _augmentation, Device) = (training, validation, options.Augmentation, device);
        _initialModel = options.InitialModel;
        RequireMemory(options, training.Shape, identities);
        var embedding = options.Architecture.Create(training.Shape, options.Size);
        Network = new FaceIdentifier(embedding, new IdentityHead(embedding.Dimension, identities, options.Alpha, CPU));
        Network.to(device);
        _optimiser = new TrainingOptimiser(
            "network", Network, options.Optimiser, options.Schedule, decays: FaceIdentifier.Decays);
        Measures = validation.Count > 0 ? ["validation_loss", "validation_accuracy"] : [];
        Fingerprint = training.Fingerprint(work);
        var identity = new Dictionary<string, string>
        {
            ["architecture"] = options.Architecture.Name,
            ["width"] = options.Width.ToString(CultureInfo.InvariantCulture),
            ["batch normalisation"] = options.Normalised ? "true" : "false",
            ["alpha"] = options.Alpha?.ToString(CultureInfo.InvariantCulture) ?? "none",
            ["images"] = Fingerprint,
            ["validation images"] = validation.Fingerprint(work),
            ["augmentation"] = options.Augmentation.ToString(),
        };
        if (_initialModel is not null) identity["initial model"] = FaceEmbedder.NameOf(_initialModel);
        Identity = identity;
    }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override int ExampleCount => _training.Count;

    public override IReadOnlyDictionary<string, nn.Module> Modules =>
        new Dictionary<string, nn.Module> { ["network"] = Network };

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_optimiser];

    public override IReadOnlyList<string> Losses { get; } = ["loss"];

    public override IReadOnlyList<string> Measures { get; }

    public override Device Device { get; }

    /// <summary>What is trained.</summary>
    public FaceIdentifier Network { get; }

    /// <summary>The checksum of the training images and their labels.</summary>
    public string Fingerprint { get; }

    /// <summary>The number of parameters that are trained.</summary>
    public long ParameterCount => Network.parameters().Sum(parameter => parameter.numel());

    public override void Initialise(Generator generator)
    {
        Network.Embedding.Initialise(generator);
        Network.Head.Initialise(generator);
        if (_initialModel is null) return;
        var (begun, _) = EmbedderFile.Load(_initialModel, WorkContext.Default);
        using (begun)
        {
            using var guard = no_grad();
            var values = begun.state_dict();
            foreach (var (name, target) in Network.Embedding.state_dict()) target.copy_(values[name]);
        }
    }

    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var examples = batch.Examples.Span;
        var images = Pixels(ImageBatches.Images(_training, examples, _augmentation, batch.Random, Device));
        var labels = ImageBatches.Labels(_training, examples, Device);
        var loss = nn.functional.cross_entropy(Network.forward(images), labels);
        _optimiser.Descend(loss);
        return [loss.item<float>()];
    }

    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        if (_validation.Count == 0) return [];
        var (loss, correct) = (0.0, 0L);
        for (var start = 0; start < _validation.Count; start += EvaluationBatch)
        {
            work.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            int[] indices = [.. Enumerable.Range(start, Math.Min(EvaluationBatch, _validation.Count - start))];
            var labels = ImageBatches.Labels(_validation, indices, Device);
            var logits = Network.forward(Pixels(ImageBatches.Images(_validation, indices, Device)));
            loss += nn.functional.cross_entropy(logits, labels).item<float>() * (double)indices.Length;
            correct += logits.argmax(1).eq(labels).sum().item<long>();
        }

        return [loss / _validation.Count, correct / (double)_validation.Count];
    }

    public void Dispose()
    {
        _optimiser.Dispose();
        Network.Dispose();
    }

    // [0, 1] to what the networks take: (v - 127.5) / 127.5 of a pixel v.
    private static Tensor Pixels(Tensor images) => images.mul(Held(2)).sub(Held(1));

    private static void RequireMemory(EmbedderTrainingOptions options, ImageShape shape, int identities)
    {
        using var outline = options.Architecture.Outline(shape, options.Size);
        var count = outline.parameters().Sum(parameter => parameter.numel()) + ((long)(outline.Dimension + 1) * identities);
        // Each has a gradient and, by Adam, two means.
        MemoryPlan.Require(
            4.0 * sizeof(float) * count,
            $"The {count} parameters of '{options.Architecture.Name}' for {identities} identities",
            "Use a smaller width or another architecture.");
    }
}
