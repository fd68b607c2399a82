using System.Security.Cryptography;
using Xunit;

namespace Thesis.Cmdlets.Tests.Robustness;

/// <summary>From a generator to detection, on generated shapes, all of it tiny.</summary>
public sealed class GenerativeCmdletTests : IClassFixture<GenerativeCmdletTests.Models>
{
    private const string OnManifold = "-Adversarial OnManifold -GeneratorPath g.safetensors -InverterPath i.safetensors -AttackSteps 2";

    private readonly Models _models;

    public GenerativeCmdletTests(Models models) => _models = models;

    [Fact]
    public void A_generator_and_its_inverter_say_what_they_are()
    {
        Assert.Equal(("Generator", "dcgan28", "shapes", 2, 4L), (
            _models.Generator.Get(0, "Kind"), _models.Generator.Get(0, "Architecture"), _models.Generator.Get(0, "Source"),
            _models.Generator.Get(0, "Width"), _models.Generator.Get(0, "Iterations")));
        Assert.Equal("Inverter", _models.Inverter.Get(0, "Kind"));
        Assert.True((double)_models.Inverter.Get(0, "LatentError")! > 0);
        foreach (var name in (string[])["Path", "CurvePath", "PlotPath", "SamplesPath"]) Assert.True(File.Exists((string)_models.Inverter.Get(0, name)!));
    }

    [Theory]
    [InlineData("Ali")]
    [InlineData("age")]
    public void A_generator_and_its_inverter_are_trained_at_once(string objective)
    {
        var result = Run($"Build-GenerativeModel shapes {objective}.safetensors -Objective {objective} -InverterDestination {objective}-i.safetensors -Width 2 -LatentLength 8 -Iterations 4 -Interval 2 -BatchSize 4");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(("Generator", "Inverter"), (result.Get(0, "Kind"), result.Get(1, "Kind")));
        Assert.Equal(result.Get(0, "Path"), result.Get(1, "Source"));
        Assert.True((double)result.Get(0, "RelativeSpread")! > 0 && (double)result.Get(1, "ReconstructionError")! > 0);
        var projected = Run($"Invoke-GenerativeProjection {objective}.safetensors shapes -First 3 -Inverter {objective}-i.safetensors -Restarts 1 -Steps 0 -Destination by-{objective}");
        Assert.Equal(0.0, projected.Get(0, "MeanSteps"));
    }

    [Fact]
    public void On_manifold_training_is_another_classifier_and_the_same_one_again()
    {
        string[] files = [.. new[] { "", OnManifold, OnManifold }.Select((adversarial, i) =>
        {
            Assert.Empty(Run($"Build-Classifier shapes m{i}.safetensors -Architecture small -Steps 3 -BatchSize 16 -ThreadCount 1 {adversarial}").ErrorIds);
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(_models.Folder, $"m{i}.safetensors"))));
        })];
        Assert.NotEqual(files[0], files[1]);
        Assert.Equal(files[1], files[2]);
    }

    [Fact]
    public void Images_are_projected_and_batches_change_nothing()
    {
        var one = Run("Invoke-GenerativeProjection g.safetensors shapes -First 5 -Inverter i.safetensors -Restarts 2 -Steps 3 -Destination one");
        var two = Run("Invoke-GenerativeProjection g.safetensors shapes -First 5 -Inverter i.safetensors -Restarts 2 -Steps 3 -BatchSize 2 -Destination two");
        Assert.Empty(one.ErrorIds.Concat(two.ErrorIds));
        Assert.Equal(("InvGAN", 5, 6.0), (one.Get(0, "Method"), one.Get(0, "Count"), one.Get(0, "MeanSteps")));
        Assert.Equal(6, File.ReadLines((string)one.Get(0, "ManifestPath")!).Count());
        Assert.Equal((double)one.Get(0, "MeanError")!, (double)two.Get(0, "MeanError")!, 1e-6);
        Assert.Contains("FileExists", Run("Invoke-GenerativeProjection g.safetensors shapes -First 5 -Destination one").ErrorIds);
    }

    [Fact]
    public void The_optimiser_of_a_projection_is_the_one_that_is_named_however_it_is_written()
    {
        double[] errors = [.. new[] { "Adam", "adam", "sgd" }.Select(name =>
        {
            var result = Run($"Invoke-GenerativeProjection g.safetensors shapes -First 2 -Restarts 1 -Steps 3 -Optimizer {name} -Destination by-{name} -Force");
            Assert.Empty(result.ErrorIds);
            return (double)result.Get(0, "MeanError")!;
        })];
        Assert.Equal(errors[0], errors[1]);
        Assert.NotEqual(errors[0], errors[2]);
    }

    [Fact]
    public void A_defended_model_is_attacked_by_those_who_know_it_unless_told_otherwise()
    {
        var result = Run("Test-AdversarialRobustness defended.yaml shapes -First 4 -Epsilon 25 -Steps 2 -SearchSteps 1 -ProjectionRestarts 1 -ProjectionSteps 2 -ExpectationDraws 2 -JudgingDraws 3");
        Assert.Empty(result.ErrorIds);
        string Row(int i) => FormattableString.Invariant($"{result.Get(i, "Attack")} {result.Get(i, "Knowledge")} {result.Get(i, "ExpectationDraws")} {result.Get(i, "JudgingDraws")}");
        Assert.Equal(
            ["Clean   3", "FGSM-Grey Grey 1 3", "PGD-Grey Grey 1 3", "CW-Grey Grey 1 3", "PGD-BPDA White 2 3", "PGD-Tangent White 2 3", "CW-Latent White 2 3"],
            Enumerable.Range(0, 7).Select(Row));
        Assert.Equal("Worst case", result.Get(7, "Attack"));
        var accuracies = Enumerable.Range(1, 6).Where(i => result.Get(i, "Epsilon") is not null).Select(i => (double)result.Get(i, "Accuracy")!);
        Assert.True((double)result.Get(7, "Accuracy")! <= accuracies.Min());
    }

    [Fact]
    public void Detection_has_two_records_an_attack()
    {
        var result = Run("Measure-AttackDetection defended.yaml shapes -First 6 -Attack PGD-Grey -Epsilon 75 -Steps 2 -CurvePath roc.csv -WitnessPath c.safetensors -WarningVariable said; $said.Count");
        Assert.Empty(result.ErrorIds);
        // The classifier is no witness of itself.
        Assert.Equal(1, result.Output[^1].BaseObject);
        Assert.Equal(["Image", "Semantic"], Enumerable.Range(0, 2).Select(i => result.Get(i, "Distance")));
        Assert.InRange((int)result.Get(0, "WitnessRight")! + (int)result.Get(0, "WitnessTurned")!, 0, (int)result.Get(0, "Turned")!);
        Assert.InRange((double)result.Get(0, "Area")!, (double)result.Get(0, "Lower")!, (double)result.Get(0, "Upper")!);
        Assert.True(File.ReadLines(Path.Combine(_models.Folder, "roc.csv")).Count() > 4);
    }

    [Fact]
    public void Samples_and_projections_are_measured_and_batches_change_nothing()
    {
        var samples = Run("Measure-GeneratedImage g.safetensors shapes -Extractor c.safetensors -Count 30 -First 40 -Splits 2");
        var split = Run("Measure-GeneratedImage g.safetensors shapes -Extractor c.safetensors -Count 30 -First 40 -Splits 2 -BatchSize 7");
        Assert.Empty(samples.ErrorIds.Concat(split.ErrorIds));
        Assert.Equal(("Samples", 30, 40, "layer before the last"), (
            samples.Get(0, "Kind"), samples.Get(0, "Count"), samples.Get(0, "RealCount"), samples.Get(0, "Features")));
        Assert.Equal((double)samples.Get(0, "FrechetDistance")!, (double)split.Get(0, "FrechetDistance")!, 1e-3);
        Assert.InRange((double)samples.Get(0, "InceptionScore")!, 1, 10);
        var projected = Run("Invoke-GenerativeProjection g.safetensors shapes -First 30 -Restarts 1 -Steps 1 -Destination p | Measure-GeneratedImage -Extractor c.safetensors -First 40");
        Assert.Empty(projected.ErrorIds);
        Assert.Equal(("Images", 30), (projected.Get(0, "Kind"), projected.Get(0, "Count")));
        Assert.True((double)projected.Get(0, "FrechetDistance")! > 0);
    }

    [Fact]
    public void Smoothing_certifies_less_within_larger_radii()
    {
        var result = Run("Test-CertifiedRobustness c.safetensors shapes -Sigma 16 -Radius 8, 32 -Draws 50 -SelectionDraws 10 -Alpha 0.05 -First 5 -ImageTablePath radii.csv");
        Assert.Empty(result.ErrorIds);
        Assert.Equal([0.0, 8.0, 32.0], Enumerable.Range(0, 3).Select(i => (double)result.Get(i, "Radius")!));
        var accuracies = Enumerable.Range(0, 3).Select(i => (double)result.Get(i, "Accuracy")!).ToArray();
        Assert.Equal(accuracies.OrderDescending(), accuracies);
        // Phi^-1(.05^(1/50)) = 1.5705.
        Assert.Equal(16 * 1.5705, (double)result.Get(0, "LargestRadius")!, 1e-2);
        Assert.Equal(6, File.ReadLines(Path.Combine(_models.Folder, "radii.csv")).Count());
    }

    [Fact]
    public void Noise_makes_another_classifier_and_the_same_one_again()
    {
        string[] files = [.. new[] { "0", "32", "32" }.Select((sigma, i) =>
        {
            Assert.Empty(Run($"Build-Classifier shapes n{i}.safetensors -Architecture small -Steps 2 -ThreadCount 1 -NoiseSigma {sigma}").ErrorIds);
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(_models.Folder, $"n{i}.safetensors"))));
        })];
        Assert.NotEqual(files[0], files[1]);
        Assert.Equal(files[1], files[2]);
    }

    [Theory]
    [InlineData("Build-Classifier shapes x.safetensors -Adversarial OnManifold -GeneratorPath g.safetensors", "GeneratorRequired")]
    [InlineData("Build-Classifier shapes x.safetensors -Adversarial PGD -LatentBudget 0.1", "AdversarialRequired")]
    [InlineData("Build-Classifier shapes x.safetensors -Epsilon 8 " + OnManifold, "AdversarialRequired")]
    [InlineData("Build-Classifier shapes x.safetensors -NoiseSigma 8 " + OnManifold, "NoiseAndAdversarial")]
    [InlineData("Build-Classifier shapes x.safetensors -Adversarial OnManifold -GeneratorPath g.safetensors -InverterPath other.safetensors", "InverterMismatch")]
    [InlineData("Build-GenerativeModel shapes x.safetensors -Objective Ali", "InverterDestinationInvalid")]
    [InlineData("Build-GenerativeModel shapes x.safetensors -InverterDestination y.safetensors", "InverterDestinationInvalid")]
    [InlineData("Build-GenerativeModel shapes x.safetensors -Objective Age -InverterDestination i.safetensors", "FileExists")]
    [InlineData("Measure-GeneratedImage c.safetensors shapes -Extractor c.safetensors -First 20", "ModelKindWrong")]
    [InlineData("Measure-GeneratedImage g.safetensors shapes -Extractor g.safetensors -First 20", "ClassifierMetadataInvalid")]
    [InlineData("Measure-GeneratedImage g.safetensors shapes -Extractor c.safetensors -Count 5 -First 20", "ImageCountInvalid")]
    [InlineData("Build-Classifier shapes x.safetensors -NoiseSigma 8 -Adversarial PGD", "NoiseAndAdversarial")]
    [InlineData("Test-CertifiedRobustness c.safetensors shapes -Radius 0.5", "EpsilonUnitRequired")]
    [InlineData("Invoke-GenerativeProjection c.safetensors shapes -First 1 -Destination x", "ModelKindWrong")]
    [InlineData("Invoke-GenerativeProjection g.safetensors shapes -First 1 -Inverter other.safetensors -Destination x", "InverterMismatch")]
    [InlineData("Build-GeneratorInverter c.safetensors x.safetensors", "ModelKindWrong")]
    [InlineData("Build-GenerativeModel shapes x.pt", "ModelFormatUnknown")]
    [InlineData("Build-GenerativeModel shapes x.safetensors -Architecture dcgan27", "ArchitectureUnknown")]
    [InlineData("Test-AdversarialRobustness c.safetensors shapes -First 1 -Attack PGD-BPDA", "ProjectionMissing")]
    [InlineData("Measure-AttackDetection c.safetensors shapes -First 1 -Attack FGSM", "ProjectionMissing")]
    public void What_does_not_fit_is_one_error(string command, string id) => Assert.Equal([id], Run(command).ErrorIds);

    private RunResult Run(string command) => _models.Run(command);

    public sealed class Models : IDisposable
    {
        private readonly ModuleSession _session = new();

        public Models()
        {
            Folder = Directory.CreateTempSubdirectory("thesis-generative-").FullName;
            Generator = Run("Build-GenerativeModel shapes g.safetensors -Width 2 -LatentLength 8 -Iterations 4 -Interval 2 -BatchSize 4");
            Inverter = Run("Build-GeneratorInverter g.safetensors i.safetensors -Iterations 2 -Interval 1 -BatchSize 4");
            var classifier = Run("Build-Classifier shapes c.safetensors -Architecture small -Epochs 1");
            var other = Run(
                "Build-GenerativeModel shapes og.safetensors -Width 2 -LatentLength 8 -Iterations 1 -BatchSize 4 -Seed 2;"
                + "Build-GeneratorInverter og.safetensors other.safetensors -Iterations 1 -BatchSize 4");
            Assert.Empty(Generator.ErrorIds.Concat(Inverter.ErrorIds).Concat(classifier.ErrorIds).Concat(other.ErrorIds));
            File.WriteAllText(
                Path.Combine(Folder, "defended.yaml"),
                "version: 1\nclassifier: c.safetensors\ndefences:\n  - kind: bits\n    depth: 5\n  - kind: projection\n    generator: g.safetensors\n"
                + "    inverter: i.safetensors\n    restarts: 2\n    steps: 3\n");
        }

        public string Folder { get; }

        internal RunResult Generator { get; }

        internal RunResult Inverter { get; }

        internal RunResult Run(string command) => _session.Run($"Set-Location -LiteralPath '{Folder}'; {command}");

        public void Dispose()
        {
            _session.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
