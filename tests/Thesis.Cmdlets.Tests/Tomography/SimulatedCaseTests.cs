using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Simulated metal on its way through the cmdlets.</summary>
public sealed class SimulatedCaseTests(ModuleSession session) : SliceFolderTests(session), IClassFixture<ModuleSession>
{
    [Fact]
    public void A_simulated_case_goes_through_every_cmdlet()
    {
        var result = Run(
            Simulate + "| Invoke-MetalArtifactReduction -Method None, LI, NMAR -Destination \"$Folder/reduced\" "
            + "| Measure-ImageQuality");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["None", "LI", "NMAR"], result.Output.Select((_, i) => (string)result.Get(i, "Method")!));
        Assert.All([1, 2], i => Assert.True((double)result.Get(i, "RmseHu")! < (double)result.Get(0, "RmseHu")!));
        Assert.All([1, 2], i => Assert.True((double)result.Get(i, "PsnrWindow")! > (double)result.Get(0, "PsnrWindow")!));
        Assert.NotEqual("", result.Get(0, "Group"));
        var missing = new[]
        {
            "metal/scan-1-0000.npy", "metal/scan-1-0000.truth.npy", "metal/scan-1-0000.mask.png",
            "metal/scan-1-0000.sinogram.npy", "metal/scan-1-0000.sinogram.json", "metal/scan-1-0000.trace.npy",
            "metal/scan-1-0000.truth.sinogram.npy", "metal/scan-1-0000.truth.sinogram.json",
            "reduced/scan-1-0000.li.npy", "reduced/scan-1-0000.li.difference.npy", "reduced/scan-1-0000.li.json",
        }.Where(name => !File.Exists(In(name)));
        Assert.Empty(missing);
    }

    [Fact]
    public void A_folder_of_simulated_cases_is_read_as_the_pipeline_is()
    {
        var piped = Run(
            Simulate + "| Invoke-MetalArtifactReduction -Method LI -Destination \"$Folder/piped\" | Measure-ImageQuality");
        var folder = Run(
            "param($Folder) Invoke-MetalArtifactReduction \"$Folder/metal\" -Method LI -Destination \"$Folder/read\" "
            + "| Measure-ImageQuality");
        Assert.Empty(folder.ErrorIds);
        Assert.Single(folder.Output);
        Assert.Equal(piped.Get(0, "RmseHu"), folder.Get(0, "RmseHu"));
        Assert.Equal(File.ReadAllBytes(In("piped/scan-1-0000.li.npy")), File.ReadAllBytes(In("read/scan-1-0000.li.npy")));

        var sinograms = Run("param($Folder) ConvertFrom-Sinogram \"$Folder/metal\" -Destination \"$Folder/images\"");
        Assert.Empty(sinograms.ErrorIds);
        Assert.Equal(["scan-1-0000", "scan-1-0000.truth"], sinograms.Output.Select((_, i) => sinograms.Get(i, "Name")));
    }

    [Fact]
    public void A_mask_that_is_named_stands_in_place_of_the_mask_and_the_trace_of_a_case()
    {
        Assert.Empty(Run(Simulate).ErrorIds);
        var mask = Array.ConvertAll(SliceFiles.Read(In("metal/scan-1-0000.npy")), value => value > 1500 ? 1f : 0f);
        Array.Copy(mask, 0, mask, 64, 63 * 64);
        SliceFiles.Write(In("other.npy"), mask, 64, 64);
        var result = Run(
            "param($Folder) Invoke-MetalArtifactReduction \"$Folder/metal\" -MaskPath \"$Folder/other.npy\" -Method LI "
            + "-Destination \"$Folder/read\"");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(mask.Count(value => value > 0), result.Get(0, "MetalPixels"));
        Assert.Equal(In("other.npy"), result.Get(0, "MaskPath"));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_with_any_number_of_threads()
    {
        foreach (var threads in new[] { 1, 2 })
        {
            var result = Run(
                "param($Folder, $Threads) New-SyntheticScan -Size 64 -Destination \"$Folder/$Threads\" "
                + "| New-MetalArtifact -Count 2 -Geometry reduced-64 -ThreadCount $Threads -Destination \"$Folder/$Threads/m\" "
                + "| Invoke-MetalArtifactReduction -ThreadCount $Threads -Destination \"$Folder/$Threads/r\"",
                ("Threads", threads));
            Assert.Empty(result.ErrorIds);
        }

        foreach (var name in new[] { "m/scan-1-0000_m1.npy", "m/scan-1-0000_m1.sinogram.npy", "r/scan-1-0000_m1.nmar.npy" })
        {
            Assert.Equal(File.ReadAllBytes(In("1/" + name)), File.ReadAllBytes(In("2/" + name)));
        }
    }

    [Fact]
    public void A_sinogram_goes_there_and_back()
    {
        var result = Run(
            "param($Folder) New-SyntheticScan -Size 128 -Destination \"$Folder/scans\" "
            + "| ConvertTo-Sinogram -Geometry reduced-128 -Destination \"$Folder/sinograms\" "
            + "| ConvertFrom-Sinogram -Destination \"$Folder/images\"");
        Assert.Empty(result.ErrorIds);
        var (before, after) = (SliceFiles.Read(In("scans/scan-1-0000.npy")), SliceFiles.Read((string)result.Get(0, "ImagePath")!));
        var middle = Enumerable.Range(0, before.Length).Where(i => i / 128 is > 40 and < 88 && i % 128 is > 40 and < 88).ToArray();
        Assert.Equal(middle.Average(i => before[i]), middle.Average(i => after[i]), 10.0);
        var geometry = File.ReadAllText(In("sinograms/scan-1-0000.sinogram.json"));
        Assert.Contains("\"detector\": \"arc\"", geometry, StringComparison.Ordinal);

        File.Move(In("sinograms/scan-1-0000.sinogram.json"), In("g.json"));
        var named = Run("param($Folder) ConvertFrom-Sinogram \"$Folder/sinograms/scan-1-0000.sinogram.npy\" -Geometry \"$Folder/g.json\" -Format Png -Destination \"$Folder/images\"");
        Assert.Empty(named.ErrorIds);
        Assert.True(File.Exists(In("images/scan-1-0000.fbp.png")));
    }

    [Fact]
    public void A_sinogram_of_another_geometry_is_refused_and_nothing_is_written()
    {
        SliceFiles.Write(In("s.npy"), new float[64 * 64], 64, 64);
        var result = Run("param($Folder) ConvertFrom-Sinogram \"$Folder/s.npy\" -Geometry reduced-64 -Destination \"$Folder/images\"");
        Assert.Equal(["SinogramShapeMismatch"], result.ErrorIds);
        Assert.False(Directory.Exists(In("images")));
    }

    [Fact]
    public void A_geometry_with_an_unknown_key_is_refused_by_name()
    {
        File.WriteAllText(In("g.json"), "{ \"detector\": \"arc\", \"veiws\": 3 }");
        var result = Run("param($Folder) ConvertTo-Sinogram \"$Folder/x.npy\" -Geometry \"$Folder/g.json\" -Destination \"$Folder/o\"");
        Assert.Equal(["GeometryInvalid"], result.ErrorIds);
        Assert.Contains("veiws", result.Errors[0].Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500, 100")]
    [InlineData("900000")]
    public void Sizes_that_no_metal_has_end_the_command_before_anything_is_read(string size)
    {
        var result = Run($"param($Folder) New-MetalArtifact \"$Folder/none.npy\" -MetalSize {size} -Destination \"$Folder/out\"");
        Assert.Equal(["OptionOutOfRange"], result.ErrorIds);
        Assert.Contains("MetalSize", result.Errors[0].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_simulation_does_not_take_the_place_of_its_slice()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        var before = File.ReadAllBytes(In("a.npy"));
        var result = Run("param($Folder) New-MetalArtifact \"$Folder/a.npy\" -Geometry reduced-64 -Destination $Folder -Force");
        Assert.Equal(["TargetIsSource"], result.ErrorIds);
        Assert.Equal(before, File.ReadAllBytes(In("a.npy")));
        Assert.Equal([In("a.npy")], Directory.GetFiles(Folder));
    }

    [Fact]
    public void Files_of_a_record_are_looked_for_where_the_session_is()
    {
        Assert.Empty(Run(Simulate).ErrorIds);
        var result = Run(
            "param($Folder) $path = $ExecutionContext.SessionState.Path; $before = $path.CurrentLocation; "
            + "[void]$path.SetLocation(\"$Folder/metal\"); "
            + "[pscustomobject]@{ ImagePath = 'scan-1-0000.npy'; SinogramPath = 'scan-1-0000.sinogram.npy'; "
            + "TracePath = 'scan-1-0000.trace.npy'; MaskPath = 'scan-1-0000.mask.png' } "
            + "| Invoke-MetalArtifactReduction -Method LI -Destination \"$Folder/out\"; [void]$path.SetLocation($before)");
        Assert.Empty(result.ErrorIds);
        Assert.Single(result.Output);
    }

    [Fact]
    public void A_name_that_leads_out_of_the_destination_draws_nothing()
    {
        var result = Run(
            Simulate + "| Invoke-MetalArtifactReduction -Method LI -Destination \"$Folder/reduced\" "
            + "| ForEach-Object { $_.GetType().GetProperty('Name').SetValue($_, '../x'); $_ } "
            + "| Export-ReductionFigure -Destination \"$Folder/figures\"");
        Assert.Equal(["SliceNameInvalid"], result.ErrorIds);
        Assert.False(File.Exists(In("x.png")));
    }

    [Fact]
    public void Averages_are_by_method_and_group()
    {
        var result = Run(
            "param($Folder) New-SyntheticScan -Size 64 -Destination \"$Folder/scans\" "
            + "| New-MetalArtifact -Count 5 -Geometry reduced-64 -Destination \"$Folder/metal\" "
            + "| Invoke-MetalArtifactReduction -Method None, LI -Destination \"$Folder/reduced\" | Measure-ImageQuality -ByGroup");
        Assert.Empty(result.ErrorIds);
        string[] groups = ["largest", "large", "medium", "small", "smallest", "all"];
        Assert.Equal([.. groups, .. groups], result.Output.Select((_, i) => (string)result.Get(i, "Group")!));
        Assert.Equal(5, result.Get(5, "Count"));
        var mean = Enumerable.Range(0, 5).Average(i => (double)result.Get(i, "PsnrWindow")!);
        Assert.Equal(mean, (double)result.Get(5, "PsnrWindow")!, 1e-9);
    }

    [Fact]
    public void A_figure_has_the_input_the_methods_the_truth_and_the_differences()
    {
        var result = Run(
            Simulate + "| Invoke-MetalArtifactReduction -Method LI, NMAR -Destination \"$Folder/reduced\" "
            + "| Export-ReductionFigure -Destination \"$Folder/figures\"");
        Assert.Empty(result.ErrorIds);
        Assert.Equal("input, LI, NMAR, truth, LI - input, NMAR - input", result.Get(0, "Panels"));
        var png = File.ReadAllBytes((string)result.Get(0, "Path")!);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
    }
}
