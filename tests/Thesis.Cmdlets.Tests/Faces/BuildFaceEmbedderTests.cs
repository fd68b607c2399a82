using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>Build-FaceEmbedder on the folders of two people, four crops each.</summary>
public sealed class BuildFaceEmbedderTests(FaceFolder folder) : IClassFixture<FaceFolder>
{
    private const string Tiny = "-Width 0.0625 -ImageSize 16 -Epochs 2 -BatchSize 4 -ThreadCount 1 ";

    [Fact]
    public void A_model_is_trained_and_its_faces_clustered()
    {
        var name = Name();
        var result = Run(name, "-Alpha 16 -Seed 4");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(folder[name], result.Get(0, "Path"));
        Assert.Equal(("dcnn", 16, 16, 16),
            (result.Get(0, "Architecture"), result.Get(0, "Rows"), result.Get(0, "Columns"), result.Get(0, "Dimension")));
        Assert.Equal(("L2Softmax", 16.0, 4L), (result.Get(0, "Loss"), result.Get(0, "Alpha"), result.Get(0, "Seed")));
        Assert.Equal((2, 8, 0, null),
            (result.Get(0, "Identities"), result.Get(0, "Images"), result.Get(0, "ValidationCount"),
                result.Get(0, "ValidationAccuracy")));
        Assert.Equal((2, 4L), (result.Get(0, "Epochs"), result.Get(0, "Steps")));
        Assert.True(File.Exists((string)result.Get(0, "CurvePath")!) && File.Exists((string)result.Get(0, "PlotPath")!));
        var found = folder.Run($"Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath {name} -ThreadCount 1");
        Assert.Empty(found.ErrorIds);
        Assert.Equal(8, found.Output.Count);
        Assert.All(found.Output, face => Assert.Equal(
            16, Math.Sqrt(((float[])face.Properties["Feature"].Value).Sum(value => (double)value * value)), 1e-3));
        Assert.StartsWith(Path.GetFileNameWithoutExtension(name), (string)found.Get(0, "Model")!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_run_ends_with_the_same_bytes()
    {
        var (whole, part) = (Name(), Name());
        const string Long = "-Epochs 300 -ValidationShare 0.25 -Shift 1";
        Assert.Empty(Run(whole, Long).ErrorIds);
        var checkpoint = folder[Path.ChangeExtension(part, ".checkpoint.safetensors")];
        using (var shell = folder.Session.Shell())
        {
            var parameters = Tiny.Replace("-Epochs 2", Long, StringComparison.Ordinal);
            shell.AddScript($"Build-FaceEmbedder '{folder["crops"]}' '{folder[part]}' {parameters}");
            var running = shell.BeginInvoke();
            // The first checkpoint is that of the first epoch.
            Assert.True(SpinWait.SpinUntil(() => File.Exists(checkpoint), TimeSpan.FromSeconds(60)));
            shell.Stop();
            Assert.True(running.IsCompleted);
        }

        Assert.True(File.Exists(checkpoint) && !File.Exists(folder[part]));
        Assert.Equal(["CheckpointExists"], Run(part, Long).ErrorIds);
        Assert.Empty(Run(part, Long + " -Resume").ErrorIds);
        Assert.Equal(File.ReadAllBytes(folder[whole]), File.ReadAllBytes(folder[part]));
        Assert.Empty(folder.Leftovers());
    }

    [Fact]
    public void WhatIf_reads_and_writes_nothing()
    {
        var name = Name();
        var result = Run(name, "-WhatIf");
        Assert.Empty(result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.Empty(Directory.GetFiles(folder.Path, Path.GetFileNameWithoutExtension(name) + "*"));
    }

    [Theory]
    [InlineData("crops/dark", "", "IdentitiesTooFew")]
    [InlineData("crops", "-MinimumImages 5", "IdentitiesTooFew")]
    [InlineData("nowhere", "", "PathNotFound")]
    [InlineData("crops/dark/0.png", "", "PathNotFolder")]
    [InlineData("crops", "-Architecture resnet50", "ArchitectureUnknown")]
    [InlineData("crops", "-Architecture all-in-one", "ArchitectureShapeInvalid")]
    [InlineData("crops", "-Loss Softmax -Alpha 20", "AlphaNotUsed")]
    [InlineData("crops", "-Steps 3", "TrainingLengthAmbiguous")]
    [InlineData("crops", "-InitialModel none.safetensors", "ModelNotFound")]
    [InlineData("crops", "-LearningRate 1000 -Loss Softmax", "TrainingDiverged")]
    [InlineData("crops", "-ImageSize 8", "ParameterArgumentValidationError")]
    public void A_misuse_is_one_error_and_leaves_no_model(string path, string parameters, string id)
    {
        var name = Name();
        var given = parameters.Contains("-ImageSize", StringComparison.Ordinal)
            ? Tiny.Replace("-ImageSize 16", "", StringComparison.Ordinal) : Tiny;
        if (id == "TrainingDiverged") given = given.Replace("-Epochs 2", "-Epochs 30", StringComparison.Ordinal);
        var result = folder.Run($"Build-FaceEmbedder {path} {name} {given}{parameters}");
        Assert.Equal([id], result.ErrorIds.Select(found => found.Split(',')[0]));
        Assert.False(File.Exists(folder[name]));
    }

    [Fact]
    public void A_model_of_another_kind_is_no_face_model()
    {
        const string Train = "Build-Classifier shapes other.safetensors -Architecture small -Steps 1 -ThreadCount 1 -Force";
        Assert.Empty(folder.Run(Train).ErrorIds);
        Assert.Equal(["FaceModelUnknown"],
            folder.Run("Get-FaceFeature crops -Aligned -Recurse -ModelPath other.safetensors").ErrorIds);
        var name = Name();
        Assert.Empty(Run(name, "").ErrorIds);
        Assert.Equal(["PixelsFixed"],
            folder.Run($"Get-FaceFeature crops -Aligned -Recurse -ModelPath {name} -PixelScale 128").ErrorIds);
    }

    private static string Name() => $"{Guid.NewGuid():N}.safetensors";

    private RunResult Run(string name, string parameters)
    {
        var given = parameters.Contains("-Epochs", StringComparison.Ordinal)
            ? Tiny.Replace("-Epochs 2", "", StringComparison.Ordinal) : Tiny;
        return folder.Run($"Build-FaceEmbedder crops {name} {given}{parameters}");
    }
}
