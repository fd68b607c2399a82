using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Attacks on the reference network behind a projection onto the reference generator, in float64.</summary>
public sealed class AdaptiveAttackTests : IDisposable
{
    private static readonly ProjectionOptions Short = new() { Restarts = 2, Steps = 2, LearningRate = 2 };

    private readonly IDisposable _scope;
    private readonly CompositeClassifier _defended;

    public AdaptiveAttackTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
        _defended = Defended(ReferenceInverter.Model());
    }

    public void Dispose()
    {
        _defended.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void The_gradient_through_the_unrolled_defence_is_that_of_finite_differences()
    {
        var seen = _defended.SeenThrough(DefenceGradient.Unrolled, null, null);
        var (batch, labels) = (Batch(), Batch().Goal.Labels);
        var found = InputGradient.Of(seen, batch, batch.Images, batch.Goal.LogOdds);
        FiniteDifferences.Check(
            batch.Images, found.Gradient,
            at => ClassificationLosses.LogOdds(_defended.Logits(at, Batch().NextDraws()), labels).sum(), 1e-5, 1e-5);
    }

    [Fact]
    public void The_gradient_through_the_inverter_is_that_of_the_short_way()
    {
        // Forward the projection, backward G(I(x)): the slope of the loss at the projection along the slope of G(I(x)).
        var seen = _defended.SeenThrough(DefenceGradient.Inverter, null, null);
        var batch = Batch();
        var found = InputGradient.Of(seen, batch, batch.Images, batch.Goal.LogOdds);
        var projected = Projected(batch);
        var atProjection = InputGradient.Of(_defended.Inner, batch, projected, batch.Goal.LogOdds);
        var defence = _defended.Projection!;
        FiniteDifferences.Check(
            batch.Images, found.Gradient,
            at => (defence.Generator.Images(defence.Inverter!.Codes(at)) * atProjection.Gradient).sum(), 1e-5, 1e-6);
        Assert.True(ReferenceVectors.Distance(found.Logits, atProjection.Logits) < 1e-12);
    }

    [Fact]
    public void The_gradient_through_the_identity_is_that_at_the_projection()
    {
        var batch = Batch();
        var found = InputGradient.Of(_defended, batch, batch.Images, batch.Goal.LogOdds);
        var expected = InputGradient.Of(_defended.Inner, batch, Projected(batch), batch.Goal.LogOdds);
        Assert.True(ReferenceVectors.Distance(found.Gradient, expected.Gradient) < 1e-12);
    }

    [Theory]
    [InlineData("PGD-BPDA", AttackerKnowledge.White)]
    [InlineData("PGD-Inverter", AttackerKnowledge.White)]
    [InlineData("PGD-Tangent", AttackerKnowledge.White)]
    [InlineData("PGD-Unrolled", AttackerKnowledge.White)]
    [InlineData("FGSM-Grey", AttackerKnowledge.Grey)]
    [InlineData("CW-Grey", AttackerKnowledge.Grey)]
    [InlineData("PGD-Detector", AttackerKnowledge.White)]
    [InlineData("CW-Latent", AttackerKnowledge.White)]
    [InlineData("Overpowered", AttackerKnowledge.White)]
    public void An_adaptive_attack_says_what_it_saw_and_keeps_its_budget(string name, AttackerKnowledge knowledge)
    {
        var attack = AttackCatalogue.Create(name, Small);
        Assert.Equal((name, knowledge), (attack.Name, attack.Knowledge));
        var batch = Batch();
        using var outcome = attack.Run(_defended, batch, attack.TakesEpsilon ? [Epsilon.Parse("25")] : [], WorkContext.Default)[0];
        Assert.Equal(batch.Images.shape, outcome.Images.shape);
        Assert.True(outcome.Images.ge(Held(0)).logical_and(outcome.Images.le(Held(1))).all().item<bool>());
        if (attack.TakesEpsilon) Assert.True(ReferenceVectors.Distance(outcome.Images, batch.Images) <= (25.0 / 255) + 1e-12);
        Assert.Equal(outcome.Exits.All(exit => exit == AttackExit.NothingFound), ReferenceVectors.Distance(outcome.Images, batch.Images) == 0);
    }

    [Fact]
    public void The_printed_attack_in_the_grey_is_that_on_the_classifier_alone()
    {
        using var inner = new ReferenceNetwork();
        using var grey = AttackCatalogue.Create("PGD-Printed-Grey", Small).Run(_defended, Batch(), [Epsilon.Parse("25")], WorkContext.Default)[0];
        using var alone = AttackCatalogue.Create("PGD-Printed", Small).Run(inner, Batch(), [Epsilon.Parse("25")], WorkContext.Default)[0];
        Assert.Equal(0, ReferenceVectors.Distance(grey.Images, alone.Images));
    }

    [Fact]
    public void What_knows_the_defence_comes_nearer_than_what_does_not()
    {
        var (grey, white) = (Shortfall("PGD-Grey"), Shortfall("PGD-Unrolled"));
        Assert.True(white < grey, $"{white} and {grey}");
    }

    [Fact]
    public void Where_an_image_is_turned_the_detectors_attack_goes_down_the_distance_and_elsewhere_up_the_odds()
    {
        var attack = new DetectorAttack(new ProjectedGradientOptions(), Small, DefenceGradient.Unrolled);
        var seen = attack.Seen(_defended);
        // With the classes that the model finds for some, and others for the rest: both branches.
        var found = _defended.Logits(Batch().Images, Batch().NextDraws()).argmax(1);
        var labels = where(ones_like(found).cumsum(0).remainder(Held(2)).eq(Held(0)), found, found.Plus(Held(1)).remainder(Held(5)));
        AttackBatch Fresh() => Batch() with { Goal = AttackGoal.AwayFrom(labels) };
        var view = DetectorAttack.Look(seen, Fresh(), Fresh().Images);
        Assert.Contains(true, view.Turned.data<bool>().ToArray());
        Assert.Contains(false, view.Turned.data<bool>().ToArray());
        FiniteDifferences.Check(
            Fresh().Images, view.Gradient,
            at =>
            {
                var projected = _defended.Defended(at, Fresh().NextDraws());
                var distance = (_defended.Inner.Features(at) - _defended.Inner.Features(projected)).norm(1);
                return where(view.Turned, distance.neg(), ClassificationLosses.LogOdds(_defended.Inner.Logits(projected), labels)).sum();
            }, 1e-5, 1e-5);
    }

    [Fact]
    public void Who_knows_the_detector_hides_better_and_turns_as_many()
    {
        var settings = Small with { Steps = 20 };
        var (plainTurned, plain) = Hidden(AttackCatalogue.Create("PGD-Inverter", settings));
        var (turned, hidden) = Hidden(AttackCatalogue.Create("PGD-Detector", settings));
        var both = plainTurned.Zip(turned, (one, other) => one && other).ToArray();
        Assert.Contains(true, both);
        Assert.True(turned.Count(one => one) >= plainTurned.Count(one => one));
        Assert.True(Mean(hidden) < Mean(plain), $"{Mean(hidden)} and {Mean(plain)}");

        double Mean(double[] distances) => distances.Where((_, i) => both[i]).Average();
    }

    [Fact]
    public void Overpowered_keeps_its_distance_and_its_examples_fool_in_the_mean_of_the_noise()
    {
        var attack = new OverpoweredAttack(new OverpoweredOptions
        {
            Copies = 2, NoiseDraws = 4, Steps = 20, LearningRate = 0.3, Budget = 0.04, Confidence = 0.1, Start = Small,
        });
        var batch = Batch();
        using var outcome = attack.Run(_defended, batch, [], WorkContext.Default)[0];
        var found = Enumerable.Range(0, 3).Where(row => outcome.Exits[row] != AttackExit.NothingFound).ToArray();
        Assert.NotEmpty(found);
        var lengths = ImageNorms.Lengths(outcome.Images - batch.Images).flatten().data<double>().ToArray();
        Assert.All(found, row => Assert.InRange(lengths[row], 0, (0.04 * 196) + 1e-9));
        // The margin counts noise, so a few may be right without it.
        var turned = batch.Goal.Reached(_defended.Inner.Logits(outcome.Images)).data<bool>().ToArray();
        Assert.True(found.Count(row => turned[row]) >= found.Length * 0.8);
    }

    [Theory]
    [InlineData(0.04, 1)]
    [InlineData(0.002, 1e4)]
    public void Overpowered_goes_down_its_own_game(double budget, double confidence)
    {
        // L(z, lambda) = E max(Z_y - max Z_i, -c) + lambda (norm(G(z) - x) / (h w) - epsilon), down in z and up in lambda, by the same
        // noise each time; where c is small the margin is flat for some images. The codes are the inverter's: a descent ends on the kinks of
        // its ReLU.
        var attack = new OverpoweredAttack(new OverpoweredOptions { NoiseDraws = 4, Budget = budget, Confidence = confidence, Start = Small });
        var (batch, generator) = (Batch(), _defended.Projection!.Generator);
        var codes = _defended.Projection!.Inverter!.Codes(batch.Images);
        var multipliers = tensor([0.0, 30.0, 1000.0]);
        OverpoweredAttack.View Look(Tensor at, Tensor weights) =>
            attack.Look(_defended.Inner, generator, Batch(), at, weights, Batch().Generators(RandomStream.Latent, 1));
        Tensor Game(Tensor at, Tensor weights)
        {
            var random = Batch().Generators(RandomStream.Latent, 1);
            var images = generator.Images(at);
            var margins = zeros(3, ScalarType.Float64);
            for (var draw = 0; draw < 4; draw++)
            {
                var noise = stack([.. random.Select(one => tensor(Enumerable.Range(0, 196).Select(_ => one.NextGaussian()).ToArray(), [1, 14, 14]))]);
                noise = noise.div(noise.flatten(1).norm(1).view(-1, 1, 1, 1)).mul(Held(0.5));
                var shortfall = batch.Goal.Shortfall(_defended.Inner.Logits(images.Plus(noise)));
                margins = margins.Plus(shortfall.clamp_min(Held(-confidence)).div(Held(4)));
            }

            var excess = (images - batch.Images).flatten(1).norm(1).div(Held(196)).sub(Held(budget));
            return (margins.Plus(weights * excess)).sum();
        }

        var view = Look(codes, multipliers);
        FiniteDifferences.Check(codes, view.Slope, at => Game(at, multipliers), 1e-6, 1e-5);
        FiniteDifferences.Check(multipliers, view.Excess, weights => Game(codes, weights), 1e-2, 1e-7);
    }

    [Theory]
    [InlineData("PGD-BPDA", false, "ProjectionMissing")]
    [InlineData("PGD-Detector", false, "ProjectionMissing")]
    [InlineData("CW-Latent", false, "ProjectionMissing")]
    [InlineData("PGD-Inverter", true, "InverterMissing")]
    public void A_model_of_another_kind_is_one_error(string name, bool projection, string id)
    {
        using ImageClassifier model = projection ? Defended(null) : new ReferenceNetwork();
        var attack = AttackCatalogue.Create(name, Small);
        Assert.Equal(id, Assert.Throws<InputException>(() => attack.RequireModel(model)).ErrorId);
    }

    // The nearest of its draws stays where it is while an image moves, so there is nothing to go back through.
    [Theory]
    [InlineData(0, null)]
    [InlineData(2, 0)]
    public void A_projection_without_steps_and_inverter_has_no_derivative(int steps, int? seen)
    {
        using var defended = Defended(null, Short with { Steps = steps });
        foreach (var name in new[] { "PGD-Tangent", "FGSM-Unrolled" })
        {
            var attack = AttackCatalogue.Create(name, Small with { ProjectionSteps = seen });
            Assert.Equal("ProjectionGradientAbsent", Assert.Throws<InputException>(() => attack.RequireModel(defended)).ErrorId);
        }

        Assert.Equal(steps > 0, AttackCatalogue.DefaultsFor(defended).Contains("PGD-Tangent"));
        Assert.Contains("PGD-BPDA", AttackCatalogue.DefaultsFor(defended));
    }

    [Fact]
    public void Judging_over_several_draws_is_their_mean()
    {
        using var defended = Defended(null);
        var one = Batch() with { JudgingPasses = 1 };
        var three = Batch() with { JudgingPasses = 3 };
        var expected = defended.Logits(one.Images, one.JudgingDraws(0))
            .Plus(defended.Logits(one.Images, one.JudgingDraws(1))).Plus(defended.Logits(one.Images, one.JudgingDraws(2))).div(Held(3));
        Assert.True(ReferenceVectors.Distance(InputGradient.Judged(defended, three, three.Images), expected) < 1e-12);
    }

    private static AttackSettings Small { get; } =
        new() { Steps = 3, SearchSteps = 1, Restarts = 2, NoiseDraws = 2, ProjectionRestarts = 2, ProjectionSteps = 2 };

    // Three of the images: the graph of a projection in float64 is slow.
    private static AttackBatch Batch() => ReferenceVectors.Batch().Select([0, 1, 2]);

    private static CompositeClassifier Defended(InverterModel? inverter, ProjectionOptions? options = null) => new(
        "defended", new ReferenceNetwork(), [new ProjectionDefence(ReferenceGenerator.Model(), inverter, options ?? Short)], []);

    private Tensor Projected(AttackBatch batch) => _defended.Projection!.Apply(batch.Images.detach(), Batch().NextDraws(), 0);

    // Which images the judge finds turned, and how far from their projections all are in features.
    private (bool[] Turned, double[] Distances) Hidden(IAdversarialAttack attack)
    {
        var batch = Batch();
        using var outcome = attack.Run(_defended, batch, [Epsilon.Parse("75")], WorkContext.Default)[0];
        var scores = new DetectionMeasurement.Scores();
        scores.Add(_defended, batch, outcome.Images);
        return ([.. scores.Images.Select(image => !image.Right)], scores.Of(DetectionDistance.Semantic));
    }

    private double Shortfall(string name)
    {
        var attack = AttackCatalogue.Create(name, new AttackSettings { Steps = 10 });
        var batch = Batch() with { Expectation = 2 };
        using var outcome = attack.Run(_defended, batch, [Epsilon.Parse("25")], WorkContext.Default)[0];
        return batch.Goal.Shortfall(InputGradient.Judged(_defended, batch, outcome.Images)).mean().item<double>();
    }
}
