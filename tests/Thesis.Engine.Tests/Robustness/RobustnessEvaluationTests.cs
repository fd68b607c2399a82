using Thesis.Engine.Robustness;
using Xunit;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>What the rows of an evaluation say of each attack.</summary>
public sealed class RobustnessEvaluationTests : EvaluationTests
{
    [Fact]
    public void Images_that_an_attack_leaves_as_they_are_are_judged_once()
    {
        var report = Evaluate(["RAND"], [0]);
        Assert.Equal(12, Network.Queries);
        var row = Assert.Single(report.Attacks);
        Assert.Equal((report.Clean.Correct, 0.0, 0), (row.Correct, row.MeanLinf, row.Turned));
        Evaluate(["RAND"], [8]);
        Assert.Equal(12 + 24, Network.Queries);
    }

    [Fact]
    public void Rows_are_the_references_accuracies()
    {
        // index.json of the vectors: FGSM 8 leaves one of twelve, FGSM 16 none.
        var report = Evaluate(["FGSM"], [8, 16]);
        Assert.Equal(12, report.Clean.Correct);
        Assert.Equal([1, 0], report.Attacks.Select(row => row.Correct));
        Assert.Equal(11.0 / 12, report.Attacks[0].SuccessRate!.Value, 1e-12);
        Assert.Equal(ProportionInterval.Wilson(1, 12), report.Attacks[0].Interval);
        Assert.Equal(0, report.LowestAccuracy);
    }

    [Fact]
    public void A_curve_goes_on_until_no_image_is_right()
    {
        // FGSM 16 leaves none, 8 one.
        var report = RobustnessEvaluator.Evaluate(Network, Images, Options(["FGSM"], [2, 1]) with { UntilZero = true }, Context);
        Assert.Equal([2, 1, 4, 8, 16], report.Attacks.Select(row => row.Epsilon!.Value.Pixels));
        Assert.Equal([1, 0], report.Attacks.TakeLast(2).Select(row => row.Correct));
        // Noise that the network withstands ends with the range.
        using var sure = new FlawedClassifier(Network, classNames: "", blind: true);
        var level = RobustnessEvaluator.Evaluate(sure, Images, Options(["RAND"], [0]) with { UntilZero = true }, Context);
        Assert.Equal([0, 255.0 / 32, 255.0 / 16, 255.0 / 8, 255.0 / 4, 255.0 / 2, 255], level.Attacks.Select(row => row.Epsilon!.Value.Pixels));
        Assert.True(level.LowestAccuracy > 0);
    }

    [Theory]
    [InlineData("AutoAttack", 6)]
    [InlineData("AutoAttack-L2", 60)]
    [InlineData("AutoAttack-L1", 600)]
    public void What_each_part_of_autoattack_leaves_is_said(string name, double epsilon)
    {
        var attack = AttackCatalogue.Create(name, new AttackSettings { Steps = 2, Queries = 20 });
        var row = Assert.Single(RobustnessEvaluator.Evaluate(
            Network, Images, Options([], [epsilon]) with { Attacks = [attack] }, Context).Attacks);
        Assert.Equal(["APGD-CE", "APGD-T", "FAB-T", "Square"], row.Stages.Select(stage => stage.Stage.Split("-L")[0]));
        var left = row.Stages.Select(stage => stage.Correct).ToArray();
        Assert.Equal(left.OrderDescending(), left);
        Assert.Equal(row.Correct, left[^1]);
        Assert.True(left[0] < row.Count);
        Assert.Equal(row.Count - left[0], row.Images.Count(image => image.TurnedBy == row.Stages[0].Stage));
        Assert.All(row.Images, image => Assert.Equal(image.Right, image.TurnedBy is null));
        // A part of its own turns what the whole says that it turned.
        var first = AttackCatalogue.Create(row.Stages[0].Stage, new AttackSettings { Steps = 2, StopsAtGoal = true, Restarts = name.EndsWith("L1", StringComparison.Ordinal) ? 5 : 1 });
        var alone = RobustnessEvaluator.Evaluate(Network, Images, Options([], [epsilon]) with { Attacks = [first] }, Context);
        Assert.Equal(left[0], Assert.Single(alone.Attacks).Correct);
    }

    [Fact]
    public void Changes_are_measured_in_pixel_units()
    {
        var row = Assert.Single(Evaluate(["RAND"], [8]).Attacks);
        // A value moves by 8, or by what is left of the range.
        Assert.Equal(8, row.MeanLinf!.Value, 1e-4);
        Assert.InRange(row.MeanL2!.Value, 8 * Math.Sqrt(196) / 2, 8 * Math.Sqrt(196) + 1e-4);
        Assert.InRange(row.MeanL0!.Value, 98, 196);
    }

    [Fact]
    public void Batches_and_their_size_change_no_row()
    {
        var whole = Evaluate(["PGD", "APGD-DLR"], [6]);
        var split = RobustnessEvaluator.Evaluate(
            Network, Images, Options(["PGD", "APGD-DLR"], [6]) with { Run = new AttackRunOptions { BatchSize = 5 } }, Context);
        Assert.Equal(whole.Rows.Select(row => row.Correct), split.Rows.Select(row => row.Correct));
        Assert.Equal(whole.Attacks[0].MeanL2!.Value, split.Attacks[0].MeanL2!.Value, 1e-6);
    }

    [Fact]
    public void Default_attacks_are_those_that_the_model_can_take()
    {
        RobustnessReport Defaults(ImageClassifier model) => RobustnessEvaluator.Evaluate(
            model, Images, Options([], [8]) with { Attacks = null, Settings = new AttackSettings { Steps = 2, Queries = 2 } }, Context);

        using var blind = new FlawedClassifier(Network, differentiable: false);
        Assert.Equal(["FGSM", "PGD", "APGD-DLR"], Defaults(Network).Attacks.Select(row => row.Attack));
        Assert.Equal(["RAND", "Square"], Defaults(blind).Attacks.Select(row => row.Attack));
    }

    [Fact]
    public void A_model_without_gradients_is_attacked_as_a_black_box()
    {
        using var blind = new FlawedClassifier(Network, differentiable: false);
        var report = RobustnessEvaluator.Evaluate(blind, Images, Options(["RAND", "Square"], [25]), Context);
        Assert.True(report.Attacks[1].Correct < report.Clean.Correct);
    }
}
