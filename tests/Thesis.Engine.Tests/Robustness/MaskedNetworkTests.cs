using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Xunit;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The networks of tests/data/robustness/masked: what hides its gradients fails a check, what does not passes all.</summary>
public sealed class MaskedNetworkTests
{
    private static readonly string Folder = Repository.Path("tests", "data", "robustness", "masked");

    private static readonly GradientMaskingOptions Quick = new()
    {
        Epsilons = [new(25)], Steps = 15, Queries = 60, Run = new AttackRunOptions { BatchSize = 100 },
    };

    private static WorkContext Context => new() { Cancellation = TestContext.Current.CancellationToken, Threads = 1 };

    [Theory]
    [InlineData("plain", "Linf")]
    [InlineData("adversarial", "Linf")]
    [InlineData("binary", "Linf")]
    [InlineData("plain", "L2")]
    public void An_honest_network_passes_all(string name, string norm)
    {
        var options = Quick with { Norm = Enum.Parse<PerturbationNorm>(norm) };
        if (norm == "L2") options = options with { Epsilons = [new(255)] };
        var checks = Check(name, options);
        Assert.Equal(15, checks.Select(check => check.Name).Distinct().Count());
        Assert.All(checks, check => Assert.True(check.Outcome != CheckOutcome.Failed, $"{check.Name}: {check.Evidence}"));
        if (norm == "Linf") Assert.All(checks, check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
    }

    [Theory]
    [InlineData("quantised", "GradientsAreNotZero", "WhiteBoxBeatsBlackBox")]
    [InlineData("times1000", "GradientsAreNotZero")]
    [InlineData("times10", "GradientsAreNotTiny")]
    [InlineData("noise", "LogitsAreDeterministic")]
    [InlineData("wrong-sign", "GradientsPointUphill", "AccuracyReachesZero")]
    [InlineData("shattered", "GradientsPointUphill")]
    [InlineData("zero-path", "GradientsAreNotZero", "AccuracyReachesZero")]
    [InlineData("nan-gradient", "GradientsAreFinite")]
    [InlineData("training-trace", "LogitsIgnoreTheBatch", "ForwardPassIsPlain")]
    [InlineData("softmax", "OutputsAreLogits")]
    public void A_masked_network_fails(string name, params string[] failing)
    {
        var checks = Check(name, Quick);
        foreach (var check in failing)
        {
            var found = checks.Single(one => one.Name == check);
            Assert.True(found.Outcome == CheckOutcome.Failed, $"{check}: {found.Evidence}");
        }
    }

    [Fact]
    public void What_the_program_draws_is_named() =>
        Assert.Contains(
            "randn_like (randomness)",
            Check("noise", Quick).Single(check => check.Name == "LogitsAreDeterministic").Evidence, StringComparison.Ordinal);

    [Fact]
    public void A_program_that_was_traced_in_training_mode_is_refused()
    {
        var attack = AttackCatalogue.Create("RAND", AttackSettings.Default);
        var found = Assert.Throws<InputException>(() => RobustnessRuns.Evaluate(
            Path.Combine(Folder, "training-trace.pt"), Loading, Images("plain"),
            new RobustnessEvaluationOptions { Attacks = [attack], Budgets = AttackBudgets.Same([new(8)]) }, Context));
        Assert.Equal("LogitsDependOnBatch", found.ErrorId);
        // One image is compared with company of its own.
        Assert.Equal("LogitsDependOnBatch", Assert.Throws<InputException>(() => RobustnessRuns.Evaluate(
            Path.Combine(Folder, "training-trace.pt"), Loading, Images("plain").Slice(0, 1),
            new RobustnessEvaluationOptions { Attacks = [attack], Budgets = AttackBudgets.Same([new(8)]) }, Context)).ErrorId);
    }

    [Fact]
    public void What_a_program_says_of_its_fault_is_in_the_message()
    {
        var found = Assert.Throws<InputException>(() => ClassifierLoader.Load(
            Path.Combine(Folder, "plain.pt"), Loading with { ImageShape = new ImageShape(1, 8, 8) }, WorkContext.Default));
        Assert.Equal("TorchScriptInvalid", found.ErrorId);
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied", found.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', found.Message);
    }

    [Theory]
    [InlineData("x = torch.dropout(x, 0.5, True)", "dropout TrainingMode")]
    [InlineData("x = __torch__.torch.nn.functional.dropout(x, 0.5, True, False, )", "dropout TrainingMode")]
    [InlineData("x = torch.feature_dropout(torch.relu(f(x, 1)), 0.5, True)", "feature_dropout TrainingMode")]
    [InlineData("x = torch.dropout(x, p, training)", "")]
    [InlineData("x = torch.dropout(x, 0.5, False)", "")]
    [InlineData("x = torch.batch_norm(x, w, b, m, v, True, 0.1, 1e-05, True)", "batch_norm TrainingMode")]
    [InlineData("x = torch.batch_norm(x, w, b, m, v, False, 0.1, 1e-05, True)", "")]
    [InlineData("g = (torch.autograd.grad([loss], [z]))[0]", "autograd.grad Optimisation")]
    [InlineData("x = torch.bernoulli_(x, 0.5)", "bernoulli_ Randomness")]
    [InlineData("x = torch.relu(torch.normalize(x))", "")]
    public void The_source_of_a_program_is_read(string source, string expected) => Assert.Equal(
        expected, string.Join(", ", TorchScriptSource.Scan(source).Select(finding => $"{finding.Operation} {finding.Kind}")));

    private static ClassifierLoadOptions Loading => new() { TrustedCode = true, ImageShape = new ImageShape(1, 12, 12) };

    private static IReadOnlyList<GradientMaskingCheck> Check(string name, GradientMaskingOptions options) =>
        RobustnessRuns.Check(Path.Combine(Folder, name + ".pt"), Loading, Images(name), options, Context);

    // The network of two classes knows the first two.
    private static LabelledImages Images(string name)
    {
        var images = NpyFile.Read(Path.Combine(Folder, "test_images.npy"), WorkContext.Default);
        var labels = (long[])NpyFile.Read(Path.Combine(Folder, "test_labels.npy"), WorkContext.Default).Data;
        var (size, pixels) = (144, (byte[])images.Data);
        int[] chosen = [.. Enumerable.Range(0, labels.Length).Where(i => name != "binary" || labels[i] < 2)];
        return new LabelledImages(
            new ImageShape(1, 12, 12), [.. chosen.SelectMany(i => pixels.AsSpan(i * size, size).ToArray())],
            [.. chosen.Select(i => (int)labels[i])], name == "binary" ? ["0", "1"] : ["0", "1", "2", "3"], "masked");
    }
}
