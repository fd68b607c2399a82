using System.Diagnostics;
using Thesis.Engine.Data;
using Xunit;

namespace Thesis.Engine.Tests.Data.Scans;

public sealed class DicomDerivationTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly TestFolder _folder = new();

    public static TheoryData<string> Files =>
        ["explicit_signed16.dcm", "implicit_unsigned12.dcm", "explicit_slope.dcm", "implicit_signed12.dcm", "dcmtk_undefined.dcm"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Only_the_tags_of_a_derived_image_change(string name)
    {
        var source = Image(name);
        var derived = DicomDerivation.Create(source, source.ToHounsfield(), new SliceDerivation("Nothing", "MAR"));
        var before = source.File.Data.Elements.ToDictionary(e => e.Tag, Bytes);
        var after = derived.Data.Elements.ToDictionary(e => e.Tag, Bytes);
        var changed = before.Keys.Union(after.Keys)
            .Where(tag => before.GetValueOrDefault(tag) != after.GetValueOrDefault(tag)).Order().Select(tag => tag.ToString());
        Assert.Equal(
            [
                "(0008,0008)", "(0008,0012)", "(0008,0018)", "(0008,103E)", "(0008,2111)", "(0008,2112)", "(0018,A001)",
                "(0020,000E)", "(0020,0011)",
            ],
            changed);
    }

    [Fact]
    public void Values_beyond_the_bits_are_clamped_and_padding_stays()
    {
        var image = Image("explicit_signed16.dcm");
        var values = Enumerable.Repeat(1e6f, 120).ToArray();
        values[1] = -1e6f;
        values[2] = 12.4f;
        var derived = DicomCtImage.From(DicomDerivation.Create(image, values, new SliceDerivation("x", "MAR")));
        var hounsfield = derived.ToHounsfield();
        Assert.Equal([-2000, -32768, 12, 32767], hounsfield[..4]);
        Assert.Equal(-2000, hounsfield[(3 * 12) + 4]);

        var narrow = Image("implicit_unsigned12.dcm");
        Assert.Equal([3071, -1024], DicomCtImage.From(DicomDerivation.Create(narrow, values, new SliceDerivation("x", "MAR"))).ToHounsfield()[..2]);
    }

    [Fact]
    public void Other_pixels_are_another_instance_of_the_same_series()
    {
        var image = Image("explicit_signed16.dcm");
        var values = image.ToHounsfield();
        var first = DicomDerivation.Create(image, values, new SliceDerivation("x", "MAR")).Data;
        values[1] += 1;
        var second = DicomDerivation.Create(image, values, new SliceDerivation("x", "MAR")).Data;
        Assert.NotEqual(first.RequiredText(DicomTag.SopInstance), second.RequiredText(DicomTag.SopInstance));
        Assert.Equal(first.RequiredText(DicomTag.SeriesInstance), second.RequiredText(DicomTag.SeriesInstance));
    }

    [Fact]
    public void Uids_are_fixed_by_the_source_and_what_was_done()
    {
        var image = Image("explicit_signed16.dcm");
        string Uid(string description, ushort element) => DicomDerivation
            .Create(image, image.ToHounsfield(), new SliceDerivation(description, "MAR")).Data.RequiredText(
                element == 0x18 ? new DicomTag(8, element) : new DicomTag(0x20, element));
        Assert.Equal(Uid("a", 0x18), Uid("a", 0x18));
        Assert.NotEqual(Uid("a", 0x18), Uid("b", 0x18));
        Assert.NotEqual(Uid("a", 0x0E), Uid("b", 0x0E));
        Assert.NotEqual(Uid("a", 0x18), Uid("a", 0x0E));
        Assert.Matches("^2\\.25\\.[1-9][0-9]{0,38}$", Uid("a", 0x18));
    }

    // Padding stays, and the top of the range is clamped in 12 bits: so many pixels are not ten higher.
    [Theory]
    [InlineData("explicit_signed16.dcm", 2)]
    [InlineData("dcmtk_undefined.dcm", 2)]
    [InlineData("implicit_unsigned12.dcm", 1)]
    [InlineData("implicit_signed12.dcm", 1)]
    [InlineData("explicit_slope.dcm", 0)]
    [InlineData("rle_signed16.dcm", 2)]
    [InlineData("deflated.dcm", 2)]
    public void Pydicom_and_dcmtk_read_what_is_written(string name, int kept)
    {
        if (Exit(Python, "-c", "import pydicom").Code != 0) Assert.Skip($"{Python} has no pydicom.");
        var image = Image(name);
        var values = Array.ConvertAll(image.ToHounsfield(), value => value + 10);
        var derived = _folder["derived.dcm"];
        using (var stream = File.Create(derived)) DicomDerivation.Create(image, values, new SliceDerivation("Ten added", "MAR")).Write(stream);
        var (code, output) = Exit(Python, TestFolder.Scan("check.py"), TestFolder.Scan(name), derived);
        Assert.True(code == 0, output);
        Assert.Contains("ImageType DERIVED\\SECONDARY\\AXIAL", output, StringComparison.Ordinal);
        Assert.Contains($"Pixels off {kept}\n", output, StringComparison.Ordinal);
        var allowed = new[]
        {
            "(0008,0008)", "(0008,0012)", "(0008,0018)", "(0008,103E)", "(0008,2111)", "(0008,2112)", "(0008,9215)",
            "(0018,A001)", "(0020,000E)", "(0020,0011)", "(0028,0106)", "(0028,0107)", "(7FE0,0010)",
        };
        Assert.All(output.Split('\n').Where(line => line.StartsWith('(')), line => Assert.Contains(line, allowed));
        if (File.Exists("/usr/bin/dcmftest")) Assert.Equal(0, Exit("/usr/bin/dcmftest", derived).Code);
        if (File.Exists("/usr/bin/dcmdump")) Assert.Equal(0, Exit("/usr/bin/dcmdump", derived).Code);
    }

    private static DicomCtImage Image(string name) => DicomCtImage.From(DicomFile.Read(TestFolder.Scan(name)));

    private static string Bytes(DicomElement element) => element.Vr + Convert.ToHexString(element.Value.Span);

    private static (int Code, string Output) Exit(string program, params string[] arguments)
    {
        if (!File.Exists(program)) return (-1, "");
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
