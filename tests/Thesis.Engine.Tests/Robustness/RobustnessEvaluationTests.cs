using System.Collections.Immutable;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

public sealed class RobustnessEvaluationTests : IDisposable
{
    private readonly ReferenceNetwork _network = new();
    private static readonly ModelIdentity Identity = new("net", ["00"]);

    private readonly TestFolder _folder = new();

    private static WorkContext Context => new() { Cancellation = TestContext.Current.CancellationToken };

    private static LabelledImages Images => Set(label => label);

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
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
        var report = RobustnessEvaluator.Evaluate(_network, Images, Options(["FGSM"], [2, 1]) with { UntilZero = true }, Context);
        Assert.Equal([2, 1, 4, 8, 16], report.Attacks.Select(row => row.Epsilon!.Value.Pixels));
        Assert.Equal([1, 0], report.Attacks.TakeLast(2).Select(row => row.Correct));
        // Noise that the network withstands ends with the range.
        using var sure = new FlawedClassifier(_network, classNames: "", blind: true);
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
            _network, Images, Options([], [epsilon]) with { Attacks = [attack] }, Context).Attacks);
        Assert.Equal(["APGD-CE", "APGD-T", "FAB-T", "Square"], row.Stages.Select(stage => stage.Stage.Split("-L")[0]));
        var left = row.Stages.Select(stage => stage.Correct).ToArray();
        Assert.Equal(left.OrderDescending(), left);
        Assert.Equal(row.Correct, left[^1]);
        Assert.True(left[0] < row.Count);
        Assert.Equal(row.Count - left[0], row.Images.Count(image => image.TurnedBy == row.Stages[0].Stage));
        Assert.All(row.Images, image => Assert.Equal(image.Right, image.TurnedBy is null));
        // A part of its own turns what the whole says that it turned.
        var first = AttackCatalogue.Create(row.Stages[0].Stage, new AttackSettings { Steps = 2, StopsAtGoal = true, Restarts = name.EndsWith("L1", StringComparison.Ordinal) ? 5 : 1 });
        var alone = RobustnessEvaluator.Evaluate(_network, Images, Options([], [epsilon]) with { Attacks = [first] }, Context);
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
    public void The_worst_case_is_that_of_each_image()
    {
        var report = Evaluate(["RAND", "FGSM", "PGD"], [4, 8]);
        Assert.Equal(2, report.WorstCase.Count);
        foreach (var worst in report.WorstCase)
        {
            var rows = report.Attacks.Where(row => row.Epsilon == worst.Epsilon).ToArray();
            Assert.Equal(3, rows.Length);
            Assert.True(worst.Correct <= rows.Min(row => row.Correct));
            Assert.Equal(PerturbationNorm.Linf, worst.Norm);
        }

        // What breaks within 4 breaks within 8.
        Assert.True(report.WorstCase[1].Correct <= report.WorstCase[0].Correct);
    }

    [Fact]
    public void An_attack_that_leaves_its_budget_does_not_count_in_the_worst_case()
    {
        var report = Evaluate(["RAND", "PGD-Printed"], [1]);
        var printed = report.Attacks.Single(row => row.Attack == "PGD-Printed");
        Assert.True(printed.MeanLinf > 2);
        Assert.Equal(0, printed.Correct);
        Assert.True(Assert.Single(report.WorstCase).Correct > 0);
    }

    [Fact]
    public void What_is_no_image_any_more_does_not_count_in_the_worst_case()
    {
        var attack = AttackCatalogue.Create("PGD-Printed", AttackSettings.Default);
        var tally = new ImageTally(attack, new Epsilon(4));
        bool[] wrong = [], outside = [];
        AttackRunner.Run(_network, Images, attack, [new(4)], new AttackRunOptions(), Context, attacked =>
        {
            tally.Add(_network, attacked);
            var images = attacked.Outcomes[0].Images;
            wrong = attacked.Batch.Goal.Reached(_network.Logits(images)).data<bool>().ToArray();
            outside = images.lt(Held(0)).logical_or(images.gt(Held(1))).flatten(1).any(1).data<bool>().ToArray();
        });
        Assert.Contains(true, wrong.Zip(outside, (turned, strays) => turned && strays));
        for (var i = 0; i < wrong.Length; i++)
        {
            Assert.Equal(wrong[i] && !outside[i], tally.Breaks(i, new Epsilon(Epsilon.PixelRange)));
        }
    }

    [Fact]
    public void Cw_counts_in_the_worst_case_of_its_norm()
    {
        var report = Evaluate(["PGD-L2", "CW"], [255]);
        Assert.Null(report.Attacks.Single(row => row.Attack == "CW").Epsilon);
        var worst = Assert.Single(report.WorstCase);
        Assert.Equal(PerturbationNorm.L2, worst.Norm);
        // CW turns every image, and by less than a length of 1.
        Assert.Equal(0, worst.Correct);
    }

    [Fact]
    public void Batches_and_their_size_change_no_row()
    {
        var whole = Evaluate(["PGD", "APGD-DLR"], [6]);
        var split = RobustnessEvaluator.Evaluate(
            _network, Images, Options(["PGD", "APGD-DLR"], [6]) with { Run = new AttackRunOptions { BatchSize = 5 } }, Context);
        Assert.Equal(whole.Rows.Select(row => row.Correct), split.Rows.Select(row => row.Correct));
        Assert.Equal(whole.Attacks[0].MeanL2!.Value, split.Attacks[0].MeanL2!.Value, 1e-6);
    }

    [Theory]
    [InlineData("next")]
    [InlineData("random")]
    [InlineData("least-likely")]
    [InlineData("2")]
    public void Targets_differ_from_the_classes(string target)
    {
        var options = new AttackRunOptions { Target = TargetChoice.Parse(target), BatchSize = 5 };
        var seen = 0;
        AttackRunner.Run(_network, Images, new RandomSignAttack(), [new(0)], options, Context, attacked =>
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
        AttackRunner.Run(_network, Images, new RandomSignAttack(), [new(0)], options, Context, attacked =>
            Assert.Equal(
                attacked.Batch.Goal.Targets!.data<long>().ToArray(),
                _network.Logits(attacked.Batch.Images).argmin(1).data<long>().ToArray()));
    }

    [Fact]
    public void Faults_are_found_before_anything_is_computed()
    {
        string Id(Action run) => Assert.Throws<InputException>(run).ErrorId;

        var wide = new LabelledImages(new ImageShape(1, 14, 15), new float[210], [0], ["a"], "wide");
        Assert.Equal("ImageShapeMismatch", Id(() => RobustnessEvaluator.Evaluate(_network, wide, Options(["FGSM"], [8]), Context)));
        Assert.Equal("ClassCountMismatch", Id(() => RobustnessEvaluator.Evaluate(
            _network, Set(_ => 5), Options(["FGSM"], [8]), Context)));
        Assert.Equal("AttackMissing", Id(() => Evaluate([], [8])));
        Assert.Equal("EpsilonMissing", Id(() => Evaluate(["FGSM"], [])));
        Assert.Equal("TargetInvalid", Id(() => RobustnessEvaluator.Evaluate(
            _network, Images,
            Options(["FGSM"], [8]) with { Run = new AttackRunOptions { Target = new TargetChoice.OneClass(5) } }, Context)));
        using var blind = new FlawedClassifier(_network, differentiable: false);
        Assert.Equal("GradientsNotAvailable", Id(() => RobustnessEvaluator.Evaluate(
            blind, Images, Options(["Square", "PGD"], [8]), Context)));
        Assert.Equal(0, blind.Calls);
    }

    [Fact]
    public void A_model_that_hides_its_lack_of_gradients_is_one_error()
    {
        using var cut = new FlawedClassifier(_network, cutGraph: true);
        var found = Assert.Throws<InputException>(
            () => RobustnessEvaluator.Evaluate(cut, Images, Options(["PGD"], [8]), Context));
        Assert.Equal("GradientsNotAvailable", found.ErrorId);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_one_error()
    {
        using var broken = new FlawedClassifier(_network, offset: double.NaN);
        var found = Assert.Throws<InputException>(
            () => RobustnessEvaluator.Evaluate(broken, Images, Options(["RAND"], [8]), Context));
        Assert.Equal("LogitsNotFinite", found.ErrorId);
        var files = new AdversarialExampleFiles(Images, new RandomSignAttack(), [new(8)], _folder["broken"], overwrite: false);
        Assert.Equal("LogitsNotFinite", Assert.Throws<InputException>(
            () => files.Write(broken, broken, (Identity, null), new AttackRunOptions(), Context)).ErrorId);
    }

    [Fact]
    public void Nothing_to_attack_is_one_error()
    {
        var all = Images.Renumber([3, 3, 3, 3, 3, 3], Images.ClassNames);
        var options = new AttackRunOptions { Target = new TargetChoice.OneClass(3) };
        Assert.Equal("ImageMissing", Assert.Throws<InputException>(() => RobustnessEvaluator.Evaluate(
            _network, all, Options(["RAND"], [8]) with { Run = options }, Context)).ErrorId);
        var files = new AdversarialExampleFiles(all, new RandomSignAttack(), [new(8)], _folder["none"], overwrite: false);
        Assert.Equal("ImageMissing", Assert.Throws<InputException>(() => files.Write(_network, _network, (Identity, null), options, Context)).ErrorId);
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
        using var named = new FlawedClassifier(_network, classNames: model);
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

    [Fact]
    public void A_model_without_gradients_is_attacked_as_a_black_box()
    {
        using var blind = new FlawedClassifier(_network, differentiable: false);
        var report = RobustnessEvaluator.Evaluate(blind, Images, Options(["RAND", "Square"], [25]), Context);
        Assert.True(report.Attacks[1].Correct < report.Clean.Correct);
    }

    [Fact]
    public void Default_attacks_are_those_that_the_model_can_take()
    {
        RobustnessReport Defaults(ImageClassifier model) => RobustnessEvaluator.Evaluate(
            model, Images, Options([], [8]) with { Attacks = null, Settings = new AttackSettings { Steps = 2, Queries = 2 } }, Context);

        using var blind = new FlawedClassifier(_network, differentiable: false);
        Assert.Equal(["FGSM", "PGD", "APGD-DLR"], Defaults(_network).Attacks.Select(row => row.Attack));
        Assert.Equal(["RAND", "Square"], Defaults(blind).Attacks.Select(row => row.Attack));
    }

    [Fact]
    public void Distances_of_successes_are_those_of_the_images_that_were_turned()
    {
        var row = Assert.Single(Evaluate(["CW"], []).Attacks);
        double[] lengths = [.. row.Images.Where(image => image.Reached).Select(image => image.L2).Order()];
        Assert.Equal(12, lengths.Length);
        Assert.Equal(lengths.Average(), row.SuccessMeanDistance!.Value, 1e-9);
        Assert.Equal((lengths[5] + lengths[6]) / 2, row.SuccessMedianDistance!.Value, 1e-9);
        var path = _folder["images.csv"];
        ImageTable.Write(Evaluate(["FGSM", "CW"], [8]), path, overwrite: false);
        var lines = File.ReadAllLines(path);
        Assert.Equal((25, ImageTable.Header), (lines.Length, lines[0]));
        Assert.Equal(11, lines.Count(line => line.Contains(",FGSM,Linf,8,", StringComparison.Ordinal) && line.Split(',')[8] == "true"));
    }

    [Fact]
    public void A_second_classifier_tells_what_it_sees_of_the_images_that_were_turned()
    {
        // One class for all, whatever the image: never turned, and right where that is the class.
        using var blind = new FlawedClassifier(_network, blind: true);
        var own = Assert.Single(Seen(_network).Attacks);
        var other = Assert.Single(Seen(blind).Attacks);
        Assert.Equal((11, 0, 11), (own.Turned, own.WitnessRight, own.WitnessTurned));
        using var zeros = full([1, 1, 14, 14], Held(0), ScalarType.Float64);
        using var only = _network.Logits(zeros).argmax(1);
        var label = (int)only.item<long>();
        Assert.Equal(own.Images.Count(image => image.Turned && image.Label == label), other.WitnessRight);
        Assert.Equal(0, other.WitnessTurned);
        Assert.InRange(other.WitnessRight!.Value, 1, 10);
        Assert.Null(Assert.Single(Evaluate(["FGSM"], [8]).Attacks).WitnessRight);

        var both = Evaluate(["FGSM", "RAND"], [8]);
        Assert.Equal((null, null), (both.Clean.Turned, Assert.Single(both.WorstCase).Turned));

        // Logits that are no numbers name no class, neither the true one nor another.
        using var mute = new MaskedClassifier(_network, (images, inner) => inner(images).mul(Held(double.NaN)));
        var none = Assert.Single(Seen(mute).Attacks);
        Assert.Equal((11, 0, 0), (none.Turned, none.WitnessRight, none.WitnessTurned));

        var path = _folder["seen.csv"];
        ImageTable.Write(Seen(_network), path, overwrite: false);
        var rows = File.ReadLines(path).Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(own.Images.Select(image => $"{image.Prediction}"), rows.Select(row => row[^2]));
        Assert.Equal(own.SemanticDistance!.Value, rows.Where(row => row[8] == "true").Average(row => Number(row[^1])), 1e-4);

        RobustnessReport Seen(ImageClassifier second) => RobustnessEvaluator.Evaluate(
            _network, Images, Options(["FGSM"], [8]), Context, second: second);
        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Files_of_examples_agree_with_their_manifest()
    {
        var attack = AttackCatalogue.Create("FGSM", AttackSettings.Default);
        var files = new AdversarialExampleFiles(Images, attack, [new(8), new(16)], _folder["out"], overwrite: false);
        var made = files.Write(_network, _network, (Identity, null), new AttackRunOptions { BatchSize = 7 }, Context);
        Assert.Equal([11, 12], made.Select(file => file.Reached));
        var first = NpyFile.Read(made[0].Path, Context);
        Assert.Equal([12, 1, 14, 14], first.Shape);
        var expected = ReferenceVectors.Of("fgsm_8").data<double>().ToArray();
        Assert.All(((float[])first.Data).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6));

        var lines = File.ReadAllLines(files.ManifestPath);
        Assert.Equal(AdversarialExampleFiles.ManifestHeader, lines[0]);
        Assert.Equal(25, lines.Length);
        Assert.Equal(11, lines.Skip(1).Count(line => line.StartsWith("fgsm-eps8.npy,", StringComparison.Ordinal)
            && line.Split(',')[7] == "true"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(files.GridPath)[..4]);

        var again = Assert.Throws<InputException>(
            () => new AdversarialExampleFiles(Images, attack, [new(8)], _folder["out"], overwrite: false));
        Assert.Equal("FileExists", again.ErrorId);
    }

    [Fact]
    public void Examples_say_on_which_model_and_how_they_were_made()
    {
        var attack = AttackCatalogue.Create("PGD", new AttackSettings { Steps = 3, RelativeStep = 0.5 });
        var files = new AdversarialExampleFiles(Images, attack, [new(8)], _folder["made"], overwrite: false);
        var surrogate = new ModelIdentity("other.onnx", ["11", "22"]);
        files.Write(_network, _network, (Identity, surrogate), new AttackRunOptions { Seed = 5, Target = new TargetChoice.OneClass(3) }, Context);
        var origin = SavedExamples.Read(Path.Combine(_folder["made"], "pgd-eps8.npy"), Images, Context).Origin!;
        Assert.Equal(("net", "other.onnx", "PGD", 5L, "3"), (origin.Model.File, origin.Surrogate!.File, origin.Attack, origin.Seed, origin.Target));
        Assert.Equal((3, 0.5, "Linf"), ((int)origin.Settings!["steps"]!, (double)origin.Settings["relative_step"]!, (string)origin.Settings["norm"]!));
        Assert.Equal([8.0], origin.Epsilons);
        foreach (var (hashes, knowledge) in new[]
        {
            (new[] { "22" }, AttackerKnowledge.White), (["33", "11"], AttackerKnowledge.Grey), (["33"], AttackerKnowledge.Black),
        })
        {
            var options = Options([], []) with { ExamplePaths = [Path.Combine(_folder["made"], "pgd-eps8.npy")], Model = new ModelIdentity("judged", hashes) };
            var row = Assert.Single(RobustnessEvaluator.Evaluate(_network, Images, options, Context).Attacks);
            Assert.Equal((knowledge, knowledge == AttackerKnowledge.White ? null : "other.onnx"), (row.Knowledge!.Value, row.SurrogatePath));
        }

        File.WriteAllText(files.OriginPath, "{ \"version\": 2 }");
        Assert.Equal("ExampleOriginInvalid", Assert.Throws<InputException>(
            () => SavedExamples.Read(Path.Combine(_folder["made"], "pgd-eps8.npy"), Images, Context)).ErrorId);
    }

    [Fact]
    public void The_plot_is_written_as_its_extension_says()
    {
        var report = Evaluate(["FGSM", "CW"], [0, 8]);
        RobustnessPlot.Write(report, "test", _folder["plot.svg"], overwrite: false);
        Assert.Contains("<svg", File.ReadAllText(_folder["plot.svg"]), StringComparison.Ordinal);
        Assert.Equal("PlotFormatUnknown", Assert.Throws<InputException>(
            () => RobustnessPlot.Write(report, "test", _folder["plot.gif"], overwrite: false)).ErrorId);
    }

    private RobustnessReport Evaluate(string[] attacks, double[] epsilons) =>
        RobustnessEvaluator.Evaluate(_network, Images, Options(attacks, epsilons), Context);

    private static RobustnessEvaluationOptions Options(string[] attacks, double[] epsilons) => new()
    {
        Attacks = [.. attacks.Select(name => AttackCatalogue.Create(name, AttackSettings.Default))],
        Budgets = AttackBudgets.Same([.. epsilons.Select(pixels => new Epsilon(pixels))]),
    };

    private static LabelledImages Set(Func<int, int> relabel) => new(
        new ImageShape(1, 14, 14),
        Array.ConvertAll(ReferenceVectors.Images.data<double>().ToArray(), value => (float)value),
        Array.ConvertAll(ReferenceVectors.Labels.data<long>().ToArray(), label => relabel((int)label)),
        ["a", "b", "c", "d", "e", "f"], "vectors");

    // The reference network with a flaw that the checks shall find.
    private sealed class FlawedClassifier(
        ImageClassifier inner, bool differentiable = true, bool cutGraph = false, double offset = 0, string classNames = "",
        bool blind = false)
        : ImageClassifier
    {
        public int Calls { get; private set; }

        public override string Name => "flawed";

        public override ImageShape ImageShape => inner.ImageShape;

        public override int ClassCount => inner.ClassCount;

        public override ImmutableArray<string> ClassNames =>
            [.. classNames.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        public override Device Device => inner.Device;

        public override ScalarType ElementType => inner.ElementType;

        public override bool IsDifferentiable => differentiable;

        public override Tensor Logits(Tensor images)
        {
            Calls++;
            if (blind) images = images.mul(Held(0));
            return differentiable && !cutGraph ? inner.Logits(images).Plus(Held(offset)) : inner.Logits(images.detach());
        }

        public override Tensor Features(Tensor images) => inner.Features(images);

        protected override void Dispose(bool disposing)
        {
        }
    }
}
