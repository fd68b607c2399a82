using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>-VolumeMask: the metal of a series, found in all its slices together.</summary>
public sealed class VolumeMaskTests(ModuleSession session) : SliceFolderTests(session), IClassFixture<ModuleSession>
{
    private const int Slices = 6;
    private const string Parameters = "-Method LI -MinimumMetalPixels 10";

    // Two pixels of a wire in each slice.
    private static float[] Wire(int slice) =>
        WithMetal([(12 + slice, 14), (12 + slice, 15)]);

    private static float[] WithMetal((int Row, int Column)[] metal)
    {
        var values = SliceFiles.Body(metalRadius: 0);
        foreach (var (row, column) in metal) values[(row * SliceFiles.Size) + column] = 3000;
        return values;
    }

    [Fact]
    public void A_wire_whose_pieces_are_too_small_is_found_in_a_stack_and_a_speck_is_not()
    {
        var values = Enumerable.Range(0, Slices).Select(Wire).ToArray();
        values[2][(20 * SliceFiles.Size) + 22] = 3000;
        SliceFiles.Write(In("s.npy"), [.. values.SelectMany(slice => slice)], Slices, SliceFiles.Size, SliceFiles.Size);
        var alone = Reduce("\"$Folder/s.npy\"", Parameters);
        Assert.All(alone.Output, slice => Assert.Equal(0, slice.Properties["MetalPixels"].Value));
        var result = Reduce("\"$Folder/s.npy\"", Parameters + " -VolumeMask -Force -Verbose");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(Slices, result.Output.Count);
        for (var i = 0; i < Slices; i++)
        {
            Assert.Equal(2, result.Get(i, "MetalPixels"));
            Assert.Equal("Volume", result.Get(i, "MetalSource"));
            Assert.Equal(2000.0, result.Get(i, "MetalThreshold"));
            Assert.Equal(i, result.Get(i, "SourceIndex"));
            Assert.Equal(In($"out/s_000{i}.li.mask.png"), result.Get(i, "MaskPath"));
        }
    }

    [Fact]
    public void The_masks_that_are_written_are_read_again_and_give_the_same_bytes()
    {
        WriteSeries();
        Assert.Empty(Reduce("\"$Folder/series\"", Parameters + " -MetalMargin 1 -VolumeMask").ErrorIds);
        for (var i = 0; i < Slices; i++) File.Copy(In($"out/{i}.li.mask.png"), In($"series/{i}.mask.png"));
        var again = Reduce("\"$Folder/series\"", "-Method LI -Destination \"$Folder/again\"");
        Assert.Empty(again.ErrorIds);
        for (var i = 0; i < Slices; i++)
        {
            Assert.Equal("Mask", again.Get(i, "MetalSource"));
            Assert.True((int)again.Get(i, "MetalPixels")! > 6);
            Assert.Equal(File.ReadAllBytes(In($"out/{i}.li.npy")), File.ReadAllBytes(In($"again/{i}.li.npy")));
        }

        // What was reduced into a folder is no slice of it, and its mask is found by who measures it.
        Assert.Equal(Slices, Reduce("\"$Folder/series\"", "-Method LI -Destination \"$Folder/series\"").Output.Count);
        var measured = Run(
            "param($Folder) Measure-ImageQuality \"$Folder/out/0.li.npy\" -TruthPath \"$Folder/series/0.npy\"");
        Assert.Equal(again.Get(0, "MetalPixels"), measured.Get(0, "MetalPixels"));
    }

    [Fact]
    public void The_report_has_the_volumes_metal_of_each_slice_in_their_order()
    {
        WriteSeries();
        var report = Run(
            $"param($Folder) Invoke-MetalArtifactReduction \"$Folder/series\" -Geometry reduced-64 {Parameters} "
            + "-MetalMargin 1 -VolumeMask -Destination \"$Folder/out\" "
            + "| Export-ReductionReport -Destination \"$Folder/report\"");
        Assert.Empty(report.ErrorIds);
        var lines = File.ReadAllLines(In("report/li.report.csv"));
        var columns = lines[0].Split(',');
        var (name, metal, source) = (
            Array.IndexOf(columns, "name"), Array.IndexOf(columns, "metal_pixels"), Array.IndexOf(columns, "metal_source"));
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(Enumerable.Range(0, Slices).Select(i => $"{i}"), rows.Select(row => row[name]));
        Assert.All(rows, row => Assert.Equal("Volume", row[source]));

        // 3 x 4 pixels less the corners; the pieces of the neighbours lie within, but for the pixels under them.
        Assert.All(rows, row => Assert.Equal("8", row[metal]));
    }

    // Files that come one by one are gathered; those with a mask of their own keep it.
    [Fact]
    public void Files_of_a_pipeline_make_a_volume_and_a_slice_with_a_mask_keeps_it()
    {
        WriteSeries();
        const string objects = "param($Folder) 0..5 | ForEach-Object { [pscustomobject]@{ "
            + "ImagePath = \"$Folder/series/$_.npy\"; MaskPath = $(if ($_ -eq 5) { \"$Folder/own.png\" }) } }";
        Assert.Empty(Reduce("\"$Folder/series\"", Parameters + " -VolumeMask").ErrorIds);
        File.Copy(In("out/0.li.mask.png"), In("own.png"));
        var result = Run(
            objects + $" | Invoke-MetalArtifactReduction {Parameters} -VolumeMask -Geometry reduced-64 "
            + "-Destination \"$Folder/one\"");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(
            Enumerable.Repeat("Volume", 5).Append("Mask"),
            result.Output.Select((_, i) => (string)result.Get(i, "MetalSource")!));
        Assert.All(result.Output, slice => Assert.Equal(2, slice.Properties["MetalPixels"].Value));
    }

    [Fact]
    public void Resume_knows_the_volume_and_another_run_without_it_leaves_no_mask_behind()
    {
        WriteSeries();
        var whole = Parameters + " -VolumeMask";
        Assert.Empty(Reduce("\"$Folder/series\"", whole).ErrorIds);
        File.Delete(In("out/3.li.mask.png"));
        var resumed = Reduce("\"$Folder/series\"", whole + " -Resume");
        Assert.Equal(
            ["Skipped", "Skipped", "Skipped", "Reduced", "Skipped", "Skipped"],
            resumed.Output.Select((_, i) => (string)resumed.Get(i, "Status")!));

        // A slice that changes changes the volume: here the wire falls into pieces that are too small.
        SliceFiles.Write(In("series/3.npy"), SliceFiles.Body(metalRadius: 0));
        var differ = Enumerable.Repeat("ResumeSettingsDiffer", Slices);
        Assert.Equal(differ, Reduce("\"$Folder/series\"", whole + " -Resume").ErrorIds);
        Assert.Equal(differ, Reduce("\"$Folder/series\"", Parameters + " -Resume").ErrorIds);
        Assert.Empty(Reduce("\"$Folder/series\"", Parameters + " -Force").ErrorIds);
        Assert.Empty(Directory.GetFiles(In("out"), "*.mask.png"));
    }

    [Fact]
    public void A_slice_that_cannot_be_read_or_is_of_another_size_is_one_error_and_the_others_follow()
    {
        WriteSeries();
        File.WriteAllText(In("series/0b.npy"), "no array");
        SliceFiles.Write(In("series/4b.npy"), new float[16 * 16], 16, 16);
        var result = Reduce("\"$Folder/series\"", "-Method LI -MinimumMetalPixels 2 -VolumeMask");
        Assert.Equal(2, result.ErrorIds.Count);
        Assert.Contains("VolumeSizeMismatch", result.ErrorIds);
        Assert.Equal(Slices, result.Output.Count);
        Assert.Equal(["MetalGivenTwice"], Reduce("\"$Folder/series\"", "-VolumeMask -MaskPath \"$Folder/x.png\"").ErrorIds);
    }

    private void WriteSeries()
    {
        Directory.CreateDirectory(In("series"));
        for (var i = 0; i < Slices; i++) SliceFiles.Write(In($"series/{i}.npy"), Wire(i));
    }
}
