using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Build-ArtifactReducer on phantoms of 64 x 64, and the learned methods of Invoke-MetalArtifactReduction.</summary>
public sealed class ArtifactReducerTests : IClassFixture<ModuleSession>, IDisposable
{
    private const string Train =
        "param($Model) Build-ArtifactReducer -Destination $Model -Geometry reduced-64 -Width 2 -BatchSize 2 -ExamplesPerEpoch 4 "
        + "-ValidationCount 2 -ThreadCount 1 ";

    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-test-").FullName;

    public ArtifactReducerTests(ModuleSession session) => _session = session;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Model => At("model.safetensors");

    private string Checkpoint => At("model.checkpoint.safetensors");

    [Fact]
    public void A_model_is_trained_with_its_curve_and_pictures_and_reduces_slices()
    {
        var result = Run(Train + "-Epochs 2");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(("DuDoNet", "G", 64, 4L), (result.Get(0, "Method"), result.Get(0, "Configuration"), result.Get(0, "ImageSize"), result.Get(0, "Steps")));
        Assert.True(double.IsFinite((double)result.Get(0, "ValidationPsnr")!));
        foreach (var path in new[] { "Path", "CurvePath", "PlotPath", "PicturePath" }) Assert.True(File.Exists((string)result.Get(0, path)!), path);
        Assert.False(File.Exists(Checkpoint));
        Assert.Contains("FileExists", Run(Train + "-Epochs 2").ErrorIds);

        var clean = SliceFiles.Body(metalRadius: 0);
        var (metal, none) = (SliceFiles.Write(At("metal.npy"), SliceFiles.Body()), SliceFiles.Write(At("none.npy"), clean));
        var reduced = Reduce($"'{metal}', '{none}' -Method DuDoNet -ModelPath $Model");
        Assert.Empty(reduced.ErrorIds);
        Assert.Equal(clean, SliceFiles.Read((string)reduced.Get(1, "ImagePath")!));
        Assert.NotEqual(SliceFiles.Body(), SliceFiles.Read((string)reduced.Get(0, "ImagePath")!));

        // Resume knows the model, and what was reduced is no slice of its folder.
        var again = Reduce($"'{metal}' -Method DuDoNet -ModelPath $Model -Resume");
        Assert.Equal("Skipped", again.Get(0, "Status"));
        Assert.Empty(Run(Train + "-Epochs 2 -Seed 9 -Force").ErrorIds);
        Assert.Contains("ResumeSettingsDiffer", Reduce($"'{metal}' -Method DuDoNet -ModelPath $Model -Resume").ErrorIds);
        Assert.Contains("ModelMethodMismatch", Reduce($"'{metal}' -Method NMAR -ModelPath $Model").ErrorIds);
    }

    [Fact]
    public void A_stopped_run_resumes_to_the_same_bytes()
    {
        Assert.Empty(Run(Train + "-Epochs 30").ErrorIds);
        var whole = File.ReadAllBytes(Model);
        foreach (var file in Directory.GetFiles(_folder)) File.Delete(file);
        using (var shell = _session.Shell())
        {
            shell.AddScript(Train + "-Epochs 30").AddParameter("Model", Model);
            var running = shell.BeginInvoke();
            Assert.True(SpinWait.SpinUntil(() => File.Exists(Checkpoint), TimeSpan.FromSeconds(120)));
            shell.Stop();
            Assert.True(running.IsCompleted);
        }

        Assert.False(File.Exists(Model));
        Assert.Contains("CheckpointExists", Run(Train + "-Epochs 30").ErrorIds);
        Assert.Contains("CheckpointMismatch", Run(Train + "-Epochs 31 -Resume").ErrorIds);
        Assert.Empty(Run(Train + "-Epochs 30 -Resume").ErrorIds);
        Assert.Equal(whole, File.ReadAllBytes(Model));
    }

    [Theory]
    [InlineData("-Method RDN-CT -Configuration A", "ConfigurationNotUsed")]
    [InlineData("-Width 100000", "OptionOutOfRange")]
    [InlineData("-Path nowhere.npy", "PathNotFound")]
    [InlineData("-Material Unobtainium", "MaterialUnknown")]
    public void A_run_that_cannot_be_is_an_error_and_no_file(string parameters, string id)
    {
        var result = Run(Train.Replace(parameters.Split(' ')[0] + " 2", "", StringComparison.Ordinal) + parameters);
        Assert.Equal([id], result.ErrorIds);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void One_patient_alone_is_refused_and_phantoms_may_join_it()
    {
        var slices = SliceFiles.Write(At("patient.npy"), SliceFiles.Body(metalRadius: 0));
        Assert.Equal(["PatientsTooFew"], Run(Train + $"-Epochs 1 -Path '{slices}' -Unit Hounsfield").ErrorIds);
        Assert.Empty(Run(Train + $"-Epochs 1 -Path '{slices}' -Unit Hounsfield -PhantomShare 0.5").ErrorIds);
    }

    [Fact]
    public void What_if_trains_nothing()
    {
        Assert.Empty(Run(Train + "-WhatIf").ErrorIds);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_learned_method_without_a_model_is_refused()
    {
        var slice = SliceFiles.Write(At("slice.npy"), SliceFiles.Body());
        Assert.Equal(["ModelRequired"], Reduce($"'{slice}' -Method CNNMAR").ErrorIds);
    }

    [Fact]
    public void A_slice_smaller_than_the_network_s_stride_is_an_error_of_that_slice()
    {
        Assert.Empty(Run(Train + "-Epochs 1").ErrorIds);
        var values = new float[12 * 12];
        values[50] = 3000;
        var slice = SliceFiles.Write(At("small.npy"), values, 12, 12);
        Assert.Equal(["SliceSmallerThanStride"], Reduce($"'{slice}' -Method DuDoNet -ModelPath $Model").ErrorIds);
    }

    private RunResult Reduce(string parameters) => Run(
        $"param($Model) Invoke-MetalArtifactReduction {parameters} -Unit Hounsfield -Geometry reduced-64 -Destination '{At("reduced")}'");

    private RunResult Run(string script) => _session.Run(script, ("Model", Model));

    private string At(string name) => Path.Combine(_folder, name);
}
