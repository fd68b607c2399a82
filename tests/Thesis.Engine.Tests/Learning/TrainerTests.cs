using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning;

/// <summary>Runs of 3 epochs of 4 steps, interrupted anywhere: with dropout, augmentation, momentum and a schedule.</summary>
public sealed class TrainerTests : IDisposable
{
    private const int Epochs = 3;
    private const int StepsPerEpoch = 4;

    private static readonly LabelledImages Training = Draw(3, 30);
    private static readonly LabelledImages Validation = Draw(4, 12);

    private readonly TestFolder _folder = new();

    public TrainerTests() => TorchBackend.EnsureLoaded();

    [Theory]
    [InlineData(1, OptimiserKind.Adam)]
    [InlineData(4, OptimiserKind.Adam)]
    [InlineData(6, OptimiserKind.Adam)]
    [InlineData(11, OptimiserKind.Adam)]
    [InlineData(1, OptimiserKind.Sgd)]
    [InlineData(7, OptimiserKind.Sgd)]
    public void A_cancelled_run_resumes_to_the_same_bytes(int step, OptimiserKind kind)
    {
        var whole = Run(kind, _folder["whole"], resume: false, WorkContext.Default);
        using var stop = new CancellationTokenSource();
        var work = new WorkContext
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress => { if (progress.Done == step) stop.Cancel(); }),
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Run(kind, _folder["part"], resume: false, work));
        var resumed = Run(kind, _folder["part"], resume: true, WorkContext.Default);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["part"]));
        Assert.Equal(TrainingCurveFiles.ToCsv(whole), TrainingCurveFiles.ToCsv(resumed));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_killed_run_resumes_from_its_last_checkpoint_to_the_same_bytes(int step)
    {
        Run(OptimiserKind.Adam, _folder["whole"], resume: false, WorkContext.Default);
        var work = new WorkContext
        {
            // No cancellation: nothing is saved at the moment of death.
            Progress = new Watcher(progress => { if (progress.Done == step) throw new NotSupportedException("killed"); }),
        };
        Assert.Throws<NotSupportedException>(() => Run(OptimiserKind.Adam, _folder["part"], resume: false, work));
        Run(OptimiserKind.Adam, _folder["part"], resume: true, WorkContext.Default);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["part"]));
    }

    [Theory]
    [InlineData(AdversarialObjective.Pgd)]
    [InlineData(AdversarialObjective.Trades)]
    public void An_adversarial_run_resumes_to_the_same_bytes_and_learns(AdversarialObjective objective)
    {
        var adversarial = new AdversarialTraining { Objective = objective, Epsilon = new Epsilon(16), Steps = 2 };
        var whole = Run(OptimiserKind.Adam, _folder["whole"], resume: false, WorkContext.Default, adversarial: adversarial);
        using var stop = new CancellationTokenSource();
        var work = new WorkContext
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress => { if (progress.Done == 5) stop.Cancel(); }),
        };
        Assert.ThrowsAny<OperationCanceledException>(
            () => Run(OptimiserKind.Adam, _folder["part"], resume: false, work, adversarial: adversarial));
        var other = Assert.Throws<InputException>(() => Run(
            OptimiserKind.Adam, _folder["part"], resume: true, WorkContext.Default,
            adversarial: adversarial with { Epsilon = new Epsilon(8) }));
        Assert.Equal("CheckpointMismatch", other.ErrorId);
        Run(OptimiserKind.Adam, _folder["part"], resume: true, WorkContext.Default, adversarial: adversarial);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["part"]));
        Assert.True(whole.Points[^1].Values[0] < whole.Points[0].Values[0]);
    }

    [Theory]
    [InlineData(10, new long[] { 4, 8, 10 })]
    [InlineData(8, new long[] { 4, 8 })]
    [InlineData(3, new long[] { 3 })]
    public void A_run_by_steps_ends_where_it_is_told_and_resumes_to_the_same_bytes(long steps, long[] ends)
    {
        var whole = Run(OptimiserKind.Adam, _folder["whole"], resume: false, WorkContext.Default, steps: steps);
        Assert.Equal(ends, whole.Points.Select(point => point.Step));
        using var stop = new CancellationTokenSource();
        var work = new WorkContext
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress => { if (progress.Done == steps - 1) stop.Cancel(); }),
        };
        Assert.ThrowsAny<OperationCanceledException>(
            () => Run(OptimiserKind.Adam, _folder["part"], resume: false, work, steps: steps));
        var found = Assert.Throws<InputException>(
            () => Run(OptimiserKind.Adam, _folder["part"], resume: true, WorkContext.Default, steps: steps + 1));
        Assert.Equal("CheckpointMismatch", found.ErrorId);
        Run(OptimiserKind.Adam, _folder["part"], resume: true, WorkContext.Default, steps: steps);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["part"]));
    }

    [Fact]
    public void Steps_of_whole_epochs_are_the_run_of_those_epochs()
    {
        var epochs = Run(OptimiserKind.Adam, _folder["a"], resume: false, WorkContext.Default);
        var steps = Run(OptimiserKind.Adam, _folder["b"], resume: false, WorkContext.Default, steps: Epochs * StepsPerEpoch);
        Assert.Equal(TrainingCurveFiles.ToCsv(epochs), TrainingCurveFiles.ToCsv(steps));
        // A mean over the examples that were seen, not over all: half an epoch of a network that stands still has no half loss.
        var half = Run(OptimiserKind.Sgd, _folder["c"], resume: false, WorkContext.Default, steps: 6, rate: 1e-9);
        Assert.InRange(half.Points[1].Values[0] / half.Points[0].Values[0], 0.9, 1.6);
        Assert.Equal("StepsInvalid", Assert.Throws<InputException>(() => new TrainingOptions { Steps = 0 }).ErrorId);
    }

    [Fact]
    public void A_warm_up_raises_the_budget_over_its_share_of_the_run()
    {
        var adversarial = new AdversarialTraining { Epsilon = new Epsilon(51), Warmup = 0.4 };
        Assert.Equal([0, 0.1, 0.2, 0.2], new[] { 0, 0.2, 0.4, 1 }.Select(adversarial.BudgetAt), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.2, (adversarial with { Warmup = 0 }).BudgetAt(0));
        Assert.Contains("warm-up 0.4", adversarial.ToString(), StringComparison.Ordinal);
        Assert.Equal("OptionOutOfRange", Assert.Throws<InputException>(() => adversarial with { Warmup = double.NaN }).ErrorId);
    }

    [Fact]
    public void An_attacked_batch_has_a_larger_loss_and_leaves_the_network_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var network = ClassifierArchitecture.Find("small").Create(Training.Shape, 3);
        using var generator = new Generator(3, CPU);
        network.Initialise(generator);
        network.eval();
        int[] examples = [0, 1, 2, 3, 4, 5];
        var (images, labels) = (ImageBatches.Images(Training, examples, CPU), ImageBatches.Labels(Training, examples, CPU));
        var adversarial = new AdversarialTraining { Epsilon = new Epsilon(16), Steps = 5 };
        var attacked = adversarial.Loss(network, images, labels, generator, 0).item<float>();
        var clean = nn.functional.cross_entropy(network.forward(images), labels).item<float>();
        Assert.True(attacked > clean, $"{attacked} {clean}");
        // Where a warm-up begins there is no budget yet.
        Assert.Equal(clean, (adversarial with { Warmup = 0.5 }).Loss(network, images, labels, generator, 0).item<float>(), 1e-5);
        // TRADES: the clean loss, and a divergence that is zero without a budget.
        var trades = adversarial with { Objective = AdversarialObjective.Trades, Epsilon = new Epsilon(0) };
        Assert.Equal(clean, trades.Loss(network, images, labels, generator, 0).item<float>(), 1e-5);
        Assert.True((trades with { Epsilon = new Epsilon(16) }).Loss(network, images, labels, generator, 0).item<float>() > clean);
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.False(network.training);
    }

    [Fact]
    public void The_interval_of_checkpoints_does_not_change_the_run()
    {
        Run(OptimiserKind.Adam, _folder["rare"], resume: false, WorkContext.Default);
        Run(OptimiserKind.Adam, _folder["often"], resume: false, WorkContext.Default, interval: TimeSpan.Zero);
        Assert.Equal(File.ReadAllBytes(_folder["rare"]), File.ReadAllBytes(_folder["often"]));
    }

    [Fact]
    public void The_process_wide_generator_is_neither_used_nor_needed()
    {
        random.manual_seed(1);
        Run(OptimiserKind.Adam, _folder["a"], resume: false, WorkContext.Default);
        random.manual_seed(2);
        Run(OptimiserKind.Adam, _folder["b"], resume: false, WorkContext.Default);
        Assert.Equal(File.ReadAllBytes(_folder["a"]), File.ReadAllBytes(_folder["b"]));
        Run(OptimiserKind.Adam, _folder["c"], resume: false, WorkContext.Default, seed: 2);
        Assert.NotEqual(File.ReadAllBytes(_folder["a"]), File.ReadAllBytes(_folder["c"]));
    }

    [Fact]
    public void Training_lowers_the_loss_and_the_curve_has_an_epoch_a_row()
    {
        var curve = Run(OptimiserKind.Adam, _folder["a"], resume: false, WorkContext.Default);
        Assert.Equal([4L, 8, 12], curve.Points.Select(point => point.Step));
        Assert.True(curve.Points[^1].Values[0] < curve.Points[0].Values[0]);
        Assert.Equal("epoch,step,learning_rate,loss,validation_loss,validation_accuracy", TrainingCurveFiles.ToCsv(curve).Split('\n')[0]);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused_with_the_difference()
    {
        Run(OptimiserKind.Adam, _folder["a"], resume: false, WorkContext.Default);
        var found = Assert.Throws<InputException>(
            () => Run(OptimiserKind.Adam, _folder["a"], resume: true, WorkContext.Default, seed: 9));
        Assert.Equal("CheckpointMismatch", found.ErrorId);
        Assert.Contains("its seed is '1', this run's is '9'", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training.step", 1e15)]
    [InlineData("training.step", 11.0)]
    [InlineData("training.step", 0.5)]
    [InlineData("training.step", double.NaN)]
    [InlineData("training.step")]
    [InlineData("training.curve")]
    [InlineData("training.curve", 1.0, 4.0, 0.0, 0.0, 0.0, 0.0, 2.0)]
    [InlineData("training.loss_sums", 1.0, 2.0)]
    [InlineData("optimiser.network.fc2.bias.step")]
    [InlineData("optimiser.network.fc2.bias.step", -1.0)]
    public void A_checkpoint_that_lies_is_refused(string name, params double[] values)
    {
        Run(OptimiserKind.Adam, _folder["a"], resume: false, WorkContext.Default);
        var good = SafetensorsFile.Read(_folder["a"], WorkContext.Default);
        var bad = new TensorArchive();
        foreach (var (key, value) in good.Metadata) bad.Metadata[key] = value;
        foreach (var tensor in good.Tensors) bad.Add(tensor.Name == name ? ArchivedTensor.Of(name, values) : tensor);
        SafetensorsFile.Write(_folder["b"], bad, overwrite: false);
        var found = Assert.Throws<InputException>(
            () => Run(OptimiserKind.Adam, _folder["b"], resume: true, WorkContext.Default));
        Assert.Equal("CheckpointInvalid", found.ErrorId);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_run()
    {
        var found = Assert.Throws<InputException>(
            () => Run(OptimiserKind.Sgd, _folder["a"], resume: false, WorkContext.Default, rate: 1e20));
        Assert.Equal("TrainingDiverged", found.ErrorId);
    }

    public void Dispose() => _folder.Dispose();

    private static TrainingCurve Run(
        OptimiserKind kind, string checkpoint, bool resume, WorkContext work, long seed = 1, double rate = 3e-3,
        TimeSpan? interval = null, AdversarialTraining? adversarial = null, long? steps = null)
    {
        set_num_threads(1);
        var options = new ClassifierTrainingOptions
        {
            Architecture = ClassifierArchitecture.Find("small"),
            Training = new TrainingOptions
            {
                Epochs = Epochs, Steps = steps, BatchSize = 8, Seed = seed, CheckpointInterval = interval ?? TimeSpan.FromHours(1),
            },
            Optimiser = new OptimiserOptions { Kind = kind, LearningRate = rate },
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, Warmup = 0.2 },
            Augmentation = new ImageAugmentation { Shift = 1, Mirror = true },
            Adversarial = adversarial,
        };
        using var task = new ClassifierTrainingTask(options, Training, Validation, CPU, work);
        Assert.Equal(StepsPerEpoch, (Training.Count + 7) / 8);
        return new Trainer(task, options.Training, checkpoint).Run(resume, work);
    }

    private static LabelledImages Draw(long seed, int count)
    {
        var random = new SeededRandom(seed);
        var shape = new ImageShape(1, 8, 8);
        var pixels = new byte[count * shape.Count];
        var labels = Enumerable.Range(0, count).Select(i => i % 3).ToArray();
        for (var i = 0; i < pixels.Length; i++)
        {
            // A bright third of the image tells the class.
            var bright = i % shape.Count / 24 == labels[i / shape.Count];
            pixels[i] = (byte)((bright ? 160 : 20) + random.NextInt32(60));
        }

        return new LabelledImages(shape, pixels, labels, ["top", "middle", "bottom"], "drawn");
    }

    private sealed class Watcher(Action<WorkProgress> see) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => see(value);
    }
}
