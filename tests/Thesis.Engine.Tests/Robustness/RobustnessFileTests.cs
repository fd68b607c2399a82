using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The files of an evaluation: examples and where they come from, the table of images, the plot.</summary>
public sealed class RobustnessFileTests : EvaluationTests
{
    [Fact]
    public void Distances_of_successes_are_those_of_the_images_that_were_turned()
    {
        var row = Assert.Single(Evaluate(["CW"], []).Attacks);
        double[] lengths = [.. row.Images.Where(image => image.Reached).Select(image => image.L2).Order()];
        Assert.Equal(12, lengths.Length);
        Assert.Equal(lengths.Average(), row.SuccessMeanDistance!.Value, 1e-9);
        Assert.Equal((lengths[5] + lengths[6]) / 2, row.SuccessMedianDistance!.Value, 1e-9);
        var path = Folder["images.csv"];
        ImageTable.Write(Evaluate(["FGSM", "CW"], [8]), path, overwrite: false);
        var lines = File.ReadAllLines(path);
        Assert.Equal(25, lines.Length);
        Assert.StartsWith("index,label,clean_prediction,attack,norm,epsilon,epsilon_fraction,prediction,turned,goal_reached,linf,l2,", lines[0], StringComparison.Ordinal);
        Assert.Equal(11, lines.Count(line => line.Contains(",FGSM,Linf,8,", StringComparison.Ordinal) && line.Split(',')[8] == "true"));
    }

    [Fact]
    public void Files_of_examples_agree_with_their_manifest()
    {
        var attack = AttackCatalogue.Create("FGSM", AttackSettings.Default);
        var files = new AdversarialExampleFiles(Images, attack, [new(8), new(16)], Folder["out"], overwrite: false);
        var made = files.Write(Network, Network, (Identity, null), new AttackRunOptions { BatchSize = 7 }, Context);
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
            () => new AdversarialExampleFiles(Images, attack, [new(8)], Folder["out"], overwrite: false));
        Assert.Equal("FileExists", again.ErrorId);
    }

    [Fact]
    public void Examples_say_on_which_model_and_how_they_were_made()
    {
        var attack = AttackCatalogue.Create("PGD", new AttackSettings { Steps = 3, RelativeStep = 0.5 });
        var files = new AdversarialExampleFiles(Images, attack, [new(8)], Folder["made"], overwrite: false);
        var surrogate = new ModelIdentity("other.onnx", ["11", "22"]);
        files.Write(Network, Network, (Identity, surrogate), new AttackRunOptions { Seed = 5, Target = new TargetChoice.OneClass(3) }, Context);
        var origin = SavedExamples.Read(Path.Combine(Folder["made"], "pgd-eps8.npy"), Images, Context).Origin!;
        Assert.Equal(("net", "other.onnx", "PGD", 5L, "3"), (origin.Model.File, origin.Surrogate!.File, origin.Attack, origin.Seed, origin.Target));
        Assert.Equal((3, 0.5, "Linf"), ((int)origin.Settings!["steps"]!, (double)origin.Settings["relative_step"]!, (string)origin.Settings["norm"]!));
        Assert.Equal([8.0], origin.Epsilons);
        foreach (var (hashes, knowledge) in new[]
        {
            (new[] { "22" }, AttackerKnowledge.White), (["33", "11"], AttackerKnowledge.Grey), (["33"], AttackerKnowledge.Black),
        })
        {
            var options = Options([], []) with { ExamplePaths = [Path.Combine(Folder["made"], "pgd-eps8.npy")], Model = new ModelIdentity("judged", hashes) };
            var row = Assert.Single(RobustnessEvaluator.Evaluate(Network, Images, options, Context).Attacks);
            Assert.Equal((knowledge, knowledge == AttackerKnowledge.White ? null : "other.onnx"), (row.Knowledge!.Value, row.SurrogatePath));
        }

        File.WriteAllText(files.OriginPath, "{ \"version\": 2 }");
        Assert.Equal("ExampleOriginInvalid", Assert.Throws<InputException>(
            () => SavedExamples.Read(Path.Combine(Folder["made"], "pgd-eps8.npy"), Images, Context)).ErrorId);
    }

    [Fact]
    public void The_plot_is_written_as_its_extension_says()
    {
        var report = Evaluate(["FGSM", "CW"], [0, 8]);
        RobustnessPlot.Write(report, "test", Folder["plot.svg"], overwrite: false);
        Assert.Contains("<svg", File.ReadAllText(Folder["plot.svg"]), StringComparison.Ordinal);
        Assert.Equal("PlotFormatUnknown", Assert.Throws<InputException>(
            () => RobustnessPlot.Write(report, "test", Folder["plot.gif"], overwrite: false)).ErrorId);
    }
}
