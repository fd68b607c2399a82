using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>One network, moved by one optimiser, that learns the labels of images; the loss of a step is each task's own.</summary>
/// <typeparam name="TNetwork">The network, whose output are logits.</typeparam>
internal abstract class LabelTrainingTask<TNetwork> : TrainingTask, IDisposable
    where TNetwork : NamedModule
{
    private const string NetworkName = "network";

    private readonly ILabelledImages _validation;

    /// <summary>Takes the network over, and moves it to the device.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="optimiser">How it is moved.</param>
    /// <param name="schedule">The learning rate over the run.</param>
    /// <param name="training">What it learns from.</param>
    /// <param name="validation">What it is measured on at an epoch's end; empty for nothing.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="decays">Whether weight decay is for the parameter of a name; for all unless given.</param>
    protected LabelTrainingTask(
        TNetwork network, OptimiserOptions optimiser, LearningRateSchedule schedule, ILabelledImages training,
        ILabelledImages validation, Device device, Predicate<string>? decays = null)
    {
        (Network, Training, _validation, Device) = (network, training, validation, device);
        network.to(device);
        Optimiser = new TrainingOptimiser(NetworkName, network, optimiser, schedule, decays: decays);
        Measures = validation.Count > 0 ? ["validation_loss", "validation_accuracy"] : [];
    }

    public override int ExampleCount => Training.Count;

    public override IReadOnlyDictionary<string, nn.Module> Modules =>
        new Dictionary<string, nn.Module> { [NetworkName] = Network };

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [Optimiser];

    public override IReadOnlyList<string> Losses { get; } = ["loss"];

    public override IReadOnlyList<string> Measures { get; }

    public override Device Device { get; }

    /// <summary>What is trained.</summary>
    public TNetwork Network { get; }

    /// <summary>The number of parameters that are trained.</summary>
    public long ParameterCount => Network.parameters().Sum(parameter => parameter.numel());

    /// <summary>What the network learns from.</summary>
    protected ILabelledImages Training { get; }

    /// <summary>What moves the network.</summary>
    protected TrainingOptimiser Optimiser { get; }

    /// <summary>Images that are measured together: few enough that a cancellation is seen within a second.</summary>
    protected abstract int EvaluationBatch { get; }

    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        if (_validation.Count == 0) return [];
        var (loss, correct) = Evaluate(_validation, work);
        return [loss, correct / (double)_validation.Count];
    }

    /// <summary>The mean cross-entropy, and how many images are told right.</summary>
    public (double Loss, int Correct) Evaluate(ILabelledImages images, WorkContext work)
    {
        using var guard = no_grad();
        Network.eval();
        var (loss, correct) = (0.0, 0L);
        for (var start = 0; start < images.Count; start += EvaluationBatch)
        {
            work.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            int[] indices = [.. Enumerable.Range(start, Math.Min(EvaluationBatch, images.Count - start))];
            var labels = ImageBatches.Labels(images, indices, Device);
            var logits = Logits(ImageBatches.Images(images, indices, Device));
            loss += nn.functional.cross_entropy(logits, labels).item<float>() * (double)indices.Length;
            correct += logits.argmax(1).eq(labels).sum().item<long>();
        }

        return (loss / images.Count, (int)correct);
    }

    public void Dispose()
    {
        Optimiser.Dispose();
        Network.Dispose();
    }

    /// <summary>The logits of images in [0, 1].</summary>
    protected virtual Tensor Logits(Tensor images) => Network.forward(images);

    /// <summary>Fails where parameters, each with a gradient and two means of Adam, do not fit the memory.</summary>
    /// <param name="parameters">How many there are.</param>
    /// <param name="of">Whose they are, in words.</param>
    /// <param name="advice">What helps.</param>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>.</exception>
    protected static void RequireMemory(long parameters, string of, string advice) =>
        MemoryPlan.Require(4.0 * sizeof(float) * parameters, $"The {parameters} parameters of {of}", advice);
}
