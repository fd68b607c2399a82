using System.Buffers.Binary;
using Xunit;

namespace Thesis.Cmdlets.Tests.Robustness;

/// <summary>Build-Classifier on a small folder of idx files: 8x8, three classes by the bright third of the image.</summary>
public sealed class BuildClassifierTests : IClassFixture<ModuleSession>, IDisposable
{
    private const string Train =
        "param($Data, $Model) Build-Classifier $Data $Model -Architecture small -BatchSize 16 -ThreadCount 1 ";

    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-test-").FullName;

    public BuildClassifierTests(ModuleSession session)
    {
        _session = session;
        Directory.CreateDirectory(Data);
        WritePart("train", 600, seed: 1);
        WritePart("t10k", 90, seed: 2);
    }

    private string Data => Path.Combine(_folder, "data");

    private string Model => Path.Combine(_folder, "model.safetensors");

    private string Checkpoint => Path.Combine(_folder, "model.checkpoint.safetensors");

    [Fact]
    public void A_classifier_is_trained_and_written_with_its_curve()
    {
        var result = Run("-Epochs 3");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(("small", Data, 90, 3), (result.Get(0, "Architecture"), result.Get(0, "Dataset"), result.Get(0, "TestCount"), result.Get(0, "Epochs")));
        // Chance is a third.
        Assert.True((double)result.Get(0, "TestAccuracy")! > 0.9);
        Assert.True(File.Exists(Model));
        Assert.Equal(4, File.ReadLines((string)result.Get(0, "CurvePath")!).Count());
        Assert.True(File.Exists((string)result.Get(0, "PlotPath")!));
        Assert.False(File.Exists(Checkpoint));
    }

    [Fact]
    public void A_stopped_run_resumes_to_the_same_bytes()
    {
        Assert.Empty(Run("-Epochs 40").ErrorIds);
        var whole = File.ReadAllBytes(Model);
        File.Delete(Model);
        foreach (var file in Directory.GetFiles(_folder, "model.curve.*")) File.Delete(file);
        using (var shell = _session.Shell())
        {
            shell.AddScript(Train + "-Epochs 40").AddParameter("Data", Data).AddParameter("Model", Model);
            var running = shell.BeginInvoke();
            // The first checkpoint is that of the first epoch.
            Assert.True(SpinWait.SpinUntil(() => File.Exists(Checkpoint), TimeSpan.FromSeconds(60)));
            shell.Stop();
            Assert.True(running.IsCompleted);
        }

        Assert.False(File.Exists(Model));
        Assert.Contains("CheckpointExists", Run("-Epochs 40").ErrorIds);
        Assert.Contains("CheckpointMismatch", Run("-Epochs 41 -Resume").ErrorIds);
        Assert.Empty(Run("-Epochs 40 -Resume").ErrorIds);
        Assert.Equal(whole, File.ReadAllBytes(Model));
        Assert.False(File.Exists(Checkpoint));
    }

    [Fact]
    public void Pictures_of_each_epoch_leave_the_model_as_it_is_without_them()
    {
        const string adversarial = "-Epochs 2 -Adversarial PGD -Epsilon 0.1 -EpsilonUnit Fraction -EpsilonWarmup 0.5 -AttackSteps 2 ";
        Assert.Empty(Run(adversarial).ErrorIds);
        var without = File.ReadAllBytes(Model);
        var pictures = Path.Combine(_folder, "pictures");
        var result = Run($"{adversarial} -Force -PicturePath '{pictures}'");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(without, File.ReadAllBytes(Model));
        Assert.Equal((pictures, 64L), (result.Get(0, "PicturePath"), result.Get(0, "Steps")));
        Assert.Equal(["epoch-0001.png", "epoch-0002.png"], Directory.GetFiles(pictures).Select(Path.GetFileName).Order());
        // Ten columns, and rows of images, attacked images and changes.
        var header = File.ReadAllBytes(Path.Combine(pictures, "epoch-0002.png")).AsSpan(16, 8);
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(header), 10 * 56, 1000);
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(header[4..]), 3 * 56, 300);
        File.Delete(Model);
        foreach (var file in Directory.GetFiles(_folder, "model.curve.*")) File.Delete(file);
        Assert.Equal(["FileExists"], Run($"-Epochs 1 -PicturePath '{pictures}'").ErrorIds);
    }

    [Fact]
    public void A_run_may_be_so_many_steps_long()
    {
        var result = Run("-Steps 40");
        Assert.Empty(result.ErrorIds);
        // 500 training images are 32 batches.
        Assert.Equal((2, 40L), (result.Get(0, "Epochs"), result.Get(0, "Steps")));
        Assert.Equal(["TrainingLengthAmbiguous"], Run("-Steps 40 -Epochs 2 -Force").ErrorIds);
    }

    [Fact]
    public void A_budget_between_0_and_1_wants_its_unit()
    {
        Assert.Equal(["EpsilonUnitRequired"], Run("-Epochs 1 -Adversarial PGD -Epsilon 0.3").ErrorIds);
        Assert.Equal(["AdversarialRequired"], Run("-Epochs 1 -EpsilonUnit Fraction").ErrorIds);
    }

    [Fact]
    public void A_folders_model_goes_down_the_pipeline()
    {
        var result = Run("-Epochs 1 | Test-AdversarialRobustness -Attack RAND -Epsilon 0 -First 30");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(30, result.Get(0, "Count"));
    }

    [Theory]
    [InlineData("model.pt", "ModelFormatUnknown")]
    [InlineData("data/train-labels-idx1-ubyte/model.safetensors", "FileNotWritable")]
    public void A_destination_that_will_not_do_is_refused_before_training(string name, string id)
    {
        var result = _session.Run(
            "param($Data, $Model) Build-Classifier $Data $Model -Epochs 1000000 -Architecture small",
            ("Data", Data), ("Model", Path.Combine(_folder, name)));
        Assert.Equal([id], result.ErrorIds);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        Assert.Empty(Run("-Epochs 1 -WhatIf").ErrorIds);
        Assert.Equal([Data], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void An_existing_model_is_replaced_by_force_only()
    {
        File.WriteAllText(Model, "mine");
        Assert.Equal(["FileExists"], Run("-Epochs 1").ErrorIds);
        Assert.Equal("mine", File.ReadAllText(Model));
        Assert.Empty(Run("-Epochs 1 -Force").ErrorIds);
        Assert.NotEqual("mine", File.ReadAllText(Model));
    }

    [Theory]
    [InlineData("-Architecture smal", "ArchitectureUnknown")]
    [InlineData("-ValidationCount 600", "DatasetTooSmall")]
    [InlineData("-LearningRate 1000 -Optimizer SGD", "TrainingDiverged")]
    [InlineData("-LearningRate 1000 -Optimizer sgd", "TrainingDiverged")]
    public void A_bad_parameter_is_one_error(string parameters, string id)
    {
        var result = _session.Run(
            "param($Data, $Model) Build-Classifier $Data $Model -Epochs 20 "
            + (parameters.Contains("Architecture", StringComparison.Ordinal) ? parameters : parameters + " -Architecture small"),
            ("Data", Data), ("Model", Model));
        Assert.Equal([id], result.ErrorIds);
        Assert.False(File.Exists(Model));
    }

    [Fact]
    public void An_unknown_dataset_and_a_lying_file_are_one_error_each()
    {
        Assert.Equal(["DatasetNotFound"], _session.Run("param($Model) Build-Classifier mnsit $Model", ("Model", Model)).ErrorIds);
        File.WriteAllBytes(Path.Combine(Data, "train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 0]);
        Assert.Equal(["LabelCountMismatch"], Run("-Epochs 1").ErrorIds);
    }

    [Fact]
    public void Datasets_and_architectures_complete()
    {
        var names = _session.Run("""
            foreach ($text in 'Build-Classifier fash', 'Build-Classifier mnist -Architecture w') {
                (TabExpansion2 $text $text.Length).CompletionMatches[0].CompletionText
            }
            """);
        Assert.Equal(["fashion-mnist", "wide-resnet"], names.Output.Select(name => name.ToString()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RunResult Run(string parameters) => _session.Run(Train + parameters, ("Data", Data), ("Model", Model));

    private void WritePart(string part, int count, int seed)
    {
        // A test's own draws: the module's generator is not to be had here.
        var state = (uint)seed;
        var pixels = new byte[count * 64];
        for (var i = 0; i < pixels.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            pixels[i] = (byte)((i % 64 / 24 == i / 64 % 3 ? 150 : 20) + (state >> 26));
        }

        File.WriteAllBytes(Path.Combine(Data, part + "-images-idx3-ubyte"), [.. Words(0x803, count, 8, 8), .. pixels]);
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))];
        File.WriteAllBytes(Path.Combine(Data, part + "-labels-idx1-ubyte"), [.. Words(0x801, count), .. labels]);
    }

    private static byte[] Words(params int[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), words[i]);
        return bytes;
    }
}
