using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Learning;
using TorchSharp;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness.Classifiers;

/// <summary>The networks against their twins in PyTorch (tests/data/learning/twins.py), with fixed weights, in float64.</summary>
public sealed class TwinTests
{
    public TwinTests() => TorchBackend.EnsureLoaded();

    [Theory]
    [InlineData("model-a")]
    [InlineData("small")]
    [InlineData("wide-resnet")]
    [InlineData("resnet18")]
    public void Logits_and_features_are_those_of_PyTorch(string name)
    {
        var expected = LearningVectors.Network(name);
        var lengths = expected.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()).ToArray();
        var shape = new ImageShape(lengths[0], lengths[1], lengths[2]);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var network = ClassifierArchitecture.Find(name).Create(shape, expected.GetProperty("classes").GetInt32());
        network.to(ScalarType.Float64);
        Fill(network);
        Assert.Equal(expected.GetProperty("parameters").GetInt64(), network.parameters().Sum(parameter => parameter.numel()));
        network.eval();
        var images = Images(expected.GetProperty("count").GetInt32(), shape);
        Close(LearningVectors.Doubles(expected.GetProperty("logits")), network.forward(images));
        Close(LearningVectors.Doubles(expected.GetProperty("features")), network.Features(images).flatten()[..16]);
    }

    [Theory]
    [InlineData("model-a", 1, 28)]
    [InlineData("small", 3, 32)]
    [InlineData("wide-resnet", 3, 32)]
    [InlineData("resnet18", 3, 32)]
    public void An_outline_has_the_names_and_shapes_of_its_network(string name, int channels, int side)
    {
        var architecture = ClassifierArchitecture.Find(name);
        var shape = new ImageShape(channels, side, side);
        using var network = architecture.Create(shape, 10);
        using var outline = architecture.Outline(shape, 10);
        Assert.Equal(Describe(network), Describe(outline));
        Assert.All(outline.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));

        static IEnumerable<string> Describe(nn.Module module) =>
            module.state_dict().Select(pair => $"{pair.Key} {string.Join('x', pair.Value.shape)} {pair.Value.dtype}");
    }

    /// <summary>The formula of twins.py.</summary>
    internal static void Fill(nn.Module network)
    {
        using var guard = no_grad();
        var names = network.state_dict().Where(pair => !pair.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        for (var k = 0; k < names.Length; k++)
        {
            using var scope = NewDisposeScope();
            var (name, target) = (names[k].Key, names[k].Value);
            var wave = Sines((int)target.numel(), 0.7, 0.1 * k).reshape(target.shape);
            var scale = name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal);
            target.copy_(
                target.dim() >= 2 ? wave.div(Held(Math.Sqrt(target[0].numel())))
                : scale ? wave.mul(Held(0.1)).Plus(Held(1)) : wave.mul(Held(0.1)));
        }
    }

    internal static Tensor Images(int count, ImageShape shape) =>
        Sines(count * shape.Count, 0.3, 0).mul(Held(0.5)).Plus(Held(0.5))
        .reshape(count, shape.Channels, shape.Height, shape.Width);

    private static Tensor Sines(int count, double step, double phase) =>
        tensor(Enumerable.Range(0, count).Select(i => Math.Sin((i * step) + phase)).ToArray());

    private static void Close(double[] expected, Tensor actual)
    {
        var values = actual.contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < values.Length; i++) Assert.Equal(expected[i] / scale, values[i] / scale, 1e-9);
    }
}
