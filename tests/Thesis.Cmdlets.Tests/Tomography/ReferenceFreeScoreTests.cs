using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Measure-ImageQuality where there is no truth.</summary>
public sealed class ReferenceFreeScoreTests : IClassFixture<ModuleSession>, IDisposable
{
    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-free-").FullName;

    public ReferenceFreeScoreTests(ModuleSession session) => _session = session;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_image_is_what_it_was_made_from()
    {
        const int size = 96;
        var body = new float[size * size];
        for (var i = 0; i < body.Length; i++)
        {
            double Distance(double row, double column) => double.Hypot((i / size) - row, (i % size) - column);
            body[i] = Distance(30, 30) < 3 ? 4000 : Distance(48, 48) < 40 ? 40 : -1000;
        }

        SliceFiles.Write(In("a.npy"), body, size, size);
        var result = Run("Measure-ImageQuality \"$Folder/a.npy\" -SourcePath \"$Folder/a.npy\" -Geometry reduced-64");
        Assert.Empty(result.ErrorIds);
        var score = Assert.Single(result.Output);
        Assert.Equal("Thesis.Cmdlets.ReferenceFreeScore", score.TypeNames[0]);
        Assert.Equal(0.0, score.Properties["Residual"].Value);
        Assert.Equal(1.0, score.Properties["EdgeRatio"].Value);
        Assert.Equal(0.0, score.Properties["SoftTissueDriftHu"].Value);
        Assert.Null(score.Properties["BoneDriftHu"].Value);
        Assert.True((int)score.Properties["MetalPixels"].Value > 0);
    }

    [Fact]
    public void Reduced_slices_of_a_pipeline_are_compared_with_their_sources_and_averaged()
    {
        for (var i = 0; i < 3; i++) SliceFiles.Write(In($"s{i}.npy"), SliceFiles.Body(2, 14 + i));
        const string reduce = "Invoke-MetalArtifactReduction $Folder -Method LI, NMAR -Geometry reduced-64 -Destination \"$Folder/out\"";
        var result = Run($"{reduce} | Measure-ImageQuality -Geometry reduced-64 -ByGroup");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["LI", "LI", "NMAR", "NMAR"], result.Output.Select(score => (string)score.Properties["Method"].Value));
        Assert.All(result.Output, score => Assert.Equal(3, score.Properties["Count"].Value));
        Assert.All(result.Output, score => Assert.InRange((double)score.Properties["Residual"].Value, 1e-6, 1));
    }

    [Fact]
    public void Without_truth_and_source_the_error_says_what_to_give()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        Assert.Equal(["TruthNotFound"], Run("Measure-ImageQuality \"$Folder/a.npy\"").ErrorIds);
        Assert.Equal(["SourceMissing"], Run("Measure-ImageQuality \"$Folder/a.npy\" -NoTruth").ErrorIds);
        Assert.Equal(["GeometryUnknown"], Run("Measure-ImageQuality \"$Folder/a.npy\" -Geometry none").ErrorIds);
    }

    private RunResult Run(string script) => _session.Run("param($Folder) " + script, ("Folder", _folder));

    private string In(string name) => Path.Combine(_folder, name);
}
