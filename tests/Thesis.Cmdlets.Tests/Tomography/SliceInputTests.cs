using System.Globalization;
using System.Text;
using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>What the cmdlets of slices find, refuse and say: folders, series, units, truths, reports.</summary>
public sealed class SliceInputTests(ModuleSession session) : SliceFolderTests(session), IClassFixture<ModuleSession>
{
    private readonly ModuleSession _session = session;

    [Fact]
    public void Recurse_keeps_slices_of_one_name_apart_and_leaves_its_output_out()
    {
        foreach (var folder in new[] { "tree/a", "tree/b/deep" })
        {
            Directory.CreateDirectory(In(folder));
            SliceFiles.Write(In(folder + "/s.npy"), SliceFiles.Body());
        }

        Assert.Equal(["FolderHoldsNoSlice"], Reduce("\"$Folder/tree\"", "-Method LI").ErrorIds);
        const string again = "-Method LI -Recurse -Resume -Destination \"$Folder/tree/out\"";
        var first = Reduce("\"$Folder/tree\"", again);
        Assert.Empty(first.ErrorIds);
        Assert.Equal(["a", Path.Combine("b", "deep")], first.Output.Select(item => item.Properties["Folder"].Value));
        Assert.True(File.Exists(In("tree/out/b/deep/s.li.npy")));
        var second = Reduce("\"$Folder/tree\"", again);
        Assert.Equal(["Skipped", "Skipped"], second.Output.Select(item => item.Properties["Status"].Value));
    }

    [Fact]
    public void Progress_says_n_of_N_and_the_time_left_where_N_is_known()
    {
        Directory.CreateDirectory(In("series"));
        foreach (var name in new[] { "a", "b", "c" }) SliceFiles.Write(In($"series/{name}.npy"), SliceFiles.Body());
        File.WriteAllText(In("series/bad.npy"), "no array");
        SliceFiles.Write(In("series/d.npy"), [.. SliceFiles.Body(), .. SliceFiles.Body()], 2, SliceFiles.Size, SliceFiles.Size);
        Assert.Equal(
            ["slice 1 of 6: a", "slice 2 of 6: b", "slice 4 of 6: c", "slice 5 of 6: d_0000", "slice 6 of 6: d_0001"],
            Shown("Invoke-MetalArtifactReduction \"$Folder/series\" -Method LI -Geometry reduced-64 -Destination \"$Folder/out\""));
        Assert.Equal(
            ["slice 1: a", "slice 2: b"],
            Shown("'a', 'b' | ForEach-Object { \"$Folder/series/$_.npy\" } | ConvertTo-Sinogram -Geometry reduced-64 -Destination \"$Folder/out\""));
    }

    [Fact]
    public void Attenuation_is_not_taken_for_Hounsfield_units_unless_it_is_said()
    {
        SliceFiles.Write(In("mu.npy"), Array.ConvertAll(SliceFiles.Body(), value => 0.192f * (1 + (value / 1000))));
        Assert.Equal(["UnitUnclear"], Reduce("\"$Folder/mu.npy\"", "-Method LI").ErrorIds);
        Assert.Empty(Reduce("\"$Folder/mu.npy\"", "-Method LI -Unit Hounsfield").ErrorIds);
        var said = Reduce("\"$Folder/mu.npy\"", "-Method LI -Unit Attenuation -Force");
        Assert.Empty(said.ErrorIds);
        Assert.NotEqual(0, said.Get(0, "MetalPixels"));
    }

    [Fact]
    public void Measure_finds_the_truths_that_were_written_beside_the_slices()
    {
        var metal = Run(Simulate);
        var expected = Run("param($Folder, $Metal) $Metal | Measure-ImageQuality", ("Metal", metal.Output[0]));
        Assert.Empty(expected.ErrorIds);
        foreach (var script in new[]
        {
            "param($Folder) Measure-ImageQuality \"$Folder/metal/*.npy\"",
            "param($Folder) Get-ChildItem \"$Folder/metal/scan-1-0000.npy\" | Measure-ImageQuality",
            "param($Folder) \"$Folder/metal/scan-1-0000.npy\" | Measure-ImageQuality",
            "param($Folder) Measure-ImageQuality -LiteralPath \"$Folder/metal/scan-1-0000.npy\"",
            "param($Folder) Invoke-MetalArtifactReduction \"$Folder/metal/scan-1-0000.npy\" -Geometry reduced-64 -Method None "
                + "-Destination \"$Folder/reduced\" | Measure-ImageQuality",
        })
        {
            var found = Run(script);
            Assert.Empty(found.ErrorIds);
            Assert.Single(found.Output);
            Assert.Equal((double)expected.Get(0, "RmseHu")!, (double)found.Get(0, "RmseHu")!, 1e-3);
            Assert.Equal(In("metal/scan-1-0000.truth.npy"), found.Get(0, "TruthPath"));
        }

        Assert.Equal(["TruthNotFound"], Run("param($Folder) Measure-ImageQuality \"$Folder/scans/scan-1-0000.npy\"").ErrorIds);
    }

    [Fact]
    public void The_error_in_HU_clips_nothing()
    {
        var truth = SliceFiles.Body();
        var image = (float[])truth.Clone();
        image[0] = -3000;
        SliceFiles.Write(In("truth.npy"), truth);
        SliceFiles.Write(In("image.npy"), image);
        var score = Run("param($Folder) Measure-ImageQuality \"$Folder/image.npy\" \"$Folder/truth.npy\"");
        Assert.Equal(2000.0 / SliceFiles.Size, (double)score.Get(0, "RmseHu")!, 1e-3);
    }

    [Fact]
    public void Several_series_of_a_folder_are_written_apart_and_the_scanners_geometry_is_said()
    {
        Directory.CreateDirectory(In("mixed"));
        var bytes = File.ReadAllBytes(Path.Combine(ModuleSession.Root, "tests/data/scans/square.dcm"));
        File.WriteAllBytes(In("mixed/a.dcm"), bytes);
        var other = Encoding.Latin1.GetString(bytes).Replace("3680043.8.498.1.4", "3680043.8.498.1.7", StringComparison.Ordinal);
        File.WriteAllBytes(In("mixed/b.dcm"), Encoding.Latin1.GetBytes(other));
        var run = Run(
            "param($Folder) Invoke-MetalArtifactReduction \"$Folder/mixed\" -Geometry Auto -Method LI -Destination \"$Folder/out\"");
        Assert.Empty(run.ErrorIds);
        Assert.All(run.Output, item => Assert.StartsWith("series-4-", (string)item.Properties["Folder"].Value, StringComparison.Ordinal));
        Assert.Equal(2, run.Output.Select(item => item.Properties["Folder"].Value).Distinct().Count());
        var said = Assert.Single(run.Warnings, warning => warning.StartsWith("Geometry of", StringComparison.Ordinal));
        Assert.Contains("570 mm from the rotation centre (DistanceSourceToPatient (0018,1111))", said, StringComparison.Ordinal);
        Assert.Contains("give it back within ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_with_wildcards_are_split_by_series_too_and_a_pipeline_warns()
    {
        Directory.CreateDirectory(In("mixed"));
        var bytes = File.ReadAllBytes(Path.Combine(ModuleSession.Root, "tests/data/scans/square.dcm"));
        File.WriteAllBytes(In("mixed/a.dcm"), bytes);
        var other = Encoding.Latin1.GetString(bytes).Replace("3680043.8.498.1.4", "3680043.8.498.1.7", StringComparison.Ordinal);
        File.WriteAllBytes(In("mixed/b.dcm"), Encoding.Latin1.GetBytes(other));
        var split = Reduce("\"$Folder/mixed/*.dcm\"", "-Method LI");
        Assert.Empty(split.Warnings);
        Assert.Equal(2, split.Output.Select(item => item.Properties["Folder"].Value).Distinct().Count());
        var piped = Run(
            "param($Folder) Get-ChildItem \"$Folder/mixed/*.dcm\" | "
            + "Invoke-MetalArtifactReduction -Method LI -Geometry reduced-64 -Destination \"$Folder/piped\"");
        Assert.Equal(2, piped.Output.Count);
        Assert.Contains("another series", Assert.Single(piped.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_has_a_row_and_a_thumbnail_for_each_slice()
    {
        Directory.CreateDirectory(In("series"));
        SliceFiles.Write(In("series/a.npy"), SliceFiles.Body());
        SliceFiles.Write(In("series/b.npy"), SliceFiles.Body(0));
        const string report = "param($Folder) Invoke-MetalArtifactReduction \"$Folder/series\" -Geometry reduced-64 -Method LI "
            + "-Destination \"$Folder/out\" -Resume | Export-ReductionReport -Destination \"$Folder/report\"";
        var run = Run(report);
        Assert.Empty(run.ErrorIds);
        Assert.Equal((2, 1, 1), ((int)run.Get(0, "Slices")!, (int)run.Get(0, "MetalSlices")!, (int)run.Get(0, "Pages")!));
        var rows = File.ReadAllLines(In("report/li.report.csv")).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["name", "a", "b"], rows.Select(row => row[1]));
        var change = SliceFiles.Read(In("out/a.li.difference.npy"));
        var least = double.Parse(rows[1][9], CultureInfo.InvariantCulture);
        Assert.Equal(Math.Min(0, change.Min()), least, 0.01);
        Assert.Equal(["Slice", "0"], rows[2][5..7]);
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G'];
        Assert.Equal(png, File.ReadAllBytes(In("report/li.report.png"))[..4]);
        Assert.Equal(["FileExists"], Run(report).ErrorIds);
    }

    [Theory]
    [InlineData("scan.nii.gz", "NIfTI")]
    [InlineData("scan.nrrd", "NRRD")]
    public void What_others_keep_volumes_in_is_refused_by_name(string name, string format)
    {
        File.WriteAllText(In(name), "x");
        var run = Reduce($"\"$Folder/{name}\"", "-Method LI");
        Assert.Equal(["ImageFormatUnknown"], run.ErrorIds);
        Assert.Contains(format, run.Errors[0].Exception.Message, StringComparison.Ordinal);
    }

    private string[] Shown(string script)
    {
        using var shell = _session.Shell();
        shell.AddScript("param($Folder) " + script).AddParameter("Folder", Folder).Invoke();
        var shown = shell.Streams.Progress.Where(record => record.ActivityId == 1000).ToArray();
        Assert.Equal("done", shown[^1].StatusDescription);
        Assert.Contains(shown, record => record.SecondsRemaining >= 0 || !record.StatusDescription.Contains(" of ", StringComparison.Ordinal));
        return [.. shown[..^1].Select(record => record.StatusDescription)];
    }
}
