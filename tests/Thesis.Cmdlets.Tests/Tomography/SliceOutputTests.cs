using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Which files are written, and which are not replaced.</summary>
public sealed class SliceOutputTests(ModuleSession session) : SliceFolderTests(session), IClassFixture<ModuleSession>
{
    [Fact]
    public void Resume_begins_in_a_folder_that_does_not_exist()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        Assert.Equal("Reduced", Reduce("\"$Folder/a.npy\"", "-Method LI -Resume").Get(0, "Status"));
    }

    [Fact]
    public void A_slice_without_metal_is_unchanged_and_so_is_what_None_gives()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        SliceFiles.Write(In("b.npy"), Array.ConvertAll(SliceFiles.Body(), value => Math.Min(value, 1000)));
        var reduced = Reduce("\"$Folder/a.npy\", \"$Folder/b.npy\"", "-Method LI, None");
        Assert.Equal(
            ["a LI Reduced", "a None Unchanged", "b LI Unchanged", "b None Unchanged"],
            reduced.Output.Select((_, i) => $"{reduced.Get(i, "Name")} {reduced.Get(i, "Method")} {reduced.Get(i, "Status")}"));
        Assert.Equal(File.ReadAllBytes(In("b.npy")), File.ReadAllBytes((string)reduced.Get(2, "ImagePath")!));
        var again = Reduce("\"$Folder/b.npy\"", "-Method LI -Resume");
        Assert.Equal("Skipped", again.Get(0, "Status"));
    }

    [Fact]
    public void Slices_of_one_name_do_not_replace_each_other_with_Force_neither()
    {
        foreach (var folder in new[] { "a", "b" })
        {
            Directory.CreateDirectory(In(folder));
            SliceFiles.Write(In($"{folder}/s.npy"), SliceFiles.Body());
        }

        const string both = "\"$Folder/a\", \"$Folder/b\"";
        foreach (var command in new[] { "ConvertTo-Sinogram", "New-MetalArtifact", "Invoke-MetalArtifactReduction -Method LI" })
        {
            var result = Run($"param($Folder) {command} -Path {both} -Geometry reduced-64 -Destination \"$Folder/out\" -Force");
            Assert.Equal(["TargetTaken"], result.ErrorIds);
            Assert.Equal(In("a/s.npy"), Assert.Single(result.Output).Properties["SourcePath"].Value);
        }

        var figure = Run(
            $"param($Folder) {both} | ForEach-Object {{ Invoke-MetalArtifactReduction $_ -Method LI "
            + "-Geometry reduced-64 -Destination \"$_/out\" } | Export-ReductionFigure -Destination \"$Folder/figures\" -Force");
        Assert.Equal(["TargetTaken"], figure.ErrorIds);
        Assert.Equal("input, LI, LI - input", Assert.Single(figure.Output).Properties["Panels"].Value);
    }

    [Fact]
    public void What_was_reduced_into_the_folder_of_the_series_is_not_reduced_again()
    {
        Directory.CreateDirectory(In("out"));
        SliceFiles.Write(In("out/a.npy"), SliceFiles.Body());
        SliceFiles.Write(In("out/s.npy"), [.. SliceFiles.Body(), .. SliceFiles.Body(3)], 2, 32, 32);
        Assert.Equal(3, Reduce("\"$Folder/out\"", "-Method LI").Output.Count);
        var again = Reduce("\"$Folder/out\"", "-Method LI -Resume");
        Assert.Empty(again.ErrorIds);
        Assert.Equal(["Skipped", "Skipped", "Skipped"], again.Output.Select((_, i) => (string)again.Get(i, "Status")!));
    }

    // Attenuation is a matter of npy files; PNG holds HU, whatever the unit of its source.
    [Fact]
    public void Attenuation_becomes_Hounsfield_units_in_PNG()
    {
        var attenuation = Array.ConvertAll(SliceFiles.Body(), value => 0.192f * (1 + (value / 1000)));
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        SliceFiles.Write(In("b.npy"), attenuation);
        Assert.Empty(Reduce("\"$Folder/a.npy\"", "-Method LI -Format Png").ErrorIds);
        Assert.Empty(Reduce("\"$Folder/b.npy\"", "-Method LI -Format Png -Unit Attenuation").ErrorIds);
        Assert.Empty(Reduce("\"$Folder/b.npy\"", "-Method LI -Unit Attenuation -Force").ErrorIds);
        var difference = Run("param($Folder) Measure-ImageQuality \"$Folder/out/b.li.png\" \"$Folder/out/a.li.png\"");
        Assert.InRange((double)difference.Get(0, "RmseHu")!, 0, 1);
        Assert.InRange(SliceFiles.Read(In("out/b.li.npy")).Max(), 0.5f, 1);
    }

    [Fact]
    public void DICOM_is_written_from_DICOM_only_which_is_said_before_anything_is_computed()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        Assert.Equal(["DicomSourceMissing"], Reduce("\"$Folder/a.npy\"", "-Format Dicom -MetalThreshold -1000").ErrorIds);
        Assert.Empty(Written());
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        Assert.Empty(Reduce("\"$Folder/a.npy\"", "-WhatIf").Output);
        Run("param($Folder) New-SyntheticScan -Destination \"$Folder/out\" -WhatIf");
        Run("param($Folder) New-MetalArtifact \"$Folder/a.npy\" -Destination \"$Folder/out\" -WhatIf");
        Run("param($Folder) ConvertTo-Sinogram \"$Folder/a.npy\" -Destination \"$Folder/out\" -WhatIf");
        Assert.False(Directory.Exists(In("out")));
    }

    [Fact]
    public void Nothing_is_replaced_without_force()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        Assert.Empty(Reduce("\"$Folder/a.npy\"", "-Method LI").ErrorIds);
        var before = File.GetLastWriteTimeUtc(In("out/a.li.npy"));
        Assert.Equal(["FileExists"], Reduce("\"$Folder/a.npy\"", "-Method LI").ErrorIds);
        Assert.Equal(before, File.GetLastWriteTimeUtc(In("out/a.li.npy")));
        Assert.Empty(Reduce("\"$Folder/a.npy\"", "-Method LI -Force").ErrorIds);
    }
}
