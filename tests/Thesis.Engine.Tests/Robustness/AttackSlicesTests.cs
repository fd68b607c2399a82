using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>A batch that several threads attack, against the same batch attacked by one.</summary>
public sealed class AttackSlicesTests : IDisposable
{
    private const int Count = 26;

    private readonly ImageClassifier _model;
    private readonly LabelledImages _images;

    public AttackSlicesTests()
    {
        TorchBackend.EnsureLoaded();
        OnnxBackend.EnsureLoaded();
        _model = ClassifierLoader.Load(TestFolder.Onnx("cnn.onnx"), new ClassifierLoadOptions { DoublePrecision = true }, WorkContext.Default);
        var random = new SeededRandom(4);
        var pixels = Enumerable.Range(0, Count * 28 * 28).Select(_ => (float)random.NextDouble()).ToArray();
        using var scope = NewDisposeScope();
        var found = _model.Logits(tensor(pixels, [Count, 1, 28, 28], float64)).argmax(1).data<long>().ToArray();
        _images = new LabelledImages(
            new ImageShape(1, 28, 28), pixels, Array.ConvertAll(found, label => (int)label),
            [.. Enumerable.Range(0, 10).Select(label => $"{label}")], "noise");
    }

    [Theory]
    [InlineData("PGD")]
    [InlineData("PGD-L2")]
    [InlineData("APGD-DLR")]
    [InlineData("Square")]
    [InlineData("CW")]
    public void Threads_change_no_image_and_no_order(string name)
    {
        var attack = AttackCatalogue.Create(name, new AttackSettings { Steps = 5, Queries = 20, Restarts = 2 });
        var (one, indicesOfOne) = Run(attack, threads: 1);
        var (three, indices) = Run(attack, threads: 3);
        Assert.Equal(Enumerable.Range(0, Count), indicesOfOne);
        Assert.Equal(indicesOfOne, indices);
        Assert.Equal(one.Length, three.Length);
        Assert.InRange(one.Zip(three, (left, right) => Math.Abs(left - right)).Max(), 0, 1e-9);
    }

    [Fact]
    public void Each_thread_has_the_library_for_itself_and_the_caller_has_its_threads_again()
    {
        var before = get_num_threads();
        set_num_threads(2);
        try
        {
            var seen = new List<(int Threads, int Library, int Count)>();
            var attack = new Probe((batch, context) =>
            {
                lock (seen) seen.Add((context.Threads, get_num_threads(), batch.Count));
            });
            AttackRunner.Run(
                _model, _images, attack, [], new AttackRunOptions { BatchSize = 20 }, WorkContext.Default with { Threads = 4 }, _ => { });

            // 20 images in four slices; the six that are left are too few for two.
            Assert.Equal([(1, 1, 5), (1, 1, 5), (1, 1, 5), (1, 1, 5), (4, 2, 6)], seen.Take(5));
            Assert.Equal(2, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void The_fault_of_one_slice_stops_the_others_and_is_the_callers()
    {
        var stopped = 0;
        var attack = new Probe((batch, context) =>
        {
            if (batch.Indices.Contains(17)) throw new InputException("Odd", FaultKind.InvalidData, "Image 17 is odd.");
            Assert.True(context.Cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "nobody said stop");
            Interlocked.Increment(ref stopped);
            context.ThrowIfCancelled();
        });
        var fault = Assert.Throws<InputException>(() => AttackRunner.Run(
            _model, _images, attack, [], new AttackRunOptions(), WorkContext.Default with { Threads = 3 }, _ => { }));
        Assert.Equal(("Odd", 2), (fault.ErrorId, stopped));
    }

    [Fact]
    public void Cancellation_reaches_every_slice()
    {
        using var cancel = new CancellationTokenSource();
        var attack = new Probe((batch, context) =>
        {
            cancel.Cancel();
            context.ThrowIfCancelled();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => AttackRunner.Run(
            _model, _images, attack, [], new AttackRunOptions(),
            WorkContext.Default with { Threads = 3, Cancellation = cancel.Token }, _ => { }));
    }

    [Fact]
    public void Replaced_gradients_of_all_slices_are_counted()
    {
        var warnings = new List<string>();
        AttackRunner.Run(
            _model, _images, new Probe((batch, _) => batch.ReplacedGradients.Add(batch.Indices[0])), [], new AttackRunOptions(),
            WorkContext.Default with { Threads = 3, Warning = warnings.Add }, _ => { });
        Assert.Contains($"3 of {Count}", Assert.Single(warnings), StringComparison.Ordinal);
    }

    public void Dispose() => _model.Dispose();

    private (double[] Images, int[] Indices) Run(IAdversarialAttack attack, int threads)
    {
        var (images, indices) = (new List<double>(), new List<int>());
        AttackRunner.Run(
            _model, _images, attack, attack.TakesEpsilon ? [new Epsilon(16)] : [], new AttackRunOptions { BatchSize = 22 },
            WorkContext.Default with { Threads = threads }, attacked =>
            {
                images.AddRange(attacked.Outcomes[0].Images.data<double>().ToArray());
                indices.AddRange(attacked.Batch.Indices);
            });
        return ([.. images], [.. indices]);
    }

    /// <summary>Looks at its batch and changes nothing.</summary>
    private sealed class Probe(Action<AttackBatch, WorkContext> look) : IAdversarialAttack
    {
        public string Name => "Probe";

        public AttackAccess Access => AttackAccess.BlackBox;

        public PerturbationNorm Norm => PerturbationNorm.L2;

        public bool TakesEpsilon => false;

        public IReadOnlyList<AttackOutcome> Run(
            ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
        {
            look(batch, context);
            return [AttackOutcome.Unbounded(batch.Images.clone())];
        }
    }
}
