using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Tests.Robustness.ReferenceVectors;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The parts of AutoAttack against what its authors' code returns, in float64.</summary>
public sealed class AutoAttackVectorTests : IDisposable
{
    private readonly ReferenceNetwork _network = new();

    private static WorkContext Context => new() { Cancellation = TestContext.Current.CancellationToken };

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Apgd_in_the_euclidean_norm() =>
        Compare("apgd_l2_ce", new() { Norm = PerturbationNorm.L2, Steps = 50 }, Images, 0.5);

    [Fact]
    public void Apgd_towards_the_second_class() =>
        Compare("apgd_t", new() { Loss = AutoAttackLoss.TargetedLogitsRatio, Steps = 50 }, Images, new Epsilon(8).Value);

    [Fact]
    public void Apgd_in_the_norm_of_the_sum()
    {
        var start = Of("autoattack/l1_start");
        using var likely = LikelyTargets.Of(_network, Batch(), 1);
        var ascent = new AutoAscent(PerturbationNorm.L1, 50, (aim, logits) => aim.CrossEntropy(logits), StopsAtGoal: false);
        var run = ascent.Ascend(_network, Batch(), Batch().Goal, start, 4, isContinued: true, 50, Context);
        Compare("apgd_l1_ce", run);
    }

    [Theory]
    [InlineData(PerturbationNorm.Linf)]
    [InlineData(PerturbationNorm.L2)]
    [InlineData(PerturbationNorm.L1)]
    public void Fab_towards_the_second_class(PerturbationNorm norm)
    {
        var attack = new FastAdaptiveBoundaryAttack(new FastAdaptiveBoundaryOptions { Norm = norm, Steps = 30 });
        using var likely = LikelyTargets.Of(_network, Batch(), 1);
        var (images, lengths) = attack.Walk(_network, Batch(), likely.Aim(Batch(), 0), Context);
        Assert.True(lengths.isfinite().all().item<bool>());
        Assert.InRange(Distance(images, "autoattack/fab_" + norm.ToString().ToLowerInvariant()), 0, 1e-8);
    }

    [Theory]
    [InlineData(PerturbationNorm.Linf)]
    [InlineData(PerturbationNorm.L2)]
    [InlineData(PerturbationNorm.L1)]
    public void Points_on_a_hyperplane(PerturbationNorm norm)
    {
        var (points, normals, offsets) =
            (Of("autoattack/hyperplane_points"), Of("autoattack/hyperplane_normals"), Of("autoattack/hyperplane_offsets"));
        var changes = HyperplaneProjection.Changes(norm, points, normals, offsets);
        Assert.True(Distance(changes, "autoattack/hyperplane_" + norm.ToString().ToLowerInvariant()) < 1e-9);
    }

    [Fact]
    public void Points_within_a_sum_of_changes()
    {
        var centre = Of("autoattack/taxicab_centre").view(30, 1, 5, 5);
        var moved = Of("autoattack/taxicab_moved").view(30, 1, 5, 5);
        var expected = Of("autoattack/taxicab_projected").view(30, 1, 5, 5);
        using var ball = NormBall.Around(centre, 2.5, PerturbationNorm.L1);
        Assert.True(Distance(ball.Project_(moved), expected) < 1e-9);
    }

    [Theory]
    [InlineData(3, PerturbationNorm.L2)]
    [InlineData(5, PerturbationNorm.L2)]
    [InlineData(6, PerturbationNorm.L2)]
    [InlineData(3, PerturbationNorm.L1)]
    [InlineData(5, PerturbationNorm.L1)]
    [InlineData(6, PerturbationNorm.L1)]
    public void Peaks_of_a_square(int side, PerturbationNorm norm)
    {
        var peaks = tensor(new PeakMoves(norm).Peaks(side));
        var expected = Of($"autoattack/peaks_{side}{(norm == PerturbationNorm.L1 ? "_l1" : "")}");
        Assert.True(Math.Min(Distance(peaks, expected), Distance(peaks.transpose(0, 1), expected)) < 1e-12);
    }

    private void Compare(string name, AutoProjectedGradientOptions options, Tensor start, double epsilon)
    {
        using var likely = LikelyTargets.Of(_network, Batch(), 1);
        var aim = options.Loss == AutoAttackLoss.TargetedLogitsRatio ? likely.Aim(Batch(), 0) : Batch().Goal;
        Compare(name, new AutoProjectedGradientAttack(options).Ascend(_network, Batch(), aim, start, epsilon, Context));
    }

    private static void Compare(string name, AutoAttackRun run)
    {
        Assert.InRange(Distance(run.Best, $"autoattack/{name}"), 0, 1e-8);
        Assert.InRange(Distance(run.BestLosses, $"autoattack/{name}_loss"), 0, 1e-8);
        Assert.InRange(Distance(run.Adversarial, $"autoattack/{name}_adv"), 0, 1e-8);
    }
}
