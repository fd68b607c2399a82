using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning;

public sealed class LayerTests
{
    public LayerTests() => TorchBackend.EnsureLoaded();

    [Fact]
    public void Dropout_keeps_its_share_and_its_mean_and_depends_on_its_generator_alone()
    {
        using var layer = new SeededDropout(0.25);
        using var input = ones(100_000);
        float[] Draw(ulong seed)
        {
            using var generator = new Generator(seed, CPU);
            layer.Generator = generator;
            using var output = layer.forward(input);
            return output.data<float>().ToArray();
        }

        var first = Draw(5);
        random.manual_seed(77);
        Assert.Equal(first, Draw(5));
        Assert.NotEqual(first, Draw(6));
        // 25,000 zeros are expected, and their standard deviation is 137.
        Assert.InRange(first.Count(value => value == 0), 24_400, 25_600);
        Assert.All(first, value => Assert.True(value == 0 || value == 4f / 3));
        layer.eval();
        Assert.Equal(Enumerable.Repeat(1f, 100_000), layer.forward(input).data<float>().ToArray());
    }

    [Theory]
    [InlineData(1, 5, 2)]
    [InlineData(3, 3, 0)]
    public void A_convolution_of_images_by_patches_is_the_library_s(int channels, int kernel, int padding)
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Conv2d(channels, 6, kernel, padding: padding, dtype: ScalarType.Float64);
        var images = rand(2, channels, 9, 7, ScalarType.Float64).requires_grad_();
        var expected = layer.forward(images);
        var weights = rand_like(expected);
        var slope = autograd.grad([(expected * weights).sum()], [images])[0];
        layer.weight.requires_grad_(false);
        var actual = InputConvolution.Forward(layer, images, padding);
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(1, actual.stride(1));
        Assert.True((actual - expected).abs().max().item<double>() < 1e-12);
        Assert.True((autograd.grad([(actual * weights).sum()], [images])[0] - slope).abs().max().item<double>() < 1e-12);
    }

    // What a move to a GPU does, too: it replaces the parameters.
    [Fact]
    public void Layers_give_the_same_numbers_in_another_type()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var generator = new Generator(7, CPU);
        foreach (var layer in new NamedModule[]
        {
            new Convolution(2, 3, kernel: 3, CPU, stride: 2, padding: 1),
            new Convolution(2, 3, kernel: 3, CPU, hasBias: false),
            new TransposedConvolution(2, 3, kernel: 4, CPU),
            new SpectralConvolution(2, 3, kernel: 3, stride: 1, padding: 1, normalised: true, CPU),
            new SpectralLinear(6, 3, normalised: false, CPU),
        })
        {
            Initialise.He(layer, generator);
            SpectralLayer.InitialiseVectors(nn.Sequential(("layer", layer)), generator);
            layer.eval();
            var input = layer is SpectralLinear ? rand(4, 6) : rand(1, 2, 6, 6);
            var single = layer.forward(input);
            layer.to(ScalarType.Float64);
            var twice = layer.forward(input.to(ScalarType.Float64));
            Assert.Equal(ScalarType.Float64, twice.dtype);
            Assert.True((twice - single).abs().max().item<double>() < 1e-5 * (1 + single.abs().max().item<float>()), layer.GetName());
        }
    }

    [Fact]
    public void Spectral_normalisation_finds_the_largest_singular_value_and_saves_its_vector()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormalisation(6, ScalarType.Float64);
        using var generator = new Generator(4, CPU);
        layer.Initialise(generator);
        Assert.Equal(1, layer.state_dict()["u"].norm().item<double>(), 1e-12);
        var weight = rand([6, 3, 2, 2], ScalarType.Float64).requires_grad_();
        Tensor normalised = weight;
        for (var step = 0; step < 200; step++) normalised = layer.forward(weight);
        var largest = linalg.svdvals(weight.detach().flatten(1))[0].item<double>();
        Assert.Equal(1, linalg.svdvals(normalised.detach().flatten(1))[0].item<double>(), 1e-9);
        Assert.True((normalised.mul(Held(largest)) - weight).abs().max().item<double>() < 1e-9);
        // What W / |W| grows by along W itself is nothing.
        var gradient = autograd.grad([normalised.sum()], [weight])[0];
        Assert.Equal(0, (gradient * weight).sum().item<double>(), 1e-9);
        layer.eval();
        var before = layer.state_dict()["u"].clone();
        layer.forward(weight.mul(Held(2)).roll(1, 0));
        Assert.Equal(0, (layer.state_dict()["u"] - before).abs().max().item<double>());
    }

    [Fact]
    public void An_exponential_average_forgets_by_its_decay()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(2, 1, hasBias: false);
        using var average = nn.Linear(2, 1, hasBias: false);
        ExponentialAverage.Update(average, module, 0);
        Assert.Equal(0, (average.weight - module.weight).abs().max().item<float>());
        var first = module.weight.detach().clone();
        using (no_grad()) module.weight.Plus_(Held(1));
        ExponentialAverage.Update(average, module, 0.9);
        Assert.True((average.weight - first).sub(Held(0.1)).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void An_optimiser_moves_the_parameters_that_it_is_given_down_the_sum_of_its_losses()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(2, 1);
        var options = new OptimiserOptions { Kind = OptimiserKind.Sgd, LearningRate = 0.5, Momentum = 0 };
        using var optimiser = new TrainingOptimiser("bias", module, options, LearningRateSchedule.Constant, name => name == "bias");
        optimiser.Begin(0, 1);
        var (weight, bias) = (module.weight.detach().clone(), module.bias!.detach().clone());
        var input = ones(1, 2);
        optimiser.Descend(module.forward(input).sum(), module.forward(input).mul(Held(2)).sum());
        Assert.Equal(0, (module.weight - weight).abs().max().item<float>());
        Assert.Equal(-1.5f, (module.bias! - bias).item<float>(), 1e-6f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Channels_last_is_the_same_image(int channels)
    {
        using var scope = NewDisposeScope();
        var images = rand(2, channels, 4, 5);
        var last = ChannelsLast.Of(images);
        Assert.Equal([4 * 5 * channels, 1, 5 * channels, channels], last.stride());
        Assert.Equal(0, (last - images).abs().max().item<float>());
    }

    [Fact]
    public void The_gradient_of_dropout_is_its_mask()
    {
        using var layer = new SeededDropout(0.5);
        using var generator = new Generator(3, CPU);
        layer.Generator = generator;
        using var input = arange(Held(1), Held(101), Held(1), ScalarType.Float64).requires_grad_(true);
        using var output = layer.forward(input);
        output.sum().backward();
        Assert.Equal(
            output.data<double>().ToArray(), input.grad!.mul(input.detach()).data<double>().ToArray());
    }

    [Fact]
    public void Batch_normalisation_follows_its_formula_in_training_and_after()
    {
        const double Epsilon = 1e-3;
        const double Momentum = 0.1;
        using var layer = new BatchNormalisation(2, Epsilon, Momentum);
        layer.to(ScalarType.Float64);
        // Channel 0 holds 1, 2, 5, 8 and channel 1 holds 3, 4, 7, 6.
        using var input = tensor([1.0, 2, 3, 4, 5, 8, 7, 6], [2, 2, 1, 2]);
        double[][] channels = [[1, 2, 5, 8], [3, 4, 7, 6]];
        var means = Array.ConvertAll(channels, values => values.Average());
        var squares = channels.Zip(means, (values, mean) => values.Sum(x => (x - mean) * (x - mean))).ToArray();

        using var trained = layer.forward(input);
        Expect(c => (channels[c], means[c], squares[c] / 4), trained);
        // The stored values start at 0 and 1 and move by a tenth; the stored variance is the unbiased one.
        Close([Momentum * means[0], Momentum * means[1]], layer.running_mean!);
        var variances = Array.ConvertAll(squares, sum => 1 - Momentum + (Momentum * sum / 3));
        Close(variances, layer.running_var!);
        Assert.Equal(1, layer.num_batches_tracked!.item<long>());

        layer.eval();
        using var after = layer.forward(input);
        Expect(c => (channels[c], Momentum * means[c], variances[c]), after);
        Assert.Equal(1, layer.num_batches_tracked!.item<long>());
        Assert.Equal(
            ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"], layer.state_dict().Keys);

        static void Expect(Func<int, (double[] Values, double Mean, double Variance)> of, Tensor found)
        {
            for (var c = 0; c < 2; c++)
            {
                var (values, mean, variance) = of(c);
                using var channel = found.select(1, c).contiguous();
                Close([.. values.Select(x => (x - mean) / Math.Sqrt(variance + Epsilon))], channel);
            }
        }

        static void Close(double[] expected, Tensor found)
        {
            var values = found.data<double>().ToArray();
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], values[i], 1e-12);
        }
    }

    [Theory]
    [InlineData(28, 5, 1, 2, 2)]
    [InlineData(32, 3, 2, 0, 1)]
    [InlineData(33, 3, 2, 1, 1)]
    [InlineData(28, 5, 2, 1, 2)]
    [InlineData(4, 1, 2, 0, 0)]
    public void Same_padding_is_that_of_TensorFlow(int length, int kernel, int stride, int before, int after) =>
        Assert.Equal((before, after), SamePadding.Of(length, kernel, stride));

    [Fact]
    public void Xavier_fills_its_range_and_zeroes_the_biases()
    {
        using var layer = nn.Linear(300, 100);
        using var generator = new Generator(1, CPU);
        Initialise.Xavier(layer, generator);
        var bound = Math.Sqrt(6.0 / 400);
        var weights = layer.weight.data<float>().ToArray();
        Assert.InRange(weights.Max(), 0.999 * bound, bound);
        Assert.InRange(weights.Min(), -bound, -0.999 * bound);
        Assert.InRange(weights.Average(), -0.002, 0.002);
        Assert.All(layer.bias!.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(0, 0, false, new float[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(1, 0, false, new float[] { 0, 0, 0, 1, 2, 3 })]
    [InlineData(0, 1, false, new float[] { 0, 1, 2, 0, 4, 5 })]
    [InlineData(-1, -1, false, new float[] { 5, 6, 0, 0, 0, 0 })]
    [InlineData(0, 0, true, new float[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(0, 1, true, new float[] { 2, 1, 0, 5, 4, 0 })]
    [InlineData(0, 5, false, new float[] { 0, 0, 0, 0, 0, 0 })]
    [InlineData(-7, 0, false, new float[] { 0, 0, 0, 0, 0, 0 })]
    public void An_image_is_shifted_then_mirrored(int down, int right, bool mirror, float[] expected)
    {
        var target = new float[6];
        ImageBatches.Move([1, 2, 3, 4, 5, 6], target, new ImageShape(1, 2, 3), down, right, mirror);
        Assert.Equal(expected, target);
    }

    [Fact]
    public void Channels_are_shifted_each_by_itself()
    {
        var target = new float[8];
        ImageBatches.Move([1, 2, 3, 4, 5, 6, 7, 8], target, new ImageShape(2, 2, 2), 1, 0, mirror: false);
        Assert.Equal([0, 0, 1, 2, 0, 0, 5, 6], target);
    }

    [Fact]
    public void Augmented_batches_depend_on_their_generator_alone()
    {
        var images = new LabelledImages(new ImageShape(1, 4, 4), [.. Enumerable.Range(0, 32).Select(i => (byte)i)], [0, 1], ["a", "b"], "x");
        var augmentation = new ImageAugmentation { Shift = 2, Mirror = true };
        float[] Draw(long seed)
        {
            using var batch = ImageBatches.Images(images, [1, 0, 1, 0], augmentation, new SeededRandom(seed), CPU);
            Assert.Equal([4L, 1, 4, 4], batch.shape);
            return batch.data<float>().ToArray();
        }

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }
}
