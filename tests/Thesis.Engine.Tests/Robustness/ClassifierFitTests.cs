using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Whether a classifier fits the images and the attacks.</summary>
public sealed class ClassifierFitTests : EvaluationTests
{
    [Fact]
    public void Faults_are_found_before_anything_is_computed()
    {
        string Id(Action run) => Assert.Throws<InputException>(run).ErrorId;

        var wide = new LabelledImages(new ImageShape(1, 14, 15), new float[210], [0], ["a"], "wide");
        Assert.Equal("ImageShapeMismatch", Id(() => RobustnessEvaluator.Evaluate(Network, wide, Options(["FGSM"], [8]), Context)));
        Assert.Equal("ClassCountMismatch", Id(() => RobustnessEvaluator.Evaluate(
            Network, Set(_ => 5), Options(["FGSM"], [8]), Context)));
        Assert.Equal("AttackMissing", Id(() => Evaluate([], [8])));
        Assert.Equal("EpsilonMissing", Id(() => Evaluate(["FGSM"], [])));
        Assert.Equal("TargetInvalid", Id(() => RobustnessEvaluator.Evaluate(
            Network, Images,
            Options(["FGSM"], [8]) with { Run = new AttackRunOptions { Target = new TargetChoice.OneClass(5) } }, Context)));
        using var blind = new FlawedClassifier(Network, differentiable: false);
        Assert.Equal("GradientsNotAvailable", Id(() => RobustnessEvaluator.Evaluate(
            blind, Images, Options(["Square", "PGD"], [8]), Context)));
        Assert.Equal(0, blind.Calls);
    }

    [Fact]
    public void A_model_that_hides_its_lack_of_gradients_is_one_error()
    {
        using var cut = new FlawedClassifier(Network, cutGraph: true);
        var found = Assert.Throws<InputException>(
            () => RobustnessEvaluator.Evaluate(cut, Images, Options(["PGD"], [8]), Context));
        Assert.Equal("GradientsNotAvailable", found.ErrorId);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_one_error()
    {
        using var broken = new FlawedClassifier(Network, offset: double.NaN);
        var found = Assert.Throws<InputException>(
            () => RobustnessEvaluator.Evaluate(broken, Images, Options(["RAND"], [8]), Context));
        Assert.Equal("LogitsNotFinite", found.ErrorId);
        var files = new AdversarialExampleFiles(Images, new RandomSignAttack(), [new(8)], Folder["broken"], overwrite: false);
        Assert.Equal("LogitsNotFinite", Assert.Throws<InputException>(
            () => files.Write(broken, broken, (Identity, null), new AttackRunOptions(), Context)).ErrorId);
    }

    [Theory]
    [InlineData("a b c d e f", "a b c d e f", "0 1 2 3 4")]
    [InlineData("f e d c b a", "a b c d e f", "5 4 3 2 1")]
    [InlineData("x a b c d e f", "a b c d e f", "1 2 3 4 5")]
    [InlineData("cat dog", "a b c d e f", "0 1 2 3 4")]
    [InlineData("", "a b c d e f", "0 1 2 3 4")]
    [InlineData("a b c d e cat", "a b c d e f", null)]
    public void Classes_are_found_by_their_names(string model, string dataset, string? numbers)
    {
        using var named = new FlawedClassifier(Network, classNames: model);
        var images = new LabelledImages(new ImageShape(1, 1, 1), new byte[5], [0, 1, 2, 3, 4], dataset.Split(' '), "set");
        var warnings = new List<string>();
        var context = Context with { Warning = warnings.Add };
        if (numbers is null)
        {
            var found = Assert.Throws<InputException>(() => ClassifierFit.Align(named, images, context));
            Assert.Equal("ClassUnknown", found.ErrorId);
            Assert.Contains("'f'", found.Message, StringComparison.Ordinal);
            return;
        }

        var aligned = ClassifierFit.Align(named, images, context);
        Assert.Equal(numbers, string.Join(' ', Enumerable.Range(0, 5).Select(aligned.Label)));
        Assert.Equal(model == "cat dog" ? 1 : 0, warnings.Count);
    }
}
