using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

public sealed class MetalArtifactReductionTests : IClassFixture<ModuleSession>, IDisposable
{
    private const string Simulate =
        "param($Folder) New-SyntheticScan -Size 64 -Destination \"$Folder/scans\" "
        + "| New-MetalArtifact -Shape Rod -MetalSize 800 -Geometry reduced-64 -Destination \"$Folder/metal\"";

    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-test-").FullName;

    public MetalArtifactReductionTests(ModuleSession session) => _session = session;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        var mask = new float[64 * 64];
        mask.AsSpan(20 * 64, 40).Fill(1);
        SliceFiles.Write(In("other.npy"), mask, 64, 64);
        var result = Run(
            "param($Folder) Invoke-MetalArtifactReduction \"$Folder/metal\" -MaskPath \"$Folder/other.npy\" -Method LI "
            + "-Destination \"$Folder/read\"");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(40, result.Get(0, "MetalPixels"));
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

    [Fact]
    public void A_bad_slice_is_one_error_and_the_next_one_is_reduced()
    {
        var nan = SliceFiles.Body();
        nan[40] = float.NaN;
        var hot = SliceFiles.Body();
        hot[40] = 1e9f;
        SliceFiles.Write(In("a.npy"), new float[24 * 32], 24, 32);
        SliceFiles.Write(In("b.npy"), new float[16], 4, 4);
        SliceFiles.Write(In("c.npy"), nan);
        SliceFiles.Write(In("d.npy"), hot);
        File.WriteAllBytes(In("e.npy"), [1, 2, 3]);
        File.WriteAllText(In("f.txt"), "text");
        SliceFiles.Write(In("g.npy"), SliceFiles.Body());
        var result = Reduce("\"$Folder/[a-g].*\"", "-Method LI");
        Assert.Equal(
            ["ImageNotSquare", "ImageTooSmall", "ImageNotFinite", "ImageOutOfRange", "FeatureFileTruncated", "ImageFormatUnknown"],
            result.ErrorIds);
        Assert.Equal("g", Assert.Single(result.Output).Properties["Name"].Value);
        Assert.Equal(["g.li.difference.npy", "g.li.json", "g.li.npy"], Written());
    }

    [Theory]
    [InlineData("jpeg_lossless.dcm", "DicomSyntaxUnsupported")]
    [InlineData("truncated.dcm", "DicomTruncated")]
    [InlineData("explicit_signed16.dcm", "ImageNotSquare")]
    public void A_bad_DICOM_file_is_one_error_with_its_path(string name, string id)
    {
        var scans = Path.Combine(ModuleSession.Root, "tests", "data", "scans");
        var bytes = File.ReadAllBytes(Path.Combine(scans, name == "truncated.dcm" ? "explicit_signed16.dcm" : name));
        File.WriteAllBytes(In(name), name == "truncated.dcm" ? bytes[..^30] : bytes);
        var result = Reduce($"\"$Folder/{name}\"", "");
        Assert.Equal([id], result.ErrorIds);
        Assert.Contains(name, result.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Written());
    }

    [Fact]
    public void A_mask_of_another_size_or_of_three_values_is_refused()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        SliceFiles.Write(In("small.npy"), new float[16 * 16], 16, 16);
        var grey = new float[32 * 32];
        (grey[3], grey[4]) = (1, 2);
        SliceFiles.Write(In("grey.npy"), grey);
        Assert.Equal(["MaskSizeMismatch"], Reduce("\"$Folder/a.npy\"", "-MaskPath \"$Folder/small.npy\"").ErrorIds);
        Assert.Equal(["MaskNotBinary"], Reduce("\"$Folder/a.npy\"", "-MaskPath \"$Folder/grey.npy\"").ErrorIds);
        Assert.Empty(Written());
    }

    [Fact]
    public void Resume_begins_in_a_folder_that_does_not_exist()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        Assert.Equal("Reduced", Reduce("\"$Folder/a.npy\"", "-Method LI -Resume").Get(0, "Status"));
    }

    [Fact]
    public void Metal_that_fills_the_image_is_refused_and_metal_at_the_border_is_not()
    {
        SliceFiles.Write(In("full.npy"), Enumerable.Repeat(3000f, 32 * 32).ToArray());
        var edge = SliceFiles.Body();
        for (var row = 10; row < 14; row++) edge[row * 32] = 3000;
        SliceFiles.Write(In("edge.npy"), edge);
        var result = Reduce("\"$Folder/full.npy\", \"$Folder/edge.npy\"", "-Method LI, NMAR");
        Assert.Equal(["MetalFillsImage", "MetalFillsImage"], result.ErrorIds);
        Assert.Equal(2, result.Output.Count);
        Assert.All(SliceFiles.Read(In("out/edge.nmar.npy")), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Without_metal_the_output_is_the_input()
    {
        var body = SliceFiles.Body(metalRadius: 0);
        body[0] = -2000;
        SliceFiles.Write(In("a.npy"), body);
        var result = Reduce("\"$Folder/a.npy\"", "-Method LI, NMAR, TV, None");
        Assert.Empty(result.ErrorIds);
        Assert.All(result.Output, slice => Assert.Equal(0, slice.Properties["MetalPixels"].Value));
        foreach (var method in new[] { "li", "nmar", "tv", "none" })
        {
            var output = SliceFiles.Read(In($"out/a.{method}.npy"));
            Assert.Equal(-2000, output[0]);
            Assert.All(body.Zip(output), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        }
    }

    [Fact]
    public void The_metal_is_put_back_unless_it_is_left_out()
    {
        var body = SliceFiles.Body();
        SliceFiles.Write(In("a.npy"), body);
        Assert.Empty(Reduce("\"$Folder/a.npy\"", "-Method LI").ErrorIds);
        var metal = Enumerable.Range(0, body.Length).Where(i => body[i] > 2000).ToArray();
        var kept = SliceFiles.Read(In("out/a.li.npy"));
        Assert.All(metal, i => Assert.Equal(3000, kept[i], 0.01));
        Assert.Empty(Reduce("\"$Folder/a.npy\"", "-Method LI -LeaveMetalOut -Force").ErrorIds);
        var left = SliceFiles.Read(In("out/a.li.npy"));
        Assert.All(metal, i => Assert.True(left[i] < 1500, $"{left[i]}"));
    }

    [Fact]
    public void The_threshold_says_what_metal_is()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        var result = Reduce("\"$Folder/a.npy\"", "-Method LI -MetalThreshold 3500");
        Assert.Equal(0, result.Get(0, "MetalPixels"));
        Assert.NotEqual(0, Reduce("\"$Folder/a.npy\"", "-Method LI -MetalThreshold 2500 -Force").Get(0, "MetalPixels"));
    }

    [Fact]
    public void A_stack_gives_numbered_slices_with_a_mask_each()
    {
        SliceFiles.Write(In("s.npy"), [.. SliceFiles.Body(), .. SliceFiles.Body(metalColumn: 12)], 2, 32, 32);
        float[] masks = [.. SliceFiles.Body().Select(IsMetal), .. SliceFiles.Body(metalColumn: 12).Select(IsMetal)];
        SliceFiles.Write(In("m.npy"), masks, 2, 32, 32);
        var result = Reduce("\"$Folder/s.npy\"", "-Method LI -MaskPath \"$Folder/m.npy\"");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["s_0000", "s_0001"], result.Output.Select((_, i) => (string)result.Get(i, "Name")!));
        Assert.Equal(1, result.Get(1, "SourceIndex"));
        var threshold = Reduce("\"$Folder/s.npy\"", "-Method LI -Destination \"$Folder/other\"");
        Assert.Equal(File.ReadAllBytes(In("other/s_0001.li.npy")), File.ReadAllBytes(In("out/s_0001.li.npy")));

        static float IsMetal(float value) => value > 2000 ? 1 : 0;
    }

    [Fact]
    public void A_stack_of_masks_fits_no_file_of_one_slice_and_a_stack_is_measured_slice_by_slice()
    {
        SliceFiles.Write(In("s.npy"), [.. SliceFiles.Body(), .. SliceFiles.Body(3)], 2, 32, 32);
        SliceFiles.Write(In("m.npy"), [.. Mask(2), .. Mask(3)], 2, 32, 32);
        SliceFiles.Write(In("one.npy"), SliceFiles.Body());
        Assert.Equal(["SliceCountMismatch"], Reduce("\"$Folder/one.npy\"", "-MaskPath \"$Folder/m.npy\"").ErrorIds);
        Assert.Empty(Written());

        var measured = Run(
            "param($Folder) Invoke-MetalArtifactReduction \"$Folder/s.npy\" -Method None -Geometry reduced-64 "
            + "-MaskPath \"$Folder/m.npy\" -Destination \"$Folder/out\" | Measure-ImageQuality -TruthPath \"$Folder/s.npy\"");
        Assert.Empty(measured.ErrorIds);
        Assert.Equal([Mask(2).Count(value => value > 0), Mask(3).Count(value => value > 0)],
            measured.Output.Select((_, i) => (int)measured.Get(i, "MetalPixels")!));
        Assert.All([0, 1], i => Assert.Equal(0, (double)measured.Get(i, "RmseHu")!, 1e-3));

        static float[] Mask(double radius) => Array.ConvertAll(SliceFiles.Body(radius), value => value > 2000 ? 1f : 0f);
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
        Assert.Equal([In("a.npy")], Directory.GetFiles(_folder));
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
    public void Paths_file_objects_and_records_come_by_the_pipeline()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        foreach (var given in new[]
        {
            "\"$Folder/a.npy\"", "[System.IO.FileInfo]::new(\"$Folder/a.npy\")", "[pscustomobject]@{ ImagePath = \"$Folder/a.npy\" }",
            "[System.IO.DirectoryInfo]::new($Folder)", "$ExecutionContext.SessionState.Path.GetResolvedPSPathFromPSPath($Folder)",
        })
        {
            var result = Run($"param($Folder) {given} | Invoke-MetalArtifactReduction -Method LI -Geometry reduced-64 -Destination \"$Folder/out\" -Force");
            Assert.Empty(result.ErrorIds);
            Assert.Equal("a", Assert.Single(result.Output).Properties["Name"].Value);
        }

        // What a null becomes in a CSV file.
        const string imported = "[pscustomobject]@{ ImagePath = \"$Folder/a.npy\"; MaskPath = ''; SinogramPath = ''; TruthPath = '' }";
        Assert.Empty(Run(
            $"param($Folder) {imported} | Invoke-MetalArtifactReduction -Method LI -Geometry reduced-64 -Destination \"$Folder/csv\"").ErrorIds);
        Assert.Equal(["SliceObjectUnknown"], Run("param($Folder) 42 | Invoke-MetalArtifactReduction -Destination \"$Folder/out\"").ErrorIds);
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

    [Theory]
    [InlineData("-Geometry nowhere", "GeometryUnknown")]
    [InlineData("-Force -Resume", "ForceAndResume")]
    [InlineData("-MetalThreshold 1e9", "OptionOutOfRange")]
    [InlineData("-Method TV -Iterations 0", "OptionOutOfRange")]
    [InlineData("-Method TV -Lambda 1e300", "OptionOutOfRange")]
    [InlineData("-Device gpu", "DeviceNameInvalid")]
    public void Misuse_ends_the_command_before_anything_is_read(string parameters, string id)
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        var result = Run($"param($Folder) Invoke-MetalArtifactReduction \"$Folder/a.npy\" {parameters} -Destination \"$Folder/out\"");
        Assert.Equal([id], result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.Empty(Written());
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

    private RunResult Reduce(string paths, string parameters) => Run(
        $"param($Folder) Invoke-MetalArtifactReduction {paths} -Geometry reduced-64 {parameters}"
        + (parameters.Contains("-Destination", StringComparison.Ordinal) ? "" : " -Destination \"$Folder/out\""));

    private RunResult Run(string script, params (string Name, object? Value)[] parameters) =>
        _session.Run(script, [("Folder", _folder), .. parameters]);

    private string In(string name) => Path.Combine(_folder, name);

    private IEnumerable<string?> Written() => Directory.Exists(In("out"))
        ? Directory.GetFiles(In("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        : [];
}
