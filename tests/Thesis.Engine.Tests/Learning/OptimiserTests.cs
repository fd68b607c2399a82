using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning;

public sealed class OptimiserTests
{
    private const int Steps = 25;

    public OptimiserTests() => TorchBackend.EnsureLoaded();

    public static TheoryData<string> Names => ["adam", "adam_betas", "sgd", "sgd_momentum"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_are_those_of_PyTorch(string name)
    {
        using var problem = new Problem(name);
        for (var step = 0; step < Steps; step++) problem.Step(step);
        Close(LearningVectors.Optimiser(name), problem.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_that_was_saved_goes_on_with_the_same_bits(string name)
    {
        using var whole = new Problem(name);
        using var first = new Problem(name);
        using var second = new Problem(name);
        for (var step = 0; step < Steps; step++) whole.Step(step);
        for (var step = 0; step < 10; step++) first.Step(step);
        var archive = new TensorArchive();
        ModuleState.Save(first.Module, archive, "m.");
        first.Optimiser.Save(archive);
        ModuleState.Load(second.Module, archive, "x", "m.");
        second.Optimiser.Load(archive, "x");
        for (var step = 10; step < Steps; step++) second.Step(step);
        Assert.Equal(whole.Values, second.Values);
    }

    [Fact]
    public void A_state_that_lacks_a_tensor_is_refused()
    {
        using var problem = new Problem("adam");
        var found = Assert.Throws<InputException>(() => problem.Optimiser.Load(new TensorArchive(), "file"));
        Assert.Equal("CheckpointInvalid", found.ErrorId);
    }

    [Theory]
    [InlineData(OptimiserKind.Adam, 0, 0)]
    [InlineData(OptimiserKind.Adam, 0, 0.01)]
    [InlineData(OptimiserKind.Sgd, 0, 0)]
    [InlineData(OptimiserKind.Sgd, 0.9, 0.01)]
    public void Steps_have_the_bits_of_the_librarys_optimisers(OptimiserKind kind, double momentum, double decay)
    {
        var options = new OptimiserOptions { Kind = kind, LearningRate = 0.01, Momentum = momentum, WeightDecay = decay };
        using var generator = new Generator(3, CPU);
        using var start = empty(1000).uniform_(-1, 1, generator);
        using var own = new TorchSharp.Modules.Parameter(start.clone());
        using var other = new TorchSharp.Modules.Parameter(start.clone());
        using var ours = kind == OptimiserKind.Adam
            ? (Optimiser)new AdamOptimiser([own], options) : new MomentumOptimiser([own], options);
        using var library = kind == OptimiserKind.Adam
            ? (TorchSharp.Modules.OptimizerHelper)optim.Adam(
                [other], options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, decay)
            : optim.SGD([other], options.LearningRate, momentum, 0, decay);
        for (var step = 0; step < Steps; step++)
        {
            using var gradient = empty(1000).uniform_(-1, 1, generator);
            (own.grad, other.grad) = (gradient, gradient.clone());
            ours.Step();
            library.step();
        }

        Assert.Equal(other.data<float>().ToArray(), own.data<float>().ToArray());
        Assert.NotEqual(start.data<float>().ToArray(), own.data<float>().ToArray());
    }

    [Theory]
    [InlineData("adam", "step", "exp_avg", "exp_avg_sq")]
    [InlineData("sgd_momentum", "momentum_buffer")]
    [InlineData("sgd")]
    public void A_state_has_the_names_of_PyTorch(string name, params string[] fields)
    {
        using var problem = new Problem(name);
        problem.Step(0);
        var archive = new TensorArchive();
        problem.Optimiser.Save(archive);
        Assert.Equal(
            fields.Select(field => $"optimiser.all.p.{field}").Order(StringComparer.Ordinal),
            archive.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_momentum_of_another_shape_is_refused()
    {
        using var problem = new Problem("sgd_momentum");
        var archive = new TensorArchive();
        archive.Add(ArchivedTensor.Of("optimiser.all.p.momentum_buffer", [1.0, 2, 3]));
        var found = Assert.Throws<InputException>(() => problem.Optimiser.Load(archive, "file"));
        Assert.Equal("CheckpointInvalid", found.ErrorId);
    }

    [Fact]
    public void Schedules_follow_their_formulas()
    {
        var steps = new LearningRateSchedule { Kind = ScheduleKind.Steps };
        Assert.Equal([1, 1, 0.1, 0.01], new long[] { 0, 49, 50, 75 }.Select(step => Math.Round(steps.At(step, 100), 12)));
        var cosine = new LearningRateSchedule { Kind = ScheduleKind.Cosine };
        Assert.Equal([1, 0.5, 0], new long[] { 0, 50, 100 }.Select(step => Math.Round(cosine.At(step, 100), 12)));
        var warm = new LearningRateSchedule { Warmup = 0.1 };
        Assert.Equal([0.1, 0.5, 1, 1], new long[] { 0, 4, 9, 10 }.Select(step => Math.Round(warm.At(step, 100), 12)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_learning_rate_that_is_none_is_refused_with_its_value(double rate)
    {
        var found = Assert.Throws<InputException>(() => new OptimiserOptions { LearningRate = rate });
        Assert.Equal("OptimiserInvalid", found.ErrorId);
        Assert.Equal(rate, found.Target);
    }

    private static void Close(double[] expected, double[] actual)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-11);
    }

    /// <summary>The problem of tests/data/learning/make.py: sum_i c_i (p_i - t_i)^4 / 4 + p_0 p_1.</summary>
    private sealed class Problem : IDisposable
    {
        private readonly TorchSharp.Modules.Parameter _values =
            new(tensor([1.0, -2.0, 0.5, 3.0], dtype: ScalarType.Float64));

        private readonly Tensor _scale = tensor([1.0, 0.5, 2.0, 0.1], dtype: ScalarType.Float64);
        private readonly Tensor _target = tensor([0.3, 0.7, -1.0, 2.0], dtype: ScalarType.Float64);

        public Problem(string name)
        {
            Module = new Holder(_values);
            var options = name switch
            {
                "adam" => new OptimiserOptions { LearningRate = 0.05 },
                "adam_betas" => new OptimiserOptions
                {
                    LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9, Epsilon = 1e-7, WeightDecay = 0.01,
                },
                "sgd" => new OptimiserOptions { Kind = OptimiserKind.Sgd, LearningRate = 0.01, Momentum = 0 },
                _ => new OptimiserOptions { Kind = OptimiserKind.Sgd, LearningRate = 0.01, WeightDecay = 0.01 },
            };
            Optimiser = new TrainingOptimiser("all", Module, options, LearningRateSchedule.Constant);
        }

        public nn.Module Module { get; }

        public TrainingOptimiser Optimiser { get; }

        public double[] Values => _values.data<double>().ToArray();

        public void Step(int step)
        {
            using var scope = NewDisposeScope();
            Optimiser.Begin(step, Steps);
            var quartic = (_scale * (_values - _target).pow(Held(4))).sum().div(Held(4));
            Optimiser.Descend(quartic.Plus(_values[0] * _values[1]));
        }

        public void Dispose()
        {
            Optimiser.Dispose();
            Module.Dispose();
            _scale.Dispose();
            _target.Dispose();
        }
    }

    private sealed class Holder : nn.Module
    {
        public Holder(TorchSharp.Modules.Parameter values)
            : base("holder") => register_parameter("p", values);
    }
}
