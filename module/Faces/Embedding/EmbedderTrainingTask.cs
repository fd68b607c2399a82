using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>Trains a network for faces by telling the identities of its training set apart.</summary>
internal sealed class EmbedderTrainingTask : LabelTrainingTask<FaceIdentifier>
{
    private readonly ImageAugmentation _augmentation;
    private readonly string? _initialModel;

    public EmbedderTrainingTask(
        EmbedderTrainingOptions options, FaceImages training, FaceImages validation, int identities, Device device,
        WorkContext work)
        : base(
            Create(options, training.Shape, identities), options.Optimiser, options.Schedule, training, validation, device,
            FaceIdentifier.Decays)
    {
        (_augmentation, _initialModel) = (options.Augmentation, options.InitialModel);
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

    /// <summary>The checksum of the training images and their labels.</summary>
    public string Fingerprint { get; }

    protected override int EvaluationBatch => 64;

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
        var logits = Logits(ImageBatches.Images(Training, examples, _augmentation, batch.Random, Device));
        var labels = ImageBatches.Labels(Training, examples, Device);
        var loss = nn.functional.cross_entropy(logits, labels);
        Optimiser.Descend(loss);
        return [loss.item<float>()];
    }

    // [0, 1] to what the networks take: (v - 127.5) / 127.5 of a pixel v.
    protected override Tensor Logits(Tensor images) => Network.forward(images.mul(Held(2)).sub(Held(1)));

    private static FaceIdentifier Create(EmbedderTrainingOptions options, ImageShape shape, int identities)
    {
        using var outline = options.Architecture.Outline(shape, options.Size);
        RequireMemory(
            outline.parameters().Sum(parameter => parameter.numel()) + ((long)(outline.Dimension + 1) * identities),
            $"'{options.Architecture.Name}' for {identities} identities", "Use a smaller width or another architecture.");
        var embedding = options.Architecture.Create(shape, options.Size);
        return new FaceIdentifier(embedding, new IdentityHead(embedding.Dimension, identities, options.Alpha, CPU));
    }
}
