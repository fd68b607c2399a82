using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Tests.Robustness.ReferenceVectors;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Every attack against its reference, in float64.</summary>
public sealed class AttackVectorTests : IDisposable
{
    private readonly ReferenceNetwork _network = new();

    private static WorkContext Context => new() { Cancellation = TestContext.Current.CancellationToken };

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Fgsm_of_several_budgets()
    {
        double[] budgets = [8, 16, 25, 75];
        var outcomes = new FastGradientSignAttack().Run(
            _network, Batch(), [.. budgets.Select(pixels => new Epsilon(pixels))], Context);
        Assert.All(outcomes, outcome => Assert.True(Distance(outcome.Images, $"fgsm_{outcome.Epsilon}") < 1e-12));
    }

    [Fact]
    public void Fgsm_towards_a_target()
    {
        var outcome = Assert.Single(new FastGradientSignAttack().Run(_network, TargetedBatch(), [new Epsilon(25)], Context));
        Assert.True(Distance(outcome.Images, "fgsm_25_targeted") < 1e-12);
    }

    [Theory]
    [InlineData("pgd_25_T10", 25, 10, false)]
    [InlineData("pgd_25_T40", 25, 40, false)]
    [InlineData("pgd_8_T20", 8, 20, false)]
    [InlineData("pgd_printed_25_T10", 25, 10, true)]
    public void Pgd_from_the_image(string name, double epsilon, int steps, bool printed)
    {
        var attack = new ProjectedGradientAttack(new ProjectedGradientOptions
        {
            Steps = steps,
            RandomStart = false,
            Form = printed ? EquationForm.Printed : EquationForm.Standard,
        });
        var outcome = Assert.Single(attack.Run(_network, Batch(), [new Epsilon(epsilon)], Context));
        Assert.True(Distance(outcome.Images, name) < 1e-10);
        Assert.All(outcome.Iterations, spent => Assert.Equal(steps, spent));
    }

    [Fact]
    public void Pgd_from_a_given_start()
    {
        var attack = new ProjectedGradientAttack(new ProjectedGradientOptions { Steps = 40 });
        var outcome = attack.Climb(_network, Batch(), Of("pgd_start_25"), new Epsilon(25), Context);
        Assert.True(Distance(outcome.Images, "pgd_25_T40_start") < 1e-10);
    }

    [Fact]
    public void Pgd_in_the_euclidean_norm()
    {
        var attack = new ProjectedGradientAttack(new ProjectedGradientOptions
        {
            Norm = PerturbationNorm.L2, Steps = 20, RelativeStep = 0.2, RandomStart = false,
        });
        var outcome = Assert.Single(attack.Run(_network, Batch(), [new Epsilon(255)], Context));
        Assert.True(Distance(outcome.Images, "pgd_l2_1_T20") < 1e-10);
    }

    [Theory]
    [InlineData("cw_c0.01", 0.01)]
    [InlineData("cw_c10", 10)]
    public void Cw_with_its_constants(string name, double constant)
    {
        var (constants, found) = (new List<Tensor>(), new List<Tensor>());
        var attack = new CarliniWagnerAttack(new CarliniWagnerOptions { InitialConstant = constant });
        var outcome = attack.Search(_network, Batch(), Context, (c, success) =>
        {
            constants.Add(c.clone().DetachFromDisposeScope());
            found.Add(success.to(ScalarType.Float64).DetachFromDisposeScope());
        });
        Assert.True(Distance(outcome.Images, name + "_adv") < 1e-7);
        Assert.True(Distance((outcome.Images - Images).flatten(1).norm(1), name + "_l2") < 1e-7);
        Assert.Equal(0, Distance(stack(found), name + "_found"));
        Assert.True(Distance(stack(constants), name + "_consts") < 1e-9);
    }

    [Fact]
    public void Cw_with_a_margin()
    {
        var attack = new CarliniWagnerAttack(new CarliniWagnerOptions
        {
            Confidence = 2, InitialConstant = 1, SearchSteps = 5, Steps = 50, LearningRate = 0.05,
        });
        var outcome = Assert.Single(attack.Run(_network, Batch(), [], Context));
        Assert.True(Distance(outcome.Images, "cw_k2_adv") < 1e-7);
        Assert.True(ClassificationLosses.Margin(_network.Logits(outcome.Images), Labels).max().item<double>() < -2);
    }

    [Theory]
    [InlineData("ce", 8, 40)]
    [InlineData("ce", 25, 50)]
    [InlineData("dlr", 8, 40)]
    [InlineData("dlr", 25, 50)]
    public void Apgd_from_the_image(string loss, double epsilon, int steps)
    {
        var attack = new AutoProjectedGradientAttack(new AutoProjectedGradientOptions
        {
            Loss = loss == "ce" ? AutoAttackLoss.CrossEntropy : AutoAttackLoss.LogitsRatio,
            Steps = steps,
            RandomStart = false,
        });
        var run = attack.Ascend(_network, Batch(), Batch().Goal, Images, new Epsilon(epsilon).Value, Context);
        var name = FormattableString.Invariant($"apgd_{loss}_{epsilon}_T{steps}");
        Assert.True(Distance(run.Best, name) < 1e-10);
        Assert.True(Distance(run.BestLosses, name + "_loss") < 1e-9);
        Assert.True(Distance(run.Adversarial, name + "_adv") < 1e-10);
    }
}
