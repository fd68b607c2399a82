using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using TorchSharp;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Tomography.Networks;

public sealed class DualDomainNetworkTests
{
    public DualDomainNetworkTests() => TorchBackend.EnsureLoaded();

    public static TheoryData<string> Configurations => [.. DualDomainConfiguration.All.Select(known => known.Name)];

    // All losses through both networks, normalisation and inversion, in double.
    [Theory]
    [InlineData("G", true)]
    [InlineData("G", false)]
    [InlineData("F", true)]
    [InlineData("B", true)]
    [InlineData("C", true)]
    public void The_gradient_is_that_of_finite_differences(string configuration, bool isTraining)
    {
        using var scope = NewDisposeScope();
        using var network = new DualDomainNetwork(DualDomainConfiguration.Find(configuration), width: 2, NetworkCases.Tiny, CPU);
        network.to(float64);
        NetworkCases.Scatter(network, seed: 7);
        network.train(isTraining);
        var examples = NetworkCases.Examples(2);
        var scans = NetworkCases.Batch(examples);
        var (sinogram, trace, image) = (scans.Sinogram.to(float64), scans.Trace.to(float64), scans.Interpolated.to(float64));
        var trueSinogram = ScanBatch.Stack(examples, e => e.Sinogram, 24, 33, CPU).to(float64);
        var trueImage = ScanBatch.Stack(examples, e => e.Image, 32, 32, CPU).to(float64);

        Loss().backward();
        network.Inversion.ThrowIfFaulted();
        var random = new SeededRandom(3);
        var (compared, worst) = (0, 0.0);
        foreach (var parameter in network.parameters())
        {
            var place = random.NextInt32((int)parameter.numel());
            var gradient = parameter.grad!.flatten()[place].item<double>();

            // So small that no rectifier changes sides within it; of ten times that some do.
            const double step = 1e-7;
            double[] values = [.. new[] { step, -step }.Select(change => Moved(parameter, place, change))];
            var expected = (values[0] - values[1]) / (2 * step);
            worst = Math.Max(worst, Math.Abs(gradient - expected) / Math.Max(1e-4, Math.Abs(expected)));
            compared++;
        }

        Assert.True(compared > 20);
        Assert.True(worst < 1e-3, $"worst {worst}");

        Tensor Loss()
        {
            var losses = network.Losses(network.Restore(sinogram, trace, image), trueSinogram, trueImage);
            return losses.Select(loss => loss.Value).Aggregate((left, right) => left.Plus(right));
        }

        double Moved(Tensor parameter, int place, double change)
        {
            using var guard = no_grad();
            var one = parameter.view(-1).narrow(0, place, 1);
            one.Plus_(Held(change));
            var value = Loss().item<double>();
            one.Plus_(Held(-change));
            return value;
        }
    }

    // Before a step, the model is linear interpolation, whatever its parts.
    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_fresh_model_gives_the_interpolated_image(string configuration)
    {
        using var scope = NewDisposeScope();
        using var network = new DualDomainNetwork(DualDomainConfiguration.Find(configuration), width: 2, NetworkCases.Tiny, CPU);
        using var generator = new Generator(5, CPU);
        network.Initialise(generator);
        network.eval();
        var scans = NetworkCases.Batch(NetworkCases.Examples(2));
        var difference = (network.Restore(scans) - scans.Interpolated).abs().max().item<float>();
        Assert.True(difference < 1e-5, $"{difference}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_sinogram_network_changes_the_trace_alone_and_views_close_to_a_turn(bool hasPyramid)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new SinogramNetwork(width: 2, hasPyramid, CPU);
        NetworkCases.Scatter(network, seed: 9);
        network.eval();
        var scans = NetworkCases.Batch(NetworkCases.Examples(1));
        var output = network.Restore(scans.Sinogram, scans.Trace);
        Assert.Equal(0, ((output - scans.Sinogram) * scans.Trace.neg().Plus(Held(1))).abs().max().item<float>());
        Assert.True((output - scans.Sinogram).abs().max().item<float>() > 1e-3);

        // Turned by whole strides, views and trace give the same views turned, but for what 8 views beyond the ends cannot show.
        var turned = network.Restore(scans.Sinogram.roll(16, 2), scans.Trace.roll(16, 2)).roll(-16, 2);
        var spread = (output - scans.Sinogram).abs().max().item<float>();
        var middle = (turned - output).narrow(2, 4, 4).abs().max().item<float>();
        Assert.True(middle < 0.5 * spread, $"{middle} of {spread}");
    }

    [Fact]
    public void The_mask_pyramid_is_seen()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new UNet(inputs: 1, outputs: 1, width: 2, sides: 1, CPU);
        NetworkCases.Scatter(network, seed: 2);
        network.eval();
        var input = zeros(1, 1, 32, 32);
        var far = zeros(1, 1, 32, 32);
        far[0, 0, 31, 31] = ones(1)[0];
        var change = (network.Run(input, far) - network.Run(input, zeros(1, 1, 32, 32))).abs();
        Assert.True(change.max().item<float>() > 0);
    }

    [Fact]
    public void Descent_on_one_batch_lowers_every_loss()
    {
        using var scope = NewDisposeScope();
        using var network = new DualDomainNetwork(DualDomainConfiguration.Find("G"), width: 4, NetworkCases.Tiny, CPU);
        using var generator = new Generator(5, CPU);
        network.Initialise(generator);
        var options = new OptimiserOptions { LearningRate = 3e-3, Beta1 = 0.5 };
        using var optimiser = new TrainingOptimiser("network", network, options, LearningRateSchedule.Constant);
        optimiser.Begin(0, 1);
        var examples = NetworkCases.Examples(2);
        var scans = NetworkCases.Batch(examples);
        var sinogram = ScanBatch.Stack(examples, e => e.Sinogram, 24, 33, CPU);
        var image = ScanBatch.Stack(examples, e => e.Image, 32, 32, CPU);
        var values = new List<float[]>();
        for (var step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            var losses = network.Losses(network.Restore(scans.Sinogram, scans.Trace, scans.Interpolated), sinogram, image);
            values.Add([.. losses.Select(loss => loss.Value.item<float>())]);
            optimiser.Descend(losses.Select(loss => loss.Value).Aggregate((left, right) => left.Plus(right)));
        }

        Assert.True(values[^1][0] < 0.5 * values[0][0], $"sinogram {values[0][0]} to {values[^1][0]}");
        Assert.True(values[^1][1] < 0.9 * values[0][1], $"consistency {values[0][1]} to {values[^1][1]}");
        Assert.True(values[^1][2] < 0.6 * values[0][2], $"image {values[0][2]} to {values[^1][2]}");
    }

    [Fact]
    public void L_RC_alone_recovers_a_phantom_by_descent_on_the_sinogram()
    {
        using var scope = NewDisposeScope();
        var geometry = ScanPresets.Find("reduced-64");
        using var layer = new RadonInversionLayer(geometry);
        var phantom = SheppLogan.Create(0.45 * 15.36, 0.4).Rasterise(geometry, WorkContext.Default);
        var truth = tensor(phantom.Values, [1, 1, 64, 64]);
        using var sinogram = new TorchSharp.Modules.Parameter(zeros(1, 1, geometry.Views, geometry.Bins));
        using var optimiser = new AdamOptimiser([sinogram], new OptimiserOptions { LearningRate = 0.05 });
        var losses = new List<float>();
        for (var step = 0; step < 250; step++)
        {
            using var inner = NewDisposeScope();
            optimiser.ClearGradients();
            var loss = nn.functional.l1_loss(layer.forward(sinogram), truth);
            loss.backward();
            optimiser.Step();
            losses.Add(loss.item<float>());
            if (step == 150) optimiser.LearningRate = 0.01;
        }

        // Filtered backprojection of the true sinogram is farther away than what descent finds.
        var exact = new Tomograph(geometry);
        var fbp = exact.Reconstruct(exact.Project(phantom, WorkContext.Default), WorkContext.Default);
        var reference = fbp.Values.Zip(phantom.Values, (left, right) => Math.Abs(left - right)).Average();
        Assert.True(losses[^1] < 0.1 * losses[0], $"{losses[0]} to {losses[^1]}");
        Assert.True(losses[^1] < reference, $"{losses[^1]} against {reference} of filtered backprojection");
    }
}
