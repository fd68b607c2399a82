using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Tests.Robustness.ReferenceVectors;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>What holds for every attack of the catalogue.</summary>
public sealed class AttackInvariantTests : IDisposable
{
    private static readonly AttackSettings Quick = new()
    {
        Steps = 6, Queries = 12, Restarts = 2, NoiseDraws = 2, ProjectionRestarts = 2, ProjectionSteps = 1,
    };

    private readonly ReferenceNetwork _network = new();

    // The same network behind a projection, for the attacks on one.
    private readonly CompositeClassifier _defended = new(
        "defended", new ReferenceNetwork(),
        [new ProjectionDefence(ReferenceGenerator.Model(), ReferenceInverter.Model(), new ProjectionOptions { Restarts = 2, Steps = 1 })], []);

    public static TheoryData<string> Bounded =>
    [
        "RAND", "FGSM", "PGD", "PGD-L2", "Square", "Square-L2", "Square-L1", "APGD-CE", "APGD-CE-L2", "APGD-CE-L1", "APGD-DLR",
        "APGD-DLR-L2", "APGD-DLR-L1", "FAB-T", "FAB-T-L2", "FAB-T-L1", "APGD-T", "APGD-T-L2", "APGD-T-L1", "AutoAttack",
        "AutoAttack-L2", "AutoAttack-L1",
    ];

    public static TheoryData<string> All => [.. AttackCatalogue.Names];

    private static WorkContext Context => new() { Cancellation = TestContext.Current.CancellationToken };

    public void Dispose()
    {
        _network.Dispose();
        _defended.Dispose();
    }

    private ImageClassifier Victim(IAdversarialAttack attack) => attack.Knowledge is null ? _network : _defended;

    [Theory]
    [MemberData(nameof(Bounded))]
    public void Images_stay_within_budget_and_range(string name)
    {
        foreach (var batch in new[] { Batch(), TargetedBatch() })
        {
            foreach (var outcome in AttackCatalogue.Create(name, Quick).Run(_network, batch, [new(3), new(40)], Context))
            {
                var norm = AttackCatalogue.Create(name, Quick).Norm;
                var sizes = NormBall.LengthsIn(norm, outcome.Images - Images);
                Assert.True(sizes.max().item<double>() <= outcome.Epsilon!.Value.Value + 1e-12);
                // FAB and AutoAttack change only what they turn, which so small a budget may not.
                Assert.True(sizes.max().item<double>() > 0 || outcome.Exits.Contains(AttackExit.NothingFound));
                Assert.True(outcome.Images.min().item<double>() >= 0);
                Assert.True(outcome.Images.max().item<double>() <= 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bounded))]
    public void Epsilon_zero_changes_nothing(string name)
    {
        var outcome = Assert.Single(AttackCatalogue.Create(name, Quick).Run(_network, Batch(), [new(0)], Context));
        Assert.Equal(0, Distance(outcome.Images, Images));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_split_into_batches_changes_no_image(string name)
    {
        var attack = AttackCatalogue.Create(name, Quick);
        var whole = attack.Run(Victim(attack), Batch(), [new(12)], Context)[0];
        var batch = Batch();
        foreach (var rows in new int[][] { [0, 1, 2, 3, 4], [5, 6], [11, 10, 9, 8, 7] })
        {
            var part = attack.Run(Victim(attack), batch.Select(rows), [new(12)], Context)[0];
            var expected = whole.Images.index_select(0, tensor(rows, ScalarType.Int64));
            Assert.True(Distance(part.Images, expected) < 1e-9);
            Assert.Equal(rows.Select(row => whole.Iterations[row]), part.Iterations);
            Assert.Equal(rows.Select(row => whole.Exits[row]), part.Exits);
        }
    }

    [Theory]
    [InlineData("RAND")]
    [InlineData("PGD")]
    [InlineData("PGD-L2")]
    [InlineData("APGD-CE")]
    [InlineData("Square")]
    public void The_seed_fixes_the_draws(string name)
    {
        var attack = AttackCatalogue.Create(name, Quick with { Steps = 1, Queries = 1 });
        var first = attack.Run(_network, Batch(seed: 5), [new(6)], Context)[0].Images;
        Assert.Equal(0, Distance(attack.Run(_network, Batch(seed: 5), [new(6)], Context)[0].Images, first));
        Assert.True(Distance(attack.Run(_network, Batch(seed: 6), [new(6)], Context)[0].Images, first) > 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_cancelled_attack_stops(string name)
    {
        var cancelled = new WorkContext { Cancellation = new CancellationToken(canceled: true) };
        var attack = AttackCatalogue.Create(name, Quick);
        Assert.Throws<OperationCanceledException>(() => attack.Run(Victim(attack), Batch(), [new(8)], cancelled));
    }

    [Fact]
    public void The_signs_of_rand_are_fair_coins()
    {
        var batch = Batch() with { Images = full([12, 1, 14, 14], Held(0.5), ScalarType.Float64) };
        var changed = new RandomSignAttack().Run(_network, batch, [new(51)], Context)[0].Images.sub(Held(0.5));
        Assert.Equal(0.2, changed.abs().min().item<double>(), 1e-12);
        Assert.Equal(0.2, changed.abs().max().item<double>(), 1e-12);
        // 2,352 coins: five standard deviations are .021.
        Assert.InRange(changed.gt(Held(0)).to(ScalarType.Float64).mean().item<double>(), 0.448, 0.552);
    }

    [Fact]
    public void A_restart_is_spent_only_where_the_goal_is_not_reached()
    {
        var options = new ProjectedGradientOptions { Steps = 3 };
        var once = new ProjectedGradientAttack(options).Run(_network, Batch(), [new(4)], Context)[0];
        var reached = AttackGoal.AwayFrom(Labels).Reached(_network.Logits(once.Images)).data<bool>().ToArray();
        Assert.Contains(true, reached);
        Assert.Contains(false, reached);
        var often = new ProjectedGradientAttack(options with { Restarts = 4 }).Run(_network, Batch(), [new(4)], Context)[0];
        for (var i = 0; i < reached.Length; i++)
        {
            if (!reached[i])
            {
                Assert.True(often.Iterations[i] > 3);
                continue;
            }

            Assert.Equal(3, often.Iterations[i]);
            Assert.Equal(AttackExit.GoalReached, often.Exits[i]);
            Assert.Equal(0, Distance(often.Images[i], once.Images[i]));
        }
    }

    [Fact]
    public void Square_leaves_alone_what_it_has_turned()
    {
        var outcome = new SquareAttack(new SquareOptions { Queries = 60 }).Run(_network, Batch(), [new(25)], Context)[0];
        var reached = AttackGoal.AwayFrom(Labels).Reached(_network.Logits(outcome.Images)).data<bool>().ToArray();
        Assert.Contains(true, reached);
        Assert.Equal(reached, outcome.Exits.Select(exit => exit == AttackExit.GoalReached));
        Assert.All(outcome.Iterations.Zip(reached), pair => Assert.True(pair.Second || pair.First == 60));
        Assert.True(outcome.Iterations.Min() < 60);
    }

    [Fact]
    public void Squares_shrink_as_in_the_paper()
    {
        // p halves after 10, 50, 200, 500, 1000, 2000, 4000, 6000 and 8000 of 10,000 queries; a side is sqrt(p h w).
        var attack = new SquareAttack(new SquareOptions { Queries = 10_000 });
        Assert.Equal(25, attack.Side(1, 28, 28));
        Assert.Equal(18, attack.Side(11, 28, 28));
        Assert.Equal(13, attack.Side(51, 28, 28));
        Assert.Equal(2, attack.Side(5_000, 28, 28));
        Assert.Equal(1, attack.Side(9_999, 28, 28));
        Assert.Equal(7, attack.Side(1, 28, 7));
    }

    [Fact]
    public void Cw_and_deepfool_make_smaller_changes_than_pgd_and_lose_no_image()
    {
        SmallerThanPgd("CW");
        SmallerThanPgd("DeepFool");
    }

    private void SmallerThanPgd(string name)
    {
        var cw = AttackCatalogue.Create(name, AttackSettings.Default).Run(_network, Batch(), [], Context)[0];
        var pgd = AttackCatalogue.Create("PGD", AttackSettings.Default).Run(_network, Batch(), [new(25)], Context)[0];
        Assert.True(AttackGoal.AwayFrom(Labels).Reached(_network.Logits(cw.Images)).all().item<bool>());
        var (small, large) = ((cw.Images - Images).flatten(1).norm(1), (pgd.Images - Images).flatten(1).norm(1));
        Assert.True(small.lt(large).all().item<bool>());
    }

    [Fact]
    public void The_printed_cw_finds_less_and_leaves_the_rest_as_it_was()
    {
        var outcome = AttackCatalogue.Create("CW-Printed", AttackSettings.Default).Run(_network, Batch(), [], Context)[0];
        var missed = Enumerable.Range(0, 12).Where(i => outcome.Exits[i] == AttackExit.NothingFound).ToArray();
        Assert.NotEmpty(missed);
        Assert.All(missed, i => Assert.Equal(0, Distance(outcome.Images[i], Images[i])));
    }

    [Theory]
    [InlineData("AutoAttack")]
    [InlineData("AutoAttack-L2")]
    public void AutoAttack_turns_at_least_what_its_parts_turn(string name)
    {
        var whole = Turned(name);
        foreach (var part in new[] { "APGD-CE", "APGD-T", "FAB-T" })
        {
            var turned = Turned(name.Replace("AutoAttack", part, StringComparison.Ordinal));
            Assert.All(whole.Zip(turned), pair => Assert.True(pair.First || !pair.Second));
        }

        bool[] Turned(string attack)
        {
            var outcome = AttackCatalogue.Create(attack, Quick).Run(_network, Batch(), [new(name.EndsWith("L2", StringComparison.Ordinal) ? 40 : 4)], Context)[0];
            return AttackGoal.AwayFrom(Labels).Reached(_network.Logits(outcome.Images)).data<bool>().ToArray();
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void AutoAttack_takes_few_classes(int classes)
    {
        using var few = new FirstClasses(_network, classes);
        var labels = few.Logits(Images).argmax(1);
        var batch = Batch() with { Goal = AttackGoal.AwayFrom(labels) };
        var outcome = AttackCatalogue.Create("AutoAttack", Quick with { Steps = 20 }).Run(few, batch, [new(60)], Context)[0];
        Assert.InRange(AttackGoal.AwayFrom(labels).Reached(few.Logits(outcome.Images)).sum().item<long>(), 9, 12);
    }

    // The network with the first of its classes only.
    private sealed class FirstClasses(ReferenceNetwork network, int classes) : ImageClassifier
    {
        public override string Name => "few";
        public override ImageShape ImageShape => network.ImageShape;
        public override int ClassCount => classes;
        public override Device Device => network.Device;
        public override ScalarType ElementType => network.ElementType;
        public override bool IsDifferentiable => true;
        public override Tensor Logits(Tensor images) => network.Logits(images).narrow(1, 0, classes);
        public override Tensor Features(Tensor images) => network.Features(images);

        protected override void Dispose(bool disposing)
        {
        }
    }

    [Theory]
    [InlineData("PGD")]
    [InlineData("PGD-L2")]
    public void To_stop_at_the_goal_turns_no_fewer_images(string name)
    {
        var settings = new AttackSettings { Steps = 20 };
        var epsilon = new Epsilon(name == "PGD" ? 4 : 60);
        var (all, early) = (Run(settings), Run(settings with { StopsAtGoal = true }));
        var (before, after) = (Turned(all), Turned(early));
        Assert.All(before.Zip(after), pair => Assert.True(pair.Second || !pair.First));
        Assert.Contains(true, after);
        Assert.True(early.Iterations.Sum() < all.Iterations.Sum());

        AttackOutcome Run(AttackSettings chosen) => AttackCatalogue.Create(name, chosen).Run(_network, Batch(), [epsilon], Context)[0];
        bool[] Turned(AttackOutcome outcome) =>
            AttackGoal.AwayFrom(Labels).Reached(_network.Logits(outcome.Images)).data<bool>().ToArray();
    }

    [Fact]
    public void To_stop_at_the_goal_turns_the_same_images()
    {
        var options = new AutoProjectedGradientOptions { Steps = 20, Loss = AutoAttackLoss.LogitsRatio };
        var (all, early) = (Run(options), Run(options with { StopsAtGoal = true }));
        Assert.Equal(all.Turned, early.Turned);
        Assert.Contains(true, all.Turned);
        Assert.Contains(false, all.Turned);
        Assert.True(early.Outcome.Iterations.Sum() < all.Outcome.Iterations.Sum());

        (bool[] Turned, AttackOutcome Outcome) Run(AutoProjectedGradientOptions settings)
        {
            var outcome = new AutoProjectedGradientAttack(settings).Run(_network, Batch(), [new(4)], Context)[0];
            return (AttackGoal.AwayFrom(Labels).Reached(_network.Logits(outcome.Images)).data<bool>().ToArray(), outcome);
        }
    }

    [Theory]
    [InlineData("PGD", 11)]
    [InlineData("APGD-CE", 11)]
    [InlineData("APGD-DLR", 11)]
    [InlineData("CW", 12)]
    public void Targeted_attacks_reach_the_target(string name, int least)
    {
        // CW has no budget to keep to, so it has no excuse.
        var outcome = AttackCatalogue.Create(name, AttackSettings.Default).Run(_network, TargetedBatch(), [new(75)], Context)[0];
        var reached = _network.Logits(outcome.Images).argmax(1).eq(NextLabels).sum().item<long>();
        Assert.InRange(reached, least, 12);
    }

    [Theory]
    [InlineData("8", 8)]
    [InlineData(" 8/255 ", 8)]
    [InlineData("0.5/255", 0.5)]
    [InlineData("1.5", 1.5)]
    [InlineData("510", 510)]
    [InlineData("255", 255)]
    [InlineData("0", 0)]
    public void Epsilons_are_pixel_units(string text, double pixels)
    {
        Assert.Equal(pixels, Epsilon.Parse(text).Pixels);
        Assert.Equal(pixels / 255, Epsilon.Parse(text).Value);
    }

    [Theory]
    [InlineData("0.03137254901960784", EpsilonUnit.Fraction, 8)]
    [InlineData("8/255", EpsilonUnit.Fraction, 8)]
    [InlineData("8/255", EpsilonUnit.Pixel, 8)]
    [InlineData("0.5", EpsilonUnit.Pixel, 0.5)]
    [InlineData("0.03", EpsilonUnit.Fraction, 7.65)]
    [InlineData("2", EpsilonUnit.Fraction, 510)]
    [InlineData("1e-12", EpsilonUnit.Fraction, 2.55e-10)]
    public void Numbers_count_in_their_unit(string text, EpsilonUnit unit, double pixels)
    {
        // A budget that is not 0 does not become 0 by rounding.
        var epsilon = Epsilon.Parse(text, unit);
        Assert.Equal(pixels, epsilon.Pixels, 1e-12);
        Assert.True(epsilon.Value > 0);
    }

    [Theory]
    [InlineData("Linf", 255)]
    [InlineData("L2", 3570)]
    [InlineData("L1", 49_980)]
    public void Budgets_go_as_far_as_two_images_can_differ(string norm, double most)
    {
        // 196 values of 255 steps: lengths of 14 and 196 ranges.
        var (kind, shape) = (Enum.Parse<PerturbationNorm>(norm), _network.ImageShape);
        AttackBudgets.Require(new Epsilon(most), kind, shape);
        Assert.Equal("EpsilonOutOfRange", Assert.Throws<InputException>(
            () => AttackBudgets.Require(new Epsilon(most * 1.01), kind, shape)).ErrorId);
    }

    [Theory]
    [InlineData("0.03", "EpsilonUnitRequired")]
    [InlineData("0.03137254901960784", "EpsilonUnitRequired")]
    [InlineData("-0.03", "EpsilonOutOfRange")]
    [InlineData("-1", "EpsilonOutOfRange")]
    [InlineData("NaN", "EpsilonOutOfRange")]
    [InlineData("Infinity", "EpsilonOutOfRange")]
    [InlineData("", "EpsilonInvalid")]
    [InlineData("8/16", "EpsilonInvalid")]
    [InlineData("8,5", "EpsilonInvalid")]
    public void Bad_epsilons_are_refused(string text, string id) =>
        Assert.Equal(id, Assert.Throws<InputException>(() => Epsilon.Parse(text)).ErrorId);

    [Fact]
    public void Bad_settings_and_names_are_refused()
    {
        string Id(string name, AttackSettings settings) =>
            Assert.Throws<InputException>(() => AttackCatalogue.Create(name, settings)).ErrorId;

        Assert.Equal("AttackUnknown", Id("PGD2", AttackSettings.Default));
        Assert.Equal("OptionOutOfRange", Id("PGD", new AttackSettings { Steps = 0 }));
        Assert.Equal("OptionOutOfRange", Id("PGD", new AttackSettings { RelativeStep = double.NaN }));
        Assert.Equal("OptionOutOfRange", Id("CW", new AttackSettings { Confidence = -1 }));
        Assert.Equal("OptionOutOfRange", Id("APGD-CE", new AttackSettings { Restarts = 0 }));
        Assert.Equal("OptionOutOfRange", Id("Square", new AttackSettings { Queries = 0 }));
        Assert.Equal("TargetInvalid", Assert.Throws<InputException>(() => TargetChoice.Parse("worst")).ErrorId);
    }
}
