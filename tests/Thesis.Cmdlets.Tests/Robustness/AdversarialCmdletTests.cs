using System.Diagnostics;
using Xunit;

namespace Thesis.Cmdlets.Tests.Robustness;

public sealed class AdversarialCmdletTests(AttackedModel model) : IClassFixture<AttackedModel>
{
    private string Model => $"'{model.Path}' shapes -First 40";

    [Fact]
    public void One_record_for_each_attack_and_epsilon()
    {
        var result = Run($"Test-AdversarialRobustness {Model} -Attack FGSM, PGD -Epsilon 8/255, 40 -Steps 5");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(
            ["Clean ", "FGSM 8", "FGSM 40", "PGD 8", "PGD 40", "Worst case 8", "Worst case 40"],
            result.Output.Select((_, i) => FormattableString.Invariant($"{result.Get(i, "Attack")} {result.Get(i, "Epsilon")}")));
        for (var i = 0; i < result.Output.Count; i++)
        {
            Assert.Equal(40, result.Get(i, "Count"));
            Assert.Equal((int)result.Get(i, "Correct")! / 40.0, (double)result.Get(i, "Accuracy")!, 1e-12);
            Assert.InRange((double)result.Get(i, "Accuracy")!, (double)result.Get(i, "Lower")!, (double)result.Get(i, "Upper")!);
        }

        Assert.Equal(40.0, (double)result.Get(4, "MeanLinf")!, 0.01);
        Assert.True((double)result.Get(6, "Accuracy")! <= (double)result.Get(4, "Accuracy")!);
    }

    [Theory]
    [InlineData("-Epsilon (8/255) -EpsilonUnit Fraction")]
    [InlineData("-Epsilon 8/255 -EpsilonUnit Fraction")]
    [InlineData("-Epsilon 8.0")]
    public void Records_state_a_budget_in_both_units(string epsilon)
    {
        var result = Run($"Test-AdversarialRobustness {Model} -Attack RAND {epsilon}");
        Assert.Empty(result.ErrorIds);
        Assert.Equal((8.0, 8.0 / 255), (result.Get(1, "Epsilon"), result.Get(1, "EpsilonFraction")));
    }

    [Fact]
    public void Attacks_take_the_budgets_of_their_norm()
    {
        var result = Run(
            $"Test-AdversarialRobustness {Model} -Attack RAND, PGD-L2 -Epsilon 8 -EpsilonL2 510 -Steps 2 -WarningVariable said; $said.Count;"
            + $"Test-AdversarialRobustness {Model} -Attack PGD-L2 -EpsilonL2 2 -Steps 1 -WarningVariable said | Out-Null; $said.Count");
        Assert.Empty(result.ErrorIds);
        Assert.Equal((8.0, 510.0), (result.Get(1, "Epsilon"), result.Get(2, "Epsilon")));
        Assert.Equal([0, 1], result.Output.Skip(3).Select(item => item.BaseObject));
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", false)]
    public void Quiet_is_a_gate(string minimum, bool passes)
    {
        var result = Run($"Test-AdversarialRobustness {Model} -Attack FGSM -Epsilon 40 -Quiet -MinimumAccuracy {minimum}");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(passes, Assert.Single(result.Output).BaseObject);
    }

    [Fact]
    public void Checks_come_with_evidence()
    {
        var result = Run($"Test-GradientMasking {Model} -Epsilon 25 -Steps 5 -Queries 20");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(15, result.Output.Count);
        Assert.All(result.Output, check => Assert.NotEmpty((string)check.Properties["Evidence"].Value));
        Assert.Equal("Passed", result.Output.Single(check => (string)check.Properties["Check"].Value == "EpsilonZeroIsClean")
            .Properties["Outcome"].Value);
    }

    [Theory]
    [InlineData("plain", "True")]
    [InlineData("wrong-sign", "False")]
    [InlineData("training-trace", "False")]
    public void The_checks_are_a_gate(string network, string passes)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "../../../../tests/data/robustness/masked");
        var result = Run(
            $"Test-GradientMasking '{folder}/{network}.pt' '{folder}' -TrustedCode -Epsilon 25 -Steps 10 -Queries 20 -Quiet");
        Assert.Equal(passes, Assert.Single(result.Output).ToString());
    }

    [Fact]
    public void What_turned_each_image_is_a_table()
    {
        var path = Path.Combine(model.Folder, "images.csv");
        var result = Run($"Test-AdversarialRobustness {Model} -Attack FGSM, CW -Steps 5 -SearchSteps 1 -Epsilon 8, 40 -ImageTablePath '{path}'");
        Assert.Empty(result.ErrorIds);
        var lines = File.ReadAllLines(path).Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(120, lines.Length);
        var clean = (int)result.Get(0, "Correct")!;
        Assert.Equal(
            clean - (int)result.Get(2, "Correct")!, lines.Count(line => line[3] == "FGSM" && line[5] == "40" && line[8] == "true"));
        Assert.NotNull(result.Get(3, "SuccessMedianDistance"));
    }

    [Fact]
    public void Models_of_other_pixels_are_normalised()
    {
        // (255 x - 0) / 255 is x.
        var plain = Run($"Test-AdversarialRobustness {Model} -Attack FGSM");
        var scaled = Run($"Test-AdversarialRobustness {Model} -Attack FGSM -InputRange 255 -StandardDeviation 255");
        Assert.Equal(plain.Get(1, "Correct"), scaled.Get(1, "Correct"));
        Assert.Equal(
            ["NormalisationInvalid"], Run($"Test-AdversarialRobustness {Model} -Mean .1, .2, .3").ErrorIds);
        Assert.Equal(
            ["NormalisationInvalid"], Run($"Test-AdversarialRobustness {Model} -StandardDeviation 0").ErrorIds);
    }

    [Fact]
    public void WhatIf_attacks_nothing()
    {
        var path = Path.Combine(model.Folder, "whatif.png");
        Assert.Empty(Run($"Test-AdversarialRobustness {Model} -PlotPath '{path}' -WhatIf").Output);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void The_second_model_does_not_take_the_firsts_files()
    {
        var path = Path.Combine(model.Folder, "both.png");
        var result = Run($"'{model.Path}', '{model.Path}' | Test-AdversarialRobustness -Dataset shapes -First 5 -Attack RAND -PlotPath '{path}' -Force");
        Assert.Equal(["TargetTaken"], result.ErrorIds);
        Assert.Equal(2, result.Output.Count);
    }

    // A model that gave no file took nothing's place.
    [Fact]
    public void The_second_model_has_the_files_where_the_first_failed()
    {
        var (broken, path) = (Path.Combine(model.Folder, "broken.safetensors"), Path.Combine(model.Folder, "second.csv"));
        File.WriteAllText(broken, "no model");
        var result = Run($"'{broken}', '{model.Path}' | Test-AdversarialRobustness -Dataset shapes -First 5 -Attack RAND -ImageTablePath '{path}'");
        Assert.Single(result.ErrorIds);
        Assert.NotEqual("TargetTaken", result.ErrorIds[0]);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_trained_model_goes_down_the_pipeline()
    {
        var result = Run(
            $"[pscustomobject]@{{ Path = '{model.Path}'; Dataset = 'shapes' }} | "
            + $"Test-AdversarialRobustness -Attack RAND -Epsilon 0 -First 10 -PlotPath '{model.Folder}/plot.png'");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(result.Get(0, "Accuracy"), result.Get(1, "Accuracy"));
        Assert.True(File.Exists(Path.Combine(model.Folder, "plot.png")));
    }

    [Fact]
    public void Examples_are_written_with_a_manifest_and_a_picture()
    {
        var folder = Path.Combine(model.Folder, "examples");
        var result = Run($"New-AdversarialExample {Model} -Attack PGD -Steps 5 -Epsilon 8, 40 -Destination '{folder}'");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(2, result.Output.Count);
        Assert.Equal(40, result.Get(0, "Count"));
        Assert.Equal(
            ["pgd-eps40.npy", "pgd-eps8.npy", "pgd-grid.png", "pgd-manifest.csv", "pgd-manifest.json"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        var reached = File.ReadLines((string)result.Get(1, "ManifestPath")!)
            .Count(line => line.StartsWith("pgd-eps40.npy", StringComparison.Ordinal) && line.Contains(",true,", StringComparison.Ordinal));
        Assert.Equal(reached, result.Get(1, "Reached"));

        var first = File.ReadAllBytes(Path.Combine(folder, "pgd-eps8.npy"));
        Assert.Equal(["FileExists"], Run($"New-AdversarialExample {Model} -Epsilon 8 -Destination '{folder}'").ErrorIds);
        var again = Run(
            $"New-AdversarialExample {Model} -Attack PGD -Steps 5 -Epsilon 8 -BatchSize 16 -Destination '{folder}' -Force");
        Assert.Empty(again.ErrorIds);
        Assert.Equal(first.Length, File.ReadAllBytes(Path.Combine(folder, "pgd-eps8.npy")).Length);
    }

    [Fact]
    public void Saved_examples_are_judged_as_the_attack_that_made_them()
    {
        var folder = Path.Combine(model.Folder, "judged");
        var made = Run($"New-AdversarialExample {Model} -Attack PGD -Steps 5 -Epsilon 40 -Target 1 -Destination '{folder}'");
        Assert.Empty(made.ErrorIds);
        var judged = Run($"Test-AdversarialRobustness {Model} -ExamplePath '{folder}/pgd-eps*.npy'");
        Assert.Empty(judged.ErrorIds);
        Assert.Equal(["Clean", "Saved pgd-eps40"], judged.Output.Select((_, i) => judged.Get(i, "Attack")));
        Assert.Equal((made.Get(0, "Count"), "White"), (judged.Get(1, "Count"), judged.Get(1, "Knowledge")));
        var manifest = File.ReadAllLines((string)made.Get(0, "ManifestPath")!).Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(manifest.Count(cells => cells[3] == cells[6]), judged.Get(1, "Correct"));
        Assert.Equal(40.0, (double)judged.Get(1, "MeanLinf")!, 0.01);

        // Where nothing says what they were made on, nobody knows it.
        File.Delete((string)made.Get(0, "OriginPath")!);
        Assert.Equal("Unknown", Run($"Test-AdversarialRobustness {Model} -ExamplePath '{folder}/pgd-eps*.npy'").Get(1, "Knowledge"));

        // Without the manifest the rows would be taken for other images; there are fewer of them, so nothing tells.
        File.WriteAllText((string)made.Get(0, "ManifestPath")!, "file,row,index,label\npgd-eps40.npy,0,0,9\n");
        Assert.Equal(["ExampleLabelMismatch"], Run($"Test-AdversarialRobustness {Model} -ExamplePath '{folder}/pgd-eps40.npy'").ErrorIds);
        File.WriteAllText((string)made.Get(0, "ManifestPath")!, "file,row,index,label\n");
        Assert.Equal(["ExampleInvalid"], Run($"Test-AdversarialRobustness {Model} -ExamplePath '{folder}/pgd-eps40.npy'").ErrorIds);
        Assert.Equal(["ExampleInvalid"], Run($"Test-AdversarialRobustness '{model.Path}' shapes -First 2 -ExamplePath '{folder}/pgd-eps40.npy'").ErrorIds);
    }

    [Fact]
    public void Examples_of_another_model_are_made_in_the_black_and_those_of_a_copy_in_the_white()
    {
        var (copy, other) = (Path.Combine(model.Folder, "copy.safetensors"), Path.Combine(model.Folder, "other.safetensors"));
        File.Copy(model.Path, copy, overwrite: true);
        Assert.Empty(Run($"Build-Classifier shapes -Architecture small -Epochs 1 -Seed 7 -Destination '{other}' -Force").ErrorIds);
        var arguments = "-Attack PGD, RAND -Steps 10 -Epsilon 24";
        var own = Run($"Test-AdversarialRobustness {Model} {arguments}");
        var white = Run($"Test-AdversarialRobustness {Model} {arguments} -SurrogatePath '{copy}'");
        var black = Run($"Test-AdversarialRobustness {Model} {arguments} -SurrogatePath '{other}'");
        Assert.Empty(own.ErrorIds.Concat(white.ErrorIds).Concat(black.ErrorIds));
        Assert.Equal([null, "White", "Black", null], own.Output.Select((_, i) => own.Get(i, "Knowledge")));
        Assert.Equal([null, "White", "White", null], white.Output.Select((_, i) => white.Get(i, "Knowledge")));
        Assert.Equal([null, "Black", "Black", null], black.Output.Select((_, i) => black.Get(i, "Knowledge")));
        Assert.Equal((other, null), (black.Get(1, "SurrogatePath"), own.Get(1, "SurrogatePath")));
        Assert.Equal(own.Output.Select((_, i) => own.Get(i, "Correct")), white.Output.Select((_, i) => white.Get(i, "Correct")));
        Assert.Equal(own.Get(0, "Correct"), black.Get(0, "Correct"));
        Assert.True((int)black.Get(1, "Correct")! >= (int)own.Get(1, "Correct")!);

        // Saved, they are judged as they were made: the predictions of the manifest are the judged model's.
        var folder = Path.Combine(model.Folder, "transferred");
        var made = Run($"New-AdversarialExample {Model} -Attack PGD -Steps 10 -Epsilon 24 -SurrogatePath '{other}' -Destination '{folder}'");
        var judged = Run($"Test-AdversarialRobustness {Model} -ExamplePath '{folder}/pgd-eps24.npy'");
        Assert.Empty(made.ErrorIds.Concat(judged.ErrorIds));
        Assert.Equal(black.Get(1, "Correct"), judged.Get(1, "Correct"));
        Assert.Equal(("Black", "other.safetensors"), (judged.Get(1, "Knowledge"), judged.Get(1, "SurrogatePath")));
    }

    [Fact]
    public void A_second_classifier_looks_at_what_turned_the_first()
    {
        var second = Path.Combine(model.Folder, "second.safetensors");
        Assert.Empty(Run($"Build-Classifier shapes -Architecture small -Epochs 1 -Seed 9 -Destination '{second}' -Force").ErrorIds);
        var arguments = "-Attack FGSM -Epsilon 40 -WarningVariable said";
        var result = Run($"Test-AdversarialRobustness {Model} {arguments} -WitnessPath '{second}'; $said.Count");
        var own = Run($"Test-AdversarialRobustness {Model} {arguments} -WitnessPath {Model.Split(' ')[0]}; $said.Count");
        Assert.Empty(result.ErrorIds.Concat(own.ErrorIds));
        Assert.Equal((0, 1), (result.Output[^1].BaseObject, own.Output[^1].BaseObject));
        var (turned, right) = ((int)result.Get(1, "Turned")!, (int)result.Get(1, "WitnessRight")!);
        Assert.InRange(turned, 1, int.MaxValue);
        Assert.InRange(right + (int)result.Get(1, "WitnessTurned")!, 0, turned);
        Assert.Equal((0, turned), (own.Get(1, "WitnessRight"), own.Get(1, "WitnessTurned")));
        Assert.True((double)result.Get(1, "SemanticDistance")! > 0);
        Assert.Null(result.Get(0, "WitnessRight"));
        Assert.Equal(["PathNotFound"], Run($"Test-AdversarialRobustness {Model} {arguments} -WitnessPath none.safetensors").ErrorIds);
    }

    [Fact]
    public void A_described_model_is_attacked_through_its_defence_and_in_the_grey_without_it()
    {
        var path = Path.Combine(model.Folder, "behind.yaml");
        File.WriteAllText(path, "version: 1\nclassifier: shapes.safetensors\ndefences:\n  - kind: jpeg\n    quality: 30\n  - kind: noise\n    sigma: 4\n");
        var arguments = $"'{path}' shapes -First 40 -Attack PGD -Steps 8 -Epsilon 32 -WarningVariable said";
        var white = Run($"Test-AdversarialRobustness {arguments} -ExpectationDraws 2; $said.Count");
        var grey = Run($"Test-AdversarialRobustness {arguments} -SurrogatePath '{model.Path}'; $said.Count");
        Assert.Empty(white.ErrorIds.Concat(grey.ErrorIds));
        Assert.Equal(("White", "Grey"), (white.Get(1, "Knowledge"), grey.Get(1, "Knowledge")));
        Assert.Equal(white.Get(0, "Correct"), grey.Get(0, "Correct"));
        Assert.True((int)white.Get(1, "Correct")! <= (int)grey.Get(1, "Correct")!);
        // One draw a gradient is said; two are not.
        Assert.Equal((0, 1), (white.Output[^1].BaseObject, grey.Output[^1].BaseObject));
        var again = Run($"Test-AdversarialRobustness {arguments} -ExpectationDraws 2 -BatchSize 7");
        Assert.Equal(white.Get(1, "Correct"), again.Get(1, "Correct"));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        var folder = Path.Combine(model.Folder, "none");
        var result = Run($"New-AdversarialExample {Model} -Epsilon 8 -Destination '{folder}' -WhatIf");
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("-Epsilon 300", "EpsilonOutOfRange")]
    [InlineData("-Epsilon eight", "EpsilonInvalid")]
    [InlineData("-Epsilon .03", "EpsilonUnitRequired")]
    [InlineData("-Epsilon (8/255)", "EpsilonUnitRequired")]
    [InlineData("-Attack PGD-L2 -EpsilonL2 40000", "EpsilonOutOfRange")]
    [InlineData("-Attack PGT", "AttackUnknown")]
    [InlineData("-Target 99", "TargetInvalid")]
    [InlineData("-Target worst", "TargetInvalid")]
    [InlineData("-PlotPath plot.gif", "PlotFormatUnknown")]
    [InlineData("-Quiet", "QuietIncomplete")]
    public void A_misuse_is_one_error(string parameters, string id) =>
        Assert.Equal([id], Run($"Test-AdversarialRobustness {Model} {parameters}").ErrorIds);

    [Fact]
    public void A_destination_that_is_a_file_is_refused_before_the_attack() =>
        Assert.Equal(
            ["FileNotWritable"],
            Run($"New-AdversarialExample {Model} -Steps 1000000 -Destination '{model.Path}'").ErrorIds);

    [Fact]
    public void A_missing_model_is_one_error()
    {
        Assert.Equal(["PathNotFound"], Run("Test-AdversarialRobustness none.safetensors shapes").ErrorIds);
        var text = Path.Combine(model.Folder, "text.onnx");
        File.WriteAllText(text, "no model");
        Assert.Equal(["OnnxInvalid"], Run($"Test-AdversarialRobustness '{text}' shapes -Attack RAND").ErrorIds);
    }

    [Fact]
    public void Ctrl_C_ends_a_long_attack_within_a_second()
    {
        using var session = new ModuleSession();
        using var shell = session.Shell();
        shell.AddScript($"Test-AdversarialRobustness {Model} -Attack PGD -Epsilon 8 -Steps 1000000");
        var running = shell.BeginInvoke();
        Thread.Sleep(3000);
        Assert.False(running.IsCompleted);
        var clock = Stopwatch.StartNew();
        shell.Stop();
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
    }

    [Fact]
    public void Names_of_attacks_and_targets_are_completed()
    {
        var result = Run(
            "foreach ($text in 'Test-AdversarialRobustness x y -Attack APGD-C', 'New-AdversarialExample x y -Target l') {"
            + "(TabExpansion2 $text $text.Length).CompletionMatches.CompletionText }");
        Assert.Equal(["APGD-CE", "APGD-CE-L2", "APGD-CE-L1", "least-likely"], result.Output.Select(item => item.BaseObject));
    }

    private RunResult Run(string script) => model.Session.Run(script);
}
