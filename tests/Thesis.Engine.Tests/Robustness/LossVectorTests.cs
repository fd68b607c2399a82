using Thesis.Engine.Robustness;
using Xunit;
using static Thesis.Engine.Tests.Robustness.ReferenceVectors;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

public sealed class LossVectorTests : IDisposable
{
    private readonly ReferenceNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void The_network_is_the_reference()
    {
        Assert.True(Distance(_network.Logits(Images), "logits") < 1e-11);
        Assert.True(Distance(_network.Features(Images), "features") < 1e-11);
    }

    [Fact]
    public void Losses_of_an_image_each()
    {
        var logits = Of("logits");
        Assert.True(Distance(ClassificationLosses.CrossEntropy(logits, Labels), "ce") < 1e-11);
        Assert.True(Distance(ClassificationLosses.Margin(logits, Labels), "margin") < 1e-11);
        Assert.True(Distance(ClassificationLosses.LogitsRatio(logits, Labels), "dlr") < 1e-11);
    }

    [Fact]
    public void The_gradient_of_the_cross_entropy()
    {
        var batch = Batch();
        var gradient = InputGradient.Of(_network, batch, batch.Images, batch.Goal.CrossEntropy).Gradient;
        Assert.True(Distance(gradient, "grad_ce_sum") < 1e-11);
    }

    [Fact]
    public void The_log_odds_are_those_of_the_cross_entropy()
    {
        var logits = Of("logits");
        var odds = ClassificationLosses.LogOdds(logits, Labels);
        Assert.True(Distance(odds.exp().log1p(), "ce") < 1e-11);
        var loud = logits.mul(Held(1e4)).requires_grad_(true);
        var gradient = autograd.grad([ClassificationLosses.LogOdds(loud, Labels).sum()], [loud])[0];
        Assert.True(gradient.abs().amax([1L]).min().item<double>() > 0.99);
    }

    [Theory]
    [InlineData("margin")]
    [InlineData("odds")]
    [InlineData("dlr")]
    [InlineData("targeted dlr")]
    public void Gradients_are_those_of_finite_differences(string loss)
    {
        Tensor Evaluate(Tensor logits) => loss switch
        {
            "margin" => ClassificationLosses.Margin(logits, Labels),
            "odds" => ClassificationLosses.LogOdds(logits, Labels),
            "dlr" => ClassificationLosses.LogitsRatio(logits, Labels),
            _ => ClassificationLosses.TargetedLogitsRatio(logits, Labels, NextLabels),
        };

        const double Step = 1e-6;
        var logits = Of("logits").requires_grad_();
        var gradient = autograd.grad([Evaluate(logits).sum()], [logits])[0];
        for (var column = 0; column < 5; column++)
        {
            var shift = zeros_like(logits).detach();
            shift.select(1, column).fill_(Held(Step));
            using var none = no_grad();
            var slope = (Evaluate(logits.Plus(shift)) - Evaluate(logits - shift)).div(Held(2 * Step));
            Assert.True(Distance(gradient.select(1, column), slope) < 1e-7);
        }
    }

    [Fact]
    public void The_logits_ratio_is_the_same_under_shift_and_scale()
    {
        var logits = Of("logits");
        var scaled = logits.mul(Held(1000)).sub(Held(7));
        var ratio = ClassificationLosses.LogitsRatio(logits, Labels);
        Assert.True(Distance(ClassificationLosses.LogitsRatio(scaled, Labels), ratio) < 1e-9);
        var targeted = ClassificationLosses.TargetedLogitsRatio(logits, Labels, NextLabels);
        Assert.True(Distance(ClassificationLosses.TargetedLogitsRatio(scaled, Labels, NextLabels), targeted) < 1e-9);
    }
}
