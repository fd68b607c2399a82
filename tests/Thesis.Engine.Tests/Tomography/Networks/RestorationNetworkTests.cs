using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tomography;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Tomography.Networks;

public sealed class RestorationNetworkTests
{
    public RestorationNetworkTests() => TorchBackend.EnsureLoaded();

    // Weights counted by hand: convolutions k^2 in out + out, normalised ones 9 in out + 2 out.
    [Theory]
    [InlineData("DuDoNet", "G", 64, 26_892_674)]
    [InlineData("DuDoNet", "F", 64, 26_862_000)]
    [InlineData("RDN-CT", null, 64, 13_761_537)]
    [InlineData("CNNMAR", null, 32, 28_929)]
    public void Networks_have_the_parameters_of_their_papers(string method, string? configuration, int width, long about)
    {
        var architecture = ReducerArchitecture.Of(method, configuration, width);
        using var network = architecture.Outline(ScanPresets.Dissertation);
        var count = network.parameters().Sum(parameter => parameter.numel());
        Assert.InRange(count, 0.99 * about, 1.01 * about);
        if (configuration is null) Assert.Equal(about, count);
    }

    // DuDoNet's by PyTorch 1.13's profiler (with_flops) on the networks of benchmarks/peers/dudonet_pytorch.py; RDN's and CNNMAR's are
    // twice their weights at each of 416 x 416 pixels; pix2pix's are summed by hand over the sides 224 to 7 of 448.
    [Theory]
    [InlineData("DuDoNet", "G", 16, 17_050_315_520)]
    [InlineData("DuDoNet", "B", 16, 6_777_711_360)]
    [InlineData("RDN-CT", null, 64, 2L * 13_755_520 * 416 * 416)]
    [InlineData("CNNMAR", null, 32, 2L * 28_800 * 416 * 416)]
    [InlineData("cGAN-CT", null, 64, 35_657_875_456)]
    public void Operations_are_those_of_a_profiler(string method, string? configuration, int width, long flops)
    {
        using var network = ReducerArchitecture.Of(method, configuration, width).Outline(ScanPresets.Dissertation);
        Assert.Equal(flops, network.Flops(ScanPresets.Dissertation));
    }

    [Theory]
    [InlineData("CNNMAR", null)]
    [InlineData("cGAN-CT", null)]
    [InlineData("RDN-CT", null)]
    [InlineData("DuDoNet", "A")]
    [InlineData("DuDoNet", "G")]
    public void A_network_keeps_shapes_and_its_gradients_reach_every_parameter(string method, string? configuration)
    {
        using var scope = NewDisposeScope();
        var architecture = ReducerArchitecture.Of(method, configuration, width: 4, blocks: 2, layers: 2);
        using var network = architecture.Create(NetworkCases.Tiny, CPU);
        using var generator = new Generator(5, CPU);
        SeededDropout.Seed(network, generator);
        NetworkCases.Scatter(network, seed: 3);
        var output = network.Restore(NetworkCases.Batch(NetworkCases.Examples(2, isCorrected: architecture.NeedsCorrected)));
        Assert.Equal([2, 1, 32, 32], output.shape);
        output.mul(output).mean().backward();
        Assert.All(network.named_parameters(), pair => Assert.True(pair.parameter.grad is not null, pair.name));
    }

    // bfloat16 has 8 bits: the outputs differ, by a few units of the last one.
    [Theory]
    [InlineData("CNNMAR", true)]
    [InlineData("cGAN-CT", true)]
    [InlineData("RDN-CT", true)]
    [InlineData("DuDoNet", true)]
    [InlineData("DuDoNet", false)]
    public void Products_in_bfloat16_are_those_of_float32_to_its_last_bits(string method, bool isForUse)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var architecture = ReducerArchitecture.Of(method, null, width: 16, blocks: 2, layers: 2);
        using var network = architecture.Create(NetworkCases.Tiny, CPU);
        NetworkCases.Scatter(network, seed: 3);
        var scans = NetworkCases.Batch(NetworkCases.Examples(2, isCorrected: architecture.NeedsCorrected));
        network.train(!isForUse);
        if (isForUse) ConvolutionUnit.Fold(network);
        var exact = network.Restore(scans);
        MixedPrecision.Apply(network, true);
        var mixed = network.Restore(scans);
        Assert.Equal(ScalarType.Float32, mixed.dtype);
        var difference = (mixed - exact).abs().max().item<float>();

        // A batch's own means and variances, of few values at the deepest levels, make more of a difference.
        Assert.InRange(difference, 1e-6f, (isForUse ? 0.03f : 0.1f) * exact.abs().max().item<float>());
        MixedPrecision.Apply(network, false);
        Assert.Equal(0, (network.Restore(scans) - exact).abs().max().item<float>(), 1e-6f);
    }

    [Fact]
    public void Folded_normalisation_gives_the_same_numbers()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new DualDomainNetwork(DualDomainConfiguration.Find("G"), width: 4, NetworkCases.Tiny, CPU);
        NetworkCases.Scatter(network, seed: 11);
        var scans = NetworkCases.Batch(NetworkCases.Examples(2));

        // Means and variances that are not 0 and 1.
        network.train();
        network.Restore(scans);
        network.eval();
        var plain = network.Restore(scans);
        ConvolutionUnit.Fold(network);
        var folded = network.Restore(scans);
        Assert.InRange((plain - folded).abs().max().item<float>(), 0, 1e-4f * plain.abs().max().item<float>());
    }

    [Fact]
    public void The_published_weights_give_the_layers_that_NumPy_gives()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = PublishedPrior.Load(TestData.Find("weights", "cnnmar_net_epoch2000.npz"), WorkContext.Default);
        var input = new float[3 * 20 * 24];
        for (var c = 0; c < 3; c++)
        {
            for (var i = 0; i < 20; i++)
            {
                for (var j = 0; j < 24; j++)
                {
                    input[(((c * 20) + i) * 24) + j] = (float)(1 + (0.5 * Math.Sin((0.7 * c) + (0.3 * i)) * Math.Cos((0.2 * j) + c)));
                }
            }
        }

        // In multiples of water; the vectors are in 1/cm.
        var layers = network.Activations(tensor(input, [1, 3, 20, 24]))
            .Select(layer => layer.mul(Held(HounsfieldScale.WaterAttenuation))).ToArray();
        var scale = layers.Select(layer => (double)layer.abs().max().item<float>()).ToArray();
        var lines = File.ReadLines(Repository.Path("tests", "data", "tomography", "networks", "cnnmar_layers.csv")).Skip(1).ToArray();
        Assert.Equal(89, lines.Length);
        foreach (var line in lines)
        {
            var cells = line.Split(',');
            var (layer, row, column, feature) = (int.Parse(cells[0], CultureInfo.InvariantCulture) - 1, int.Parse(cells[1], CultureInfo.InvariantCulture), int.Parse(cells[2], CultureInfo.InvariantCulture), int.Parse(cells[3], CultureInfo.InvariantCulture));
            var expected = double.Parse(cells[4], CultureInfo.InvariantCulture);
            if (row < 0) Assert.Equal(expected, layers[layer].to(float64).sum().item<double>(), 1e-5 * Math.Abs(expected));
            else Assert.Equal(expected, layers[layer][0, feature, row, column].item<float>(), 1e-5 * scale[layer]);
        }
    }
}
