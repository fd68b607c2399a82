using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Measure-ImageQuality -Aapm and Compare-ImageQuality.</summary>
public sealed class AapmScoreTests(ModuleSession session) : SliceFolderTests(session), IClassFixture<ModuleSession>
{
    private const string Reductions = Simulate + "| Invoke-MetalArtifactReduction -Method None, LI, NMAR -Destination \"$Folder/reduced\" ";

    [Fact]
    public void Scores_of_a_pipeline_have_NMAR_at_2()
    {
        var result = Run(Reductions + "| Measure-ImageQuality -Aapm");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["None", "LI", "NMAR"], result.Output.Select((_, i) => (string)result.Get(i, "Method")!));
        Assert.All(result.Output, score => Assert.Equal("Thesis.Cmdlets.AapmScore", score.TypeNames[0]));
        foreach (var name in new[] { "Accuracy", "Streaks", "Similarity" }) Assert.Equal(2.0, (double)result.Get(2, name)!, 1e-3);
        Assert.Equal((double)result.Get(2, "NmarRmseHu")!, (double)result.Get(2, "RmseHu")!, 1e-3);
        Assert.True((double)result.Get(0, "Mean")! > (double)result.Get(2, "Mean")!);

        // The files alone say as much: of the case, and of what was reduced beside it.
        var alone = Run("param($Folder) Measure-ImageQuality \"$Folder/metal/scan-1-0000.npy\" -Aapm");
        Assert.Equal((double)result.Get(0, "Mean")!, (double)alone.Get(0, "Mean")!, 1e-6);
        var beside = Run(
            "param($Folder) Copy-Item \"$Folder/reduced/scan-1-0000.li.npy\" \"$Folder/metal\"; "
            + "Measure-ImageQuality \"$Folder/metal/scan-1-0000.li.npy\" -Aapm");
        Assert.Equal((double)result.Get(1, "Mean")!, (double)beside.Get(0, "Mean")!, 1e-6);
    }

    [Fact]
    public void What_cannot_be_scored_is_an_error()
    {
        Assert.Empty(Run(Reductions).ErrorIds);
        const string given = "\"$Folder/reduced/scan-1-0000.li.npy\" \"$Folder/metal/scan-1-0000.truth.npy\" -MaskPath \"$Folder/metal/scan-1-0000.mask.png\"";
        Assert.Equal(["SourceMissing"], Run($"param($Folder) Measure-ImageQuality {given} -Aapm").ErrorIds);
        Assert.Equal(["ParametersClash"], Run($"param($Folder) Measure-ImageQuality {given} -Aapm -NoTruth").ErrorIds);
        SliceFiles.Write(In("alone.npy"), SliceFiles.Body());
        Assert.Equal(["TruthNotFound"], Run("param($Folder) Measure-ImageQuality \"$Folder/alone.npy\" -SourcePath \"$Folder/alone.npy\" -Aapm").ErrorIds);
    }

    [Fact]
    public void A_pipeline_gives_records_of_one_kind()
    {
        Assert.Empty(Run(Simulate).ErrorIds);
        SliceFiles.Write(In("alone.npy"), SliceFiles.Body());
        const string images = "'metal/scan-1-0000.npy', 'alone.npy' | ForEach-Object { [pscustomobject]@{ ImagePath = \"$Folder/$_\"; SourcePath = \"$Folder/$_\" } }";
        var mixed = Run($"param($Folder) {images} | Measure-ImageQuality -Geometry reduced-64");
        Assert.Equal(["TruthNotFound"], mixed.ErrorIds);
        Assert.Equal("Thesis.Cmdlets.ImageQualityScore", Assert.Single(mixed.Output).TypeNames[0]);
        var without = Run($"param($Folder) {images} | Measure-ImageQuality -Geometry reduced-64 -NoTruth");
        Assert.Empty(without.ErrorIds);
        Assert.Equal(2, without.Output.Count);
    }

    [Fact]
    public void Methods_are_compared_image_by_image()
    {
        const string scores =
            "param($Folder) $scores = foreach ($i in 1..6) { foreach ($m in 'a', 'b', 'c') { [pscustomobject]@{ Name = \"s$i\"; Method = $m; "
            + "Group = if ($i -lt 3) { 'small' } else { 'large' }; RmseHu = $i + (@{ a = 0; b = $i; c = -1 })[$m]; Empty = $null; Text = 'x' } } }; ";
        var result = Run(scores + "$scores | Compare-ImageQuality -Baseline A");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["b", "c"], result.Output.Select((_, i) => (string)result.Get(i, "Method")!));
        Assert.Equal(3.5, (double)result.Get(0, "Difference")!);
        Assert.Equal(2.0 / 64, (double)result.Get(0, "PValue")!, 1e-12);
        Assert.Equal((-1.0, -1.0), ((double)result.Get(1, "Low")!, (double)result.Get(1, "High")!));
        Assert.Equal(6, result.Get(1, "Lower"));

        var grouped = Run(scores + "$scores | Compare-ImageQuality -Baseline a -ByGroup");
        Assert.Equal(["small", "large", "all", "small", "large", "all"], grouped.Output.Select((_, i) => (string)grouped.Get(i, "Group")!));
        Assert.Equal([2, 4, 6, 2, 4, 6], grouped.Output.Select((_, i) => (int)grouped.Get(i, "Count")!));

        Assert.Equal(["BaselineMissing"], Run(scores + "$scores | Compare-ImageQuality -Baseline z").ErrorIds);
        Assert.Equal(["MetricUnknown"], Run(scores + "$scores[0] | Compare-ImageQuality -Baseline a -Metric None").ErrorIds);
        Assert.Equal(["MetricNotNumber"], Run(scores + "$scores[0] | Compare-ImageQuality -Baseline a -Metric Text").ErrorIds);
        Assert.Equal(["ScoreRepeated"], Run(scores + "$scores[0], $scores[0] | Compare-ImageQuality -Baseline a").ErrorIds);
        Assert.Equal(["PairsMissing"], Run(scores + "$scores[0], $scores[4] | Compare-ImageQuality -Baseline a").ErrorIds);
        Assert.Equal(
            ["ScoreNotSingle"],
            Run("param($Folder) [pscustomobject]@{ Name = ''; Method = 'a'; Count = 3; RmseHu = 1 } | Compare-ImageQuality -Baseline a").ErrorIds);
    }
}
