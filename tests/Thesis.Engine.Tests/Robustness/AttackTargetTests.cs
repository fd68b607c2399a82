using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The classes that targeted attacks aim at.</summary>
public sealed class AttackTargetTests : EvaluationTests
{
    [Theory]
    [InlineData("next")]
    [InlineData("random")]
    [InlineData("least-likely")]
    [InlineData("2")]
    public void Targets_differ_from_the_classes(string target)
    {
        var options = new AttackRunOptions { Target = TargetChoice.Parse(target), BatchSize = 5 };
        var seen = 0;
        AttackRunner.Run(Network, Images, new RandomSignAttack(), [new(0)], options, Context, attacked =>
        {
            seen += attacked.Batch.Count;
            Assert.False(attacked.Batch.Goal.Targets!.eq(attacked.Batch.Goal.Labels).any().item<bool>());
        });
        var ofTwo = ReferenceVectors.Labels.eq(Held(2)).sum().item<long>();
        Assert.Equal(target == "2" ? 12 - ofTwo : 12, seen);
    }

    [Fact]
    public void The_least_likely_class_has_the_smallest_logit()
    {
        var options = new AttackRunOptions { Target = new TargetChoice.LeastLikely() };
        AttackRunner.Run(Network, Images, new RandomSignAttack(), [new(0)], options, Context, attacked =>
            Assert.Equal(
                attacked.Batch.Goal.Targets!.data<long>().ToArray(),
                Network.Logits(attacked.Batch.Images).argmin(1).data<long>().ToArray()));
    }

    [Fact]
    public void Nothing_to_attack_is_one_error()
    {
        var all = Images.Renumber([3, 3, 3, 3, 3, 3], Images.ClassNames);
        var options = new AttackRunOptions { Target = new TargetChoice.OneClass(3) };
        Assert.Equal("ImageMissing", Assert.Throws<InputException>(() => RobustnessEvaluator.Evaluate(
            Network, all, Options(["RAND"], [8]) with { Run = options }, Context)).ErrorId);
        var files = new AdversarialExampleFiles(all, new RandomSignAttack(), [new(8)], Folder["none"], overwrite: false);
        Assert.Equal("ImageMissing", Assert.Throws<InputException>(() => files.Write(Network, Network, (Identity, null), options, Context)).ErrorId);
    }
}
