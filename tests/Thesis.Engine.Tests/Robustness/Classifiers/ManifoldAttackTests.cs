using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using TorchSharp;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>On-manifold training of a small network on the reference generator and its inverter, in float64.</summary>
public sealed class ManifoldAttackTests : IDisposable
{
    private readonly IDisposable _scope;
    private readonly ClassifierNetwork _network;
    private readonly GenerativeModel _generator = ReferenceGenerator.Model();
    private readonly InverterModel _inverter = ReferenceInverter.Model();

    public ManifoldAttackTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
        using var draws = new Generator(2, CPU);
        _network = ClassifierArchitecture.Find("small").Create(new ImageShape(1, 14, 14), 5);
        _network.Initialise(draws);
        _network.to(ScalarType.Float64);
    }

    private static Tensor Images => ReferenceVectors.Images[..6];

    private static Tensor Labels => ReferenceVectors.Labels[..6];

    private Tensor Near => _generator.Images(_inverter.Codes(Images));

    public void Dispose()
    {
        _network.Dispose();
        _generator.Dispose();
        _inverter.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Without_a_budget_to_speak_of_the_images_are_those_of_the_inverter()
    {
        Assert.True((Attacked(1e-6) - Near).abs().max().item<double>() < 1e-4);
        Assert.True((Attacked(0.5) - Near).abs().max().item<double>() > 1e-2);
    }

    [Fact]
    public void The_images_cost_more_than_those_they_start_from_and_the_network_learns_again_after()
    {
        _network.train();
        var (attacked, random) = (Attacked(0.5), Attacked(0.5, steps: 1, step: 1e-9));
        Assert.True(_network.training);
        Assert.All(_network.parameters(), parameter => Assert.True(parameter.requires_grad));
        _network.eval();
        double Cost(Tensor images) => ClassificationLosses.CrossEntropy(_network.forward(images), Labels).mean().item<double>();
        Assert.True(Cost(attacked) > Cost(random) + 1e-3, $"{Cost(attacked)} and {Cost(random)}");
    }

    [Fact]
    public void The_loss_is_the_mean_of_both()
    {
        _network.eval();
        using var attack = Attack(0.5, 3, 0.25);
        using var draws = new Generator(7, CPU);
        var loss = ((ITrainingAttack)attack).Loss(_network, Images, Labels, draws, 0);
        var expected = ClassificationLosses.CrossEntropy(_network.forward(Images), Labels).mean()
            .Plus(ClassificationLosses.CrossEntropy(_network.forward(Attacked(0.5, 3)), Labels).mean()).div(Held(2));
        Assert.Equal(expected.item<double>(), loss.item<double>(), 1e-12);
        Assert.True(loss.requires_grad);
    }

    private static ManifoldAttack Attack(double budget, int steps, double step) => new(
        new ManifoldTraining { GeneratorPath = "g", InverterPath = "i", Budget = budget, Steps = steps, RelativeStep = step },
        ReferenceGenerator.Model(), ReferenceInverter.Model());

    private Tensor Attacked(double budget, int steps = 5, double step = 0.25)
    {
        using var attack = Attack(budget, steps, step);
        using var draws = new Generator(7, CPU);
        return attack.Attacked(_network, Images, Labels, draws);
    }
}
