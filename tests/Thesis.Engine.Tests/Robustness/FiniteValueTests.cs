using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static Thesis.Engine.Tests.Robustness.ReferenceVectors;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>What is NaN or infinite is never a success, and no square of a small number is zero.</summary>
public sealed class FiniteValueTests : IDisposable
{
    private readonly ReferenceNetwork _network = new(ScalarType.Float32);
    private readonly ReferenceNetwork _exact = new();

    public FiniteValueTests() => TorchBackend.EnsureLoaded();

    private static WorkContext Context => new() { Cancellation = TestContext.Current.CancellationToken };

    public static TheoryData<string, double> Attacks =>
        new() { { "FGSM", 25 }, { "PGD", 25 }, { "PGD-L2", 510 }, { "APGD-CE", 25 }, { "APGD-DLR", 25 }, { "CW", 0 } };

    public void Dispose()
    {
        _network.Dispose();
        _exact.Dispose();
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_gradient_that_is_infinite_at_black_pixels_stops_no_attack(string name, double epsilon)
    {
        // sqrt(x)^2 is x, and its gradient at 0 is infinity times 0.
        using var model = new MaskedClassifier(_network, (images, inner) => inner(images.sqrt().pow(Held(2))));
        var warnings = new List<string>();
        var tally = new ImageTally(AttackCatalogue.Create(name, AttackSettings.Default), new Epsilon(epsilon));
        AttackRunner.Run(
            model, WithBlackPixels(), tally.Attack, [new(epsilon)], new AttackRunOptions(),
            Context with { Warning = warnings.Add }, attacked =>
            {
                Assert.True(attacked.Outcomes[0].Images.isfinite().all().item<bool>());
                tally.Add(model, attacked);
            });
        var row = tally.ToEvaluation();
        Assert.True(double.IsFinite(row.MeanL2!.Value));
        // CW's pixels leave 0 by the rounding of tanh.
        Assert.InRange(row.ReplacedGradients, name == "CW" ? 1 : 12, 12);
        Assert.Contains(name, Assert.Single(warnings), StringComparison.Ordinal);
        Assert.InRange(row.Correct, 0, name == "FGSM" ? 4 : 1);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Logits_that_are_no_numbers_turn_no_image(double logit)
    {
        // Wrong for every image that RAND changed, and no number at that.
        using var model = new MaskedClassifier(_network, (images, inner) =>
        {
            var changed = images.sub(Images.to(ScalarType.Float32)).abs().amax([1L, 2L, 3L]).gt(Held(1e-3)).unsqueeze(1);
            var noClass = zeros_like(inner(images));
            noClass[.., 1] = logit;
            return where(changed, noClass, inner(images));
        });
        var warnings = new List<string>();
        var report = RobustnessEvaluator.Evaluate(model, Set(), new RobustnessEvaluationOptions
        {
            Attacks = [AttackCatalogue.Create("RAND", AttackSettings.Default), AttackCatalogue.Create("Square", new AttackSettings { Queries = 3 })],
            Budgets = AttackBudgets.Same([new(8)]),
        }, Context with { Warning = warnings.Add });
        Assert.All(report.Rows, row => Assert.Equal(12, row.Correct));
        Assert.All(report.Attacks, row => Assert.Equal(0, row.SuccessRate));
        Assert.Equal(12, report.Attacks[0].Unclassified);
        Assert.Contains("12 of 12", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_is_no_image_is_the_one_that_it_was_made_from()
    {
        AttackRunner.Run(_network, Set(), new SpoilingAttack(), [new(8)], new AttackRunOptions { BatchSize = 12 }, Context, attacked =>
        {
            var outcome = attacked.Outcomes[0];
            Assert.True(outcome.Images.eq(attacked.Batch.Images).all().item<bool>());
            Assert.Equal(AttackExit.NotFinite, outcome.Exits[3]);
            Assert.Equal(AttackExit.NotFinite, outcome.Exits[5]);
            Assert.Equal(10, outcome.Exits.Count(exit => exit == AttackExit.StepsDone));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-20)]
    [InlineData(1e-36)]
    [InlineData(1e30)]
    public void Norms_hold_at_every_scale(double scale)
    {
        using var values = Images.sub(Held(0.3));
        using var single = values.mul(Held(scale)).to(ScalarType.Float32);
        var expected = values.flatten(1).norm(1);
        Assert.True(Distance(ImageNorms.Lengths(single).flatten().to(ScalarType.Float64).div(Held(scale)), expected) < 1e-5);
        var directions = ImageNorms.Directions(single).to(ScalarType.Float64);
        Assert.True(Distance(directions, values / expected.view(-1, 1, 1, 1)) < 1e-6);
    }

    [Fact]
    public void A_zero_image_has_length_zero_and_no_direction()
    {
        using var none = zeros(2, 1, 3, 3);
        Assert.Equal(0, ImageNorms.Lengths(none).abs().max().item<float>());
        Assert.Equal(0, ImageNorms.Directions(none).abs().max().item<float>());
    }

    [Theory]
    [InlineData("PGD", 6, 10)]
    [InlineData("PGD", 6, 1000)]
    [InlineData("PGD-L2", 255, 10)]
    [InlineData("PGD-L2", 255, 1000)]
    public void The_scale_of_the_logits_stops_no_attack(string name, double epsilon, double scale)
    {
        // The cross entropy's gradients are 1e-14 to 0 at logits times 10, and their squares no float32 any more.
        var attack = AttackCatalogue.Create(name, new AttackSettings { Steps = 20 });
        using var loud = new MaskedClassifier(_network, (images, inner) => inner(images).mul(Held(scale)));
        using var exact = new MaskedClassifier(_exact, (images, inner) => inner(images).mul(Held(scale)));
        var batch = Batch() with { Images = Images.to(ScalarType.Float32) };
        var start = InputGradient.Of(loud, batch, batch.Images, batch.Goal.CrossEntropy).Gradient;
        Assert.Equal(0, start.pow(Held(2)).sum([1L, 2, 3]).min().item<float>());
        var found = attack.Run(loud, batch, [new(epsilon)], Context)[0].Images.to(ScalarType.Float64);
        var expected = attack.Run(exact, Batch(), [new(epsilon)], Context)[0].Images;
        Assert.True(Distance(found, expected) < 1e-3 || name == "PGD");
        Assert.Equal(
            AttackGoal.AwayFrom(Labels).Reached(_exact.Logits(expected)).data<bool>().ToArray(),
            AttackGoal.AwayFrom(Labels).Reached(_exact.Logits(found)).data<bool>().ToArray());
    }

    private static LabelledImages Set() => new(
        new ImageShape(1, 14, 14), Array.ConvertAll(Images.data<double>().ToArray(), value => (float)value),
        Array.ConvertAll(Labels.data<long>().ToArray(), label => (int)label), ["a", "b", "c", "d", "e"], "vectors");

    private static LabelledImages WithBlackPixels()
    {
        var pixels = Array.ConvertAll(Images.data<double>().ToArray(), value => (float)value);
        for (var i = 0; i < pixels.Length; i += 7) pixels[i] = 0;
        return new LabelledImages(
            new ImageShape(1, 14, 14), pixels, Array.ConvertAll(Labels.data<long>().ToArray(), label => (int)label),
            ["a", "b", "c", "d", "e"], "vectors");
    }

    private sealed class SpoilingAttack : IAdversarialAttack
    {
        public string Name => "Spoil";

        public AttackAccess Access => AttackAccess.BlackBox;

        public PerturbationNorm Norm => PerturbationNorm.Linf;

        public bool TakesEpsilon => true;

        public IReadOnlyList<AttackOutcome> Run(
            ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
        {
            var images = batch.Images.clone();
            images[3, 0, 0, 0] = double.NaN;
            images[5, 0, 1, 1] = double.PositiveInfinity;
            return [AttackOutcome.Uniform(epsilons[0], images, 1)];
        }
    }
}
