using System.Text;
using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>What Invoke-MetalArtifactReduction takes, and what becomes of it.</summary>
public sealed class MetalArtifactReductionTests(ModuleSession session) : SliceFolderTests(session), IClassFixture<ModuleSession>
{
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
    [InlineData("big_endian.dcm", "DicomSyntaxUnsupported")]
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
            Assert.Equal(body, output);
            Assert.All(SliceFiles.Read(In($"out/a.{method}.difference.npy")), value => Assert.Equal(0, value));
        }
    }

    // int16 stays int16, and a PNG keeps its bytes; a stack's slice has the values.
    [Fact]
    public void A_file_without_metal_comes_back_byte_by_byte()
    {
        var header = Encoding.ASCII.GetBytes("{'descr': '<i2', 'fortran_order': False, 'shape': (32, 32), }\n");
        var pixels = SliceFiles.Body(metalRadius: 0).SelectMany(value => BitConverter.GetBytes((short)value));
        File.WriteAllBytes(In("a.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. pixels]);
        Reduce("\"$Folder/a.npy\"", "-Method None -Format Png -Destination \"$Folder/png\"");
        File.Copy(In("png/a.none.png"), In("b.png"));
        SliceFiles.Write(In("c.npy"), SliceFiles.Body(metalRadius: 0), 1, 32, 32);
        Assert.Empty(Reduce("\"$Folder/a.npy\", \"$Folder/b.png\", \"$Folder/c.npy\"", "-Method NMAR").ErrorIds);
        Assert.Equal(File.ReadAllBytes(In("a.npy")), File.ReadAllBytes(In("out/a.nmar.npy")));
        Assert.Equal(File.ReadAllBytes(In("b.png")), File.ReadAllBytes(In("out/b.nmar.png")));
        Assert.Equal(SliceFiles.Body(metalRadius: 0), SliceFiles.Read(In("out/c_0000.nmar.npy")));
    }

    // A threshold in the tissue: an error a slice, no file, and the next one goes on.
    [Fact]
    public void Metal_that_is_most_of_the_body_is_refused_unless_forced()
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        SliceFiles.Write(In("b.npy"), SliceFiles.Body());
        var refused = Reduce("\"$Folder/a.npy\", \"$Folder/b.npy\"", "-Method LI -MetalThreshold -500");
        Assert.Empty(refused.Output);
        Assert.Equal(2, refused.Errors.Count(error => error.FullyQualifiedErrorId.StartsWith("MetalImplausible", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(In("out")) && Directory.EnumerateFiles(In("out")).Any());
        Assert.Single(Reduce("\"$Folder/a.npy\"", "-Method LI -MetalThreshold -500 -Force").Output);
    }

    [Fact]
    public void A_series_without_metal_and_metal_that_is_half_the_body_are_said_once()
    {
        Directory.CreateDirectory(In("series"));
        for (var i = 0; i < 3; i++) SliceFiles.Write(In($"series/{i}.npy"), SliceFiles.Body());
        var none = Reduce("\"$Folder/series\"", "-Method LI, NMAR -MetalThreshold 3500");
        var warning = Assert.Single(none.Warnings);
        Assert.Contains("3 slices", warning, StringComparison.Ordinal);
        Assert.Contains("cut off", warning, StringComparison.Ordinal);
        Assert.Empty(Reduce("\"$Folder/series\"", "-Method LI -Force").Warnings);
        SliceFiles.Write(In("half.npy"), SliceFiles.Body(metalRadius: 5));
        Assert.Contains("% of the body", Assert.Single(Reduce("\"$Folder/half.npy\"", "-Method LI -Force").Warnings), StringComparison.Ordinal);
        var few = Reduce("\"$Folder/series\"", "-Method LI -MinimumMetalPixels 1000 -Force");
        Assert.All(few.Output, slice => Assert.Equal(0, slice.Properties["MetalPixels"].Value));
        var wide = Reduce("\"$Folder/series/0.npy\"", "-Method LI -MetalMargin 1 -Force");
        Assert.True((int)wide.Get(0, "MetalPixels")! > 12);
    }

    [Theory]
    [InlineData("Npy", "npy")]
    [InlineData("Png", "png")]
    public void The_difference_is_that_of_the_files(string format, string extension)
    {
        var body = SliceFiles.Body();
        for (var i = 0; i < body.Length; i++) body[i] += i % 7;
        SliceFiles.Write(In("a.npy"), body);
        Assert.Empty(Reduce("\"$Folder/a.npy\"", $"-Method NMAR -Format {format}").ErrorIds);
        Assert.Empty(Reduce($"\"$Folder/out/a.nmar.{extension}\"", "-Method None -Format Npy -Destination \"$Folder/read\"").ErrorIds);
        var output = SliceFiles.Read(In("read/a.nmar.none.npy"));
        var difference = SliceFiles.Read(In("out/a.nmar.difference.npy"));
        for (var i = 0; i < body.Length; i++) Assert.Equal(output[i] - body[i], difference[i], 1e-3f);
        Assert.Contains(difference, value => Math.Abs(value) > 1);
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

    [Theory]
    [InlineData("-Geometry nowhere", "GeometryUnknown")]
    [InlineData("-Force -Resume", "ForceAndResume")]
    [InlineData("-AutomaticThreshold -MetalThreshold 2500", "ThresholdTwice")]
    [InlineData("-MinimumMetalPixels 0", "OptionOutOfRange")]
    [InlineData("-MetalMargin 65", "OptionOutOfRange")]
    [InlineData("-MetalThreshold 1e9", "OptionOutOfRange")]
    [InlineData("-Method TV -Iterations 0", "OptionOutOfRange")]
    [InlineData("-Method TV -Lambda 1e300", "OptionOutOfRange")]
    public void Misuse_ends_the_command_before_anything_is_read(string parameters, string id)
    {
        SliceFiles.Write(In("a.npy"), SliceFiles.Body());
        var result = Run($"param($Folder) Invoke-MetalArtifactReduction \"$Folder/a.npy\" {parameters} -Destination \"$Folder/out\"");
        Assert.Equal([id], result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.Empty(Written());
    }
}
